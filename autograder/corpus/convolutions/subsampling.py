"""A layer that adds up squares, with parameters."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def sums_of_four(x):
    return x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]


def Subsampling(student, rng):
    """Four numbers are added; the slopes follow from y = coefficient · sum + bias."""
    n, maps, rows, cols = (int(k) for k in rng.integers(1, 5, 4))
    x = some(rng, n, maps, 2 * rows, 2 * cols)
    c, b = some(rng, maps), some(rng, maps)
    layer = student.Subsampling(maps).double()
    own = dict(layer.named_parameters())
    if {name: p.numel() for name, p in own.items()} != {
        "coefficient": maps,
        "bias": maps,
    }:
        return False
    with torch.no_grad():
        own["coefficient"].copy_(torch.tensor(c).reshape(own["coefficient"].shape))
        own["bias"].copy_(torch.tensor(b).reshape(own["bias"].shape))
    y = layer(torch.tensor(x))
    y.square().sum().backward()
    right = sums_of_four(x) * c[:, None, None] + b[:, None, None]
    of_c = 2 * np.sum(right * sums_of_four(x), axis=(0, 2, 3))
    return (
        near(y.detach().numpy(), right)
        and near(own["coefficient"].grad.numpy().ravel(), of_c)
        and near(own["bias"].grad.numpy().ravel(), 2 * np.sum(right, axis=(0, 2, 3)))
    )


def subsampling(
    made="torch.nn.Parameter(torch.full((maps,), 0.25))",
    bias="torch.nn.Parameter(torch.zeros(maps))",
    y="4 * torch.nn.functional.avg_pool2d(x, 2)",
    end="y * self.coefficient[:, None, None] + self.bias[:, None, None]",
):
    return f"""
class Subsampling(torch.nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.coefficient = {made}
        self.bias = {bias}

    def forward(self, x):
        y = {y}
        return {end}
"""


FOUR = "x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]"
OWN = "self.coefficient[:, None, None] * y + self.bias[:, None, None]"

ANSWERS["Subsampling"] = Answers(
    decider=Subsampling,
    right=[
        subsampling(y=FOUR, end=OWN),
        subsampling(
            y="x.unflatten(3, (-1, 2)).sum(4).unflatten(2, (-1, 2)).sum(3)",
            end="(y.movedim(1, -1) * self.coefficient + self.bias).movedim(-1, 1)",
        ),
    ],
    wrong=[
        subsampling(made="torch.ones(maps)"),
        subsampling(made="torch.nn.Parameter(torch.ones(1))"),
        subsampling(bias="torch.zeros(maps)"),
        subsampling(y="2 * torch.nn.functional.avg_pool2d(x, 2)"),
        subsampling(y="4 * torch.nn.functional.avg_pool2d(x, 2).detach().abs()"),
        subsampling(end="y * self.coefficient + self.bias"),
        subsampling(
            end="y + self.coefficient[:, None, None] * self.bias[:, None, None]"
        ),
        subsampling(
            end="y * self.bias[:, None, None] + self.coefficient[:, None, None]"
        ),
        subsampling(
            end="(y * self.coefficient[:, None, None]).sum((2, 3)) + self.bias"
        ),
    ],
    mistakes={
        "That takes the mean": subsampling(y="torch.nn.functional.avg_pool2d(x, 2)"),
        "That takes the maximum": subsampling(y="torch.nn.functional.max_pool2d(x, 2)"),
        "The bias isn't added": subsampling(
            end="y * self.coefficient[:, None, None] + 0 * self.bias[:, None, None]"
        ),
        "The coefficient multiplies": subsampling(
            end="(y + self.bias[:, None, None]) * self.coefficient[:, None, None]"
        ),
        "The squares overlap": subsampling(
            y="4 * torch.nn.functional.avg_pool2d(x, 2, 1)"
        ),
        "A sigmoid stands": subsampling(end=f"torch.sigmoid({OWN})"),
    },
)
