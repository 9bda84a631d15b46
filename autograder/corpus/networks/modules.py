"""A network as a module."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near, slopes, some

ANSWERS = {}


def numbers_of(weights, X):
    """The output of the network in NumPy, for weights as one list."""
    W1, b1, W2, b2 = weights
    hidden = X @ W1.T + b1
    hidden = hidden * (np.real(hidden) > 0)
    return 1 / (1 + np.exp(-(hidden @ W2.T + b2)))


def unpacked(flat, shapes):
    ends = np.cumsum([int(np.prod(s)) for s in shapes])
    parts = np.split(flat, ends[:-1])
    return [p.reshape(s) for p, s in zip(parts, shapes, strict=True)]


def network(student, rng):
    """Parameters found by their shapes; gradients by complex steps in NumPy."""
    ins, hidden, outs = (int(n) for n in rng.permutation([2, 3, 4, 5, 6])[:3])
    shapes = (hidden, ins), (hidden,), (outs, hidden), (outs,)
    module = student.Network(ins, hidden, outs).double()
    found = {tuple(p.shape): p for p in module.parameters()}
    flat = some(rng, sum(int(np.prod(s)) for s in shapes))
    with torch.no_grad():
        for s, w in zip(shapes, unpacked(flat, shapes), strict=True):
            found[s].copy_(torch.tensor(w))
    X, g = some(rng, 4, ins), some(rng, 4, outs)
    P = module(torch.tensor(X))
    P.backward(torch.tensor(g))
    yours = np.concatenate([found[s].grad.numpy().ravel() for s in shapes])
    right = slopes(lambda v: np.sum(g * numbers_of(unpacked(v, shapes), X)), flat)
    output = numbers_of(unpacked(flat, shapes), X)
    return len(found) == 4 and near(P.detach(), output) and near(yours, right)


def module(init, forward):
    def indented(text):
        return text.strip().replace("\n", "\n        ")

    return (
        "class Network(nn.Module):\n    def __init__(self, inputs, hidden, outputs):\n"
        f"        super().__init__()\n        {indented(init)}\n\n"
        f"    def forward(self, X):\n        {indented(forward)}"
    )


TWO = "self.a = nn.Linear(inputs, hidden)\nself.b = nn.Linear(hidden, outputs)"
ANSWERS["Network"] = Answers(
    decider=network,
    right=[
        module(
            "self.all = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(),\n"
            "    nn.Linear(hidden, outputs), nn.Sigmoid())",
            "return self.all(X)",
        ),
        module(
            "self.W1 = nn.Parameter(torch.randn(hidden, inputs))\n"
            "self.b1 = nn.Parameter(torch.zeros(hidden))\n"
            "self.W2 = nn.Parameter(torch.randn(outputs, hidden))\n"
            "self.b2 = nn.Parameter(torch.zeros(outputs))",
            "hidden = (X @ self.W1.T + self.b1).clamp(min=0)\n"
            "return 1 / (1 + torch.exp(-(hidden @ self.W2.T + self.b2)))",
        ),
        module(
            TWO.replace("self.a = ", "self.layers = nn.ModuleList([").replace(
                "\nself.b = ", ", "
            )
            + "])",
            "first, second = self.layers\nreturn second(first(X).relu()).sigmoid()",
        ),
    ],
    wrong=[
        module(TWO, "return torch.softmax(self.b(torch.relu(self.a(X))), dim=1)"),
        module(TWO, "return torch.sigmoid(torch.relu(self.b(self.a(X))))"),
        module(TWO, "return torch.sigmoid(self.b(torch.tanh(self.a(X))))"),
        module(
            TWO.replace("(inputs, hidden)", "(inputs, hidden, bias=False)"),
            "return torch.sigmoid(self.b(torch.relu(self.a(X))))",
        ),
        module(
            TWO + "\nself.c = nn.Linear(outputs, outputs)",
            "return torch.sigmoid(self.c(self.b(torch.relu(self.a(X)))))",
        ),
        module(TWO, "torch.sigmoid(self.b(torch.relu(self.a(X))))"),
        module(
            TWO,
            "with torch.no_grad():\n"
            "    return torch.sigmoid(self.b(torch.relu(self.a(X))))",
        ),
        "class Network:\n    pass",
    ],
    told={
        module(
            TWO, "return -torch.sigmoid(self.b(torch.relu(self.a(X))))"
        ): "Every entry is -1 times the right one.",
        module(
            TWO, "return torch.sigmoid(-self.b(torch.relu(self.a(X))))"
        ): "Every entry and the right one add up to 1.",
        module(
            TWO, "return 2 * torch.sigmoid(self.b(torch.relu(self.a(X))))"
        ): "Every entry is 2 times the right one.",
        module(
            TWO, "return torch.sigmoid(self.b(torch.relu(self.a(X)))).sum(0)"
        ): "It is the sum over axis 0 of the right result.",
    },
    mistakes={
        "The network has no parameters": module(
            "self.layers = [nn.Linear(inputs, hidden), nn.Linear(hidden, outputs)]",
            "return torch.sigmoid(self.layers[1](torch.relu(self.layers[0](X))))",
        ),
        "The sigmoid at the end of the network is missing.": module(
            TWO, "return self.b(torch.relu(self.a(X)))"
        ),
        "ReLU is missing: without ReLU": module(
            TWO, "return torch.sigmoid(self.b(self.a(X)))"
        ),
        "Sigmoid stands in the hidden layer": module(
            TWO, "return torch.sigmoid(self.b(torch.sigmoid(self.a(X))))"
        ),
        "No gradient arrives at the first layer.": module(
            TWO, "return torch.sigmoid(self.b(torch.relu(self.a(X)).detach()))"
        ),
    },
)
