"""Five faulty training loops, and one without a fault."""

import numpy as np
import torch
from torch import nn

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def which_loop(student, rng):
    """By rank: who moves most, who is the same twice, who is left with least."""
    own = student.numbers("which_loop", student.STUDENT)
    runs = {run: row for run, row in own.items() if run != "measured"}
    loops = {}
    for loop, column, best in [(4, 5, min), (1, 3, max), (3, 3, max), (2, 4, max)]:
        (*_, run) = [best(runs, key=lambda r, c=column: runs[r][c])]
        loops[run] = loop
        del runs[run]
    loops[next(iter(runs))] = 5
    right = [loops[run] for run in sorted(loops)]
    return not callable(student.which_loop) and near(student.which_loop, right)


ABOVE = """
own = numbers("which_loop", STUDENT)
names = own["measured"].split(", ")
runs = [dict(zip(names, own[run])) for run in "ABCDE"]
moved = [run["largest move of a weight"] for run in runs]
left = [run["length of the remaining gradients"] for run in runs]
apart = [run["difference of two forward passes"] for run in runs]

def loop_of(m, l, d):
    if not m:
        return 2 if l else 5
    return 4 if not d else 1 if l > 2 else 3

right = [loop_of(*run) for run in zip(moved, left, apart)]"""
ANSWERS["which_loop"] = Answers(
    above=ABOVE,
    decider=which_loop,
    right=[
        "np.array(right)",
        """
which_loop = [0] * 5
for i in range(5):
    if apart[i] == 0:
        which_loop[i] = 4
    elif moved[i] == max(moved):
        which_loop[i] = 1
    elif moved[i] > 0:
        which_loop[i] = 3
    elif left[i] > 0:
        which_loop[i] = 2
    else:
        which_loop[i] = 5""",
    ],
    wrong=[
        "[1, 2, 3, 4, 5]",
        "right[::-1]",
        "right[1:] + right[:1]",
        "right[:4]",
        "[6 - loop for loop in right]",
        "[loop - 1 for loop in right]",
        "set(right)",
    ],
    told={"[3 if loop == 2 else 2 if loop == 3 else loop for loop in right]": ""},
)


def fit_classifier(student, rng):
    """Softmax regression with the gradient (P - Y) / n, by hand."""
    n, ins, outs = 7, 3, 4
    X, W, b = some(rng, n, ins), some(rng, outs, ins), some(rng, outs)
    labels, rate = rng.integers(0, outs, n), rng.uniform(0.1, 0.5)

    class Halved(nn.Module):
        """Half its input, in evaluation mode."""

        def forward(self, scores):
            return scores if self.training else scores / 2

    model = nn.Sequential(nn.Linear(ins, outs), Halved()).double().eval()
    model[0].weight.data, model[0].bias.data = torch.tensor(W), torch.tensor(b)
    args = torch.tensor(X), torch.tensor(labels), 5, rate
    yours = student.fit_classifier(model, *args)
    W, b, losses = W.copy(), b.copy(), []
    for _ in range(5):
        e = np.exp(X @ W.T + b)
        P = e / e.sum(axis=1, keepdims=True)
        losses.append(-np.log(P[np.arange(n), labels]).mean())
        dZ = (P - np.eye(outs)[labels]) / n
        W, b = W - rate * dZ.T @ X, b - rate * dZ.sum(0)
    moved = near(model[0].weight.detach(), W) and near(model[0].bias.detach(), b)
    return moved and type(yours) in (list, np.ndarray) and near(yours, losses)


def loop(
    before="model.train()",
    made="torch.optim.SGD(model.parameters(), lr=rate)",
    zero="optimizer.zero_grad()",
    loss="F.cross_entropy(model(X), labels)",
    after="",
    step="optimizer.step()",
    note="losses.append(loss.item())",
    end="return losses",
):
    lines = [before, f"optimizer = {made}", "losses = []", "for _ in range(steps):"]
    inside = [zero, f"loss = {loss}", "loss.backward()", after, step, note]
    lines += [f"    {line}" for line in inside if line]
    return "\n".join([line for line in [*lines, end] if line])


BY_HAND = """
with torch.no_grad():
        for p in model.parameters():
            p -= rate * p.grad
            p.grad = None""".strip()
ANSWERS["fit_classifier"] = Answers(
    args="model, X, labels, steps, rate",
    decider=fit_classifier,
    right=[
        loop(zero="", step=BY_HAND),
        loop(
            zero="model.zero_grad()",
            loss="F.nll_loss(F.log_softmax(model(X), dim=1), labels)",
            note="losses += [float(loss.detach())]",
        ),
        loop(
            before="model.train(True)", zero="", after="", step="optimizer.step()"
        ).replace(
            "    loss.backward()", "    optimizer.zero_grad()\n    loss.backward()"
        ),
    ],
    wrong=[
        loop(end=""),
        loop(note="losses.append(loss)"),
        loop(made="torch.optim.Adam(model.parameters(), lr=rate)"),
        loop(made="torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)"),
        loop(made="torch.optim.SGD(model.parameters(), lr=0.1)"),
        loop(loss="F.mse_loss(model(X), F.one_hot(labels, 3).double())"),
        loop(loss="F.cross_entropy(model(X), labels, reduction='sum')"),
        loop(end="return losses[-1]"),
        loop().replace("range(steps)", "range(steps + 1)"),
        loop(loss="F.cross_entropy(model(X).detach(), labels)"),
    ],
    told={
        loop(
            note="losses.append(loss.item() * len(X))"
        ): "Every entry is `X.shape[0]` times the right one.",
        loop(
            note="losses.insert(0, loss.item())"
        ): "It is the right result, turned round along axis 0.",
        loop(
            note="losses.append(-loss.item())"
        ): "Every entry is -1 times the right one.",
    },
    mistakes={
        "The gradients of all steps are added up": loop(zero=""),
        "No weight has moved:": [
            loop(after="optimizer.zero_grad()"),
            loop(step=""),
            loop(step="for w in model.parameters():\n        w = w - rate * w.grad"),
        ],
        "Softmax is applied twice": loop(
            loss="F.cross_entropy(F.softmax(model(X), dim=1), labels)"
        ),
        "The model was trained in evaluation mode.": loop(before=""),
        "Only the model's own `training` was set.": loop(
            before="model.training = True"
        ),
        "The weights go uphill.": loop(
            made="torch.optim.SGD(model.parameters(), lr=rate, maximize=True)"
        ),
        "All losses are the same": loop(
            note="losses.append(losses[0] if losses else loss.item())"
        ),
        "These are the losses after each step.": loop(
            note="losses.append(F.cross_entropy(model(X), labels).item())"
        ),
    },
)
