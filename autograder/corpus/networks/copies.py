"""Weights copied into a module."""

import torch
from torch import nn

from corpus.answers import Answers
from corpus.measures import lengths, near, some
from corpus.networks.modules import numbers_of

ANSWERS = {}


def copy_weights(student, rng):
    ins, hidden, outs = lengths(rng, 3, 2)
    shapes = (hidden, ins), (hidden,), (outs, hidden), (outs,)
    W1, b1, W2, b2 = weights = [some(rng, *s) for s in shapes]
    layers = nn.Linear(ins, hidden), nn.ReLU(), nn.Linear(hidden, outs), nn.Sigmoid()
    model, X = nn.Sequential(*layers).double(), some(rng, 5, ins)
    before = [id(p) for p in model.parameters()]
    given = [torch.tensor(w) for w in (W1.T.copy(), b1, W2.T.copy(), b2)]
    student.copy_weights(model, *given)
    for w in given:
        w.zero_()  # the model has numbers of its own
    after = list(model.parameters())
    same = before == [id(p) for p in after] and all(p.requires_grad for p in after)
    return same and near(model(torch.tensor(X)).detach(), numbers_of(weights, X))


def copied(*lines):
    return "with torch.no_grad():\n    " + "\n    ".join(lines)


BIASES = "model[0].bias.copy_(b1)", "model[2].bias.copy_(b2)"
ANSWERS["copy_weights"] = Answers(
    args="model, W1, b1, W2, b2",
    decider=copy_weights,
    right=[
        """
model[0].weight.data = W1.T.clone()
model[0].bias.data = b1.clone()
model[2].weight.data = W2.T.clone()
model[2].bias.data = b2.clone()""",
        """
names = ["0.weight", "0.bias", "2.weight", "2.bias"]
model.load_state_dict(dict(zip(names, [W1.T, b1, W2.T, b2])))""",
        """
with torch.no_grad():
    for p, given in zip(model.parameters(), (W1, b1, W2, b2)):
        p[...] = given.T if given.ndim == 2 else given""",
    ],
    wrong=[
        copied("model[0].weight.copy_(W1.T)", "model[2].weight.copy_(W2.T)"),
        copied("model[0].weight.copy_(W1.T)", *BIASES),
        copied("model[0].weight.add_(W1.T)", "model[2].weight.add_(W2.T)", *BIASES),
        copied(
            "model[0].weight.copy_(W1.reshape(model[0].weight.shape))",
            "model[2].weight.copy_(W2.reshape(model[2].weight.shape))",
            *BIASES,
        ),
        """
model[0].weight.copy_(W1.T)
model[2].weight.copy_(W2.T)""",
        """
first, second = nn.Linear(*W1.shape), nn.Linear(*W2.shape)
with torch.no_grad():
    first.weight.copy_(W1.T)
    second.weight.copy_(W2.T)
    first.bias.copy_(b1)
    second.bias.copy_(b2)
model = nn.Sequential(first, nn.ReLU(), second, nn.Sigmoid())""",
        copied("model[0].weight.copy_(W1.T)", "model[2].weight.copy_(W2.T)", *BIASES)
        + "\nfor p in model.parameters():\n    p.requires_grad_(False)",
    ],
    told={
        copied(
            "model[0].weight.copy_(W1.T)",
            "model[2].weight.copy_(-W2.T)",
            "model[0].bias.copy_(b1)",
            "model[2].bias.copy_(-b2)",
        ): "Every entry and the right one add up to 1.",
    },
    mistakes={
        "A transpose is missing.": copied(
            "model[0].weight.copy_(W1)", "model[2].weight.copy_(W2)", *BIASES
        ),
        "The model has other parameters than before": """
model[0].weight, model[0].bias = nn.Parameter(W1.T), nn.Parameter(b1)
model[2].weight, model[2].bias = nn.Parameter(W2.T), nn.Parameter(b2)""",
        "The model shares memory with a tensor": [
            """
model[0].weight.data, model[0].bias.data = W1.T, b1
model[2].weight.data, model[2].bias.data = W2.T, b2""",
            copied(
                "model[0].weight.set_(W1.T)", "model[2].weight.copy_(W2.T)", *BIASES
            ),
        ],
    },
)
