"""LeNet-5 in torch."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.convolutions.subsampling import sums_of_four
from corpus.measures import near

ANSWERS = {}


def convolved(h, w, b):
    """A convolution window by window."""
    k = w.shape[-1]
    rows, cols = h.shape[2] - k + 1, h.shape[3] - k + 1
    y = np.empty((len(h), len(w), rows, cols))
    for i in range(rows):
        for j in range(cols):
            window = h[:, :, i : i + k, j : j + k]
            y[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3])) + b
    return y


class Subsampled(torch.nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.coefficient = torch.nn.Parameter(torch.ones(maps))
        self.bias = torch.nn.Parameter(torch.zeros(maps))

    def forward(self, x):
        c, b = (v[:, None, None] for v in (self.coefficient, self.bias))
        return c * sums_of_four(x) + b


def sees(k, c):
    """Three, four or six neighbours in a ring of six, then three pairs of pairs."""
    if k < 12:
        return (c - k) % 6 < (3 if k < 6 else 4)
    return k == 15 or (c - (k - 12)) % 3 < 2


def LeNet5(student, rng):
    net = student.LeNet5(Subsampled).double()
    own = dict(net.named_parameters())
    sizes = {"C1": (6, 1, 5), "C3": (16, 6, 5), "C5": (120, 16, 5), "F6": (84, 120, 1)}
    numbers = {}
    for name, (out, channels, k) in sizes.items():
        deviation = 1 / np.sqrt(channels * k * k)
        numbers[f"{name}.weight"] = rng.normal(0, deviation, (out, channels, k, k))
        numbers[f"{name}.bias"] = rng.normal(0, 0.5, out)
    for name, maps in (("S2", 6), ("S4", 16)):
        numbers[f"{name}.coefficient"] = rng.normal(0, 0.5, maps)
        numbers[f"{name}.bias"] = rng.normal(0, 0.5, maps)
    if {k: v.size for k, v in numbers.items()} != {
        k: p.numel() for k, p in own.items()
    }:
        return False
    with torch.no_grad():
        for name, p in own.items():
            p.copy_(torch.tensor(numbers[name]).reshape(p.shape))
    X = rng.normal(size=(1, 1, 32, 32))
    table = np.array([[sees(k, c) for c in range(6)] for k in range(16)])
    numbers["C3.weight"] = numbers["C3.weight"] * table[:, :, None, None]
    h = X
    for name in ("C1", "S2", "C3", "S4", "C5", "F6"):
        if name[0] == "S":
            c, b = numbers[f"{name}.coefficient"], numbers[f"{name}.bias"]
            h = sums_of_four(h) * c[:, None, None] + b[:, None, None]
        else:
            h = convolved(h, numbers[f"{name}.weight"], numbers[f"{name}.bias"])
        h = 1.7159 * np.tanh(2 / 3 * h)
    return near(net(torch.tensor(X)).detach().numpy(), h.reshape(1, 84))


def lenet(
    C1="torch.nn.Conv2d(1, 6, 5)",
    C3="PartialConv2d(TABLE, 5)",
    C5="torch.nn.Conv2d(16, 120, 5)",
    body="squash(self.S2(squash(self.C1(x))))",
    middle="squash(self.S4(squash(self.C3(x))))",
    end="squash(self.F6(squash(self.C5(x)).flatten(1)))",
    squash="",
):
    return f"""
class LeNet5(torch.nn.Module):
    def __init__(self, subsampling):
        super().__init__()
        self.C1, self.S2 = {C1}, subsampling(6)
        self.C3, self.S4 = {C3}, subsampling(16)
        self.C5, self.F6 = {C5}, torch.nn.Linear(120, 84)

    def forward(self, x):
        {squash}
        x = {body}
        x = {middle}
        return {end}
""".replace("        \n", "")


ANSWERS["LeNet5"] = Answers(
    decider=LeNet5,
    right=[
        lenet(),
        lenet(C5="torch.nn.Linear(400, 120)").replace(
            "squash(self.C5(x)).flatten(1)", "squash(self.C5(x.flatten(1)))"
        ),
    ],
    wrong=[
        lenet(C1="torch.nn.Conv2d(1, 6, 5, padding=2)"),
        lenet(C1="torch.nn.Conv2d(1, 6, 5, bias=False)"),
        lenet(C3="PartialConv2d(TABLE.flip(0), 5)"),
        lenet(C3="PartialConv2d(1 - TABLE, 5)"),
        lenet(end="squash(self.F6(squash(self.C5(x)).flatten(1))).argmax(1)"),
        lenet(end="torch.softmax(squash(self.F6(squash(self.C5(x)).flatten(1))), 1)"),
        lenet(end="squash(self.F6(self.C5(x).flatten(1)))"),
        lenet(body="self.S2(squash(self.C1(x)))"),
        lenet(end="squash(self.C5(x)).flatten(1)"),
    ],
    mistakes={
        "C3 sees all six": lenet(C3="torch.nn.Conv2d(6, 16, 5)"),
        "F6 isn't squashed": lenet(end="self.F6(squash(self.C5(x)).flatten(1))"),
        "The convolutions": lenet(
            body="squash(self.S2(self.C1(x)))",
            middle="squash(self.S4(self.C3(x)))",
            end="squash(self.F6(self.C5(x).flatten(1)))",
        ),
        "S2 and S4 aren't": lenet(
            body="self.S2(squash(self.C1(x)))", middle="self.S4(squash(self.C3(x)))"
        ),
        "That squashes with tanh": lenet(squash="squash = torch.tanh"),
        "That squashes with ReLU": lenet(squash="squash = torch.relu"),
    },
)
