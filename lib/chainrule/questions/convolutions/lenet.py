"""LeNet-5 in torch, from the paper's table."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.convolutions import lenet_scores, lenet_weights
from chainrule.rules import TORCH

SEEN = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345"
TABLE = np.array([[str(c) in row for c in range(6)] for row in SEEN.split()])


def net(whole=False, squash=None, after=("C1", "S2", "C3", "S4", "C5", "F6")):
    """What torch's functions give, as a mistake leaves it."""

    def rule(X, seed):
        import torch

        w = {name: torch.tensor(a) for name, a in lenet_weights(seed).items()}
        F = torch.nn.functional
        kernels = w["C3.weight"] * (
            1 if whole else torch.tensor(TABLE)[..., None, None]
        )

        def end(name, a):
            if name not in after:
                return a
            return squash(torch, a) if squash else 1.7159 * torch.tanh(2 * a / 3)

        def halved(name, h):
            sums = 4 * F.avg_pool2d(h, 2) * w[f"{name}.coefficient"][:, None, None]
            return end(name, sums + w[f"{name}.bias"][:, None, None])

        h = end("C1", F.conv2d(torch.tensor(X), w["C1.weight"], w["C1.bias"]))
        h = end("C3", F.conv2d(halved("S2", h), kernels, w["C3.bias"]))
        h = end("C5", F.conv2d(halved("S4", h), w["C5.weight"], w["C5.bias"]))
        return end("F6", F.linear(h.flatten(1), w["F6.weight"], w["F6.bias"])).numpy()

    return rule


def images(rng):
    count, seed = int(rng.integers(2, 4)), int(rng.integers(1 << 31))
    return {"X": rng.normal(size=(count, 1, 32, 32)), "seed": seed}


LeNet5 = Question(
    "LeNet5",
    Part(
        1,
        Oracle("torch", net()),
        cases({"some images": [images] * 2}),
        mistakes(
            {
                "C3 sees all six maps of S2. Each map sees those of its row alone.": (
                    net(whole=True)
                ),
                "F6 isn't squashed: its sums come out as they are.": (
                    net(after=("C1", "S2", "C3", "S4", "C5"))
                ),
                "The convolutions C1, C3 and C5 aren't squashed: use squash after "
                "each layer.": net(after=("S2", "S4", "F6")),
                "S2 and S4 aren't squashed: use squash after each of the six "
                "layers.": net(after=("C1", "C3", "C5", "F6")),
                "That squashes with tanh itself. The paper stretches it: use squash.": (
                    net(squash=lambda torch, a: torch.tanh(a))
                ),
                "That squashes with ReLU. The paper stretches tanh: use squash.": (
                    net(squash=lambda torch, a: torch.relu(a))
                ),
            }
        ),
        probe=lenet_scores,
    ),
    off=TORCH,
    hints=[
        "C1 is torch.nn.Conv2d(1, 6, 5), S2 is subsampling(6), C3 is "
        "PartialConv2d(TABLE, 5), S4 is subsampling(16).",
        "C5 is torch.nn.Conv2d(16, 120, 5): on maps of 5 × 5 it gives 1 × 1. F6 is "
        "torch.nn.Linear(120, 84), and wants rows: flatten(1).",
        "In forward, x = squash(self.C1(x)), and so on for each of the six layers.",
    ],
)
