"""Swish as an operation of one's own."""

import numpy as np
import torch

from corpus.answers import Answers
from corpus.measures import TINY, lengths, near, some

ANSWERS = {}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def swish(student, rng):
    """Formulas by hand, and complex steps of these for the second derivatives."""
    x = some(rng, *lengths(rng, int(rng.integers(1, 4)), 2, 4))
    g, beta = some(rng, *x.shape), float(some(rng, 1)[0])

    def gradients(x, beta):
        s = sigmoid(beta * x)
        slope = x * s * (1 - s)
        return g * s + g * beta * slope, np.sum(g * x * slope)

    def squares(x, beta):
        to_x, to_beta = gradients(x, beta)
        return np.sum(to_x**2) + to_beta**2

    X, B = torch.tensor(x).requires_grad_(), torch.tensor(beta, dtype=torch.float64)
    B.requires_grad_()
    y = student.swish(X, B)
    own = isinstance(y.grad_fn, torch.autograd.function.BackwardCFunction)
    first = torch.autograd.grad(y, [X, B], torch.tensor(g), create_graph=True)
    second = torch.autograd.grad(sum((t**2).sum() for t in first), [X, B])
    t = some(rng, *x.shape)
    along = squares(x + 1j * TINY * t, beta).imag / TINY
    to_beta = squares(x, beta + 1j * TINY).imag / TINY
    right = gradients(x, beta)
    return (
        own
        and near(y.detach(), x * sigmoid(beta * x))
        and all(near(f.detach(), r) for f, r in zip(first, right, strict=True))
        and near((second[0].numpy() * t).sum(), along, 1e-6, 1e-7)
        and near(second[1], to_beta)
    )


def operation(
    save="x, beta",
    value="x * torch.sigmoid(beta * x)",
    lines="x, beta = ctx.saved_tensors\ns = torch.sigmoid(beta * x)",
    to_x="g * (s + beta * x * s * (1 - s))",
    to_beta="(g * x**2 * s * (1 - s)).sum()",
    both="{}, {}",
):
    lines = lines.replace("\n", "\n        ")
    return f"""
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward({save})
        return {value}

    @staticmethod
    def backward(ctx, g):
        {lines}
        return {both.format(to_x, to_beta)}

swish = Swish.apply""".strip()


ANSWERS["swish"] = Answers(
    decider=swish,
    right=[
        operation(to_beta="g * x**2 * s * (1 - s)"),  # torch sums it to β's shape
        operation(
            value="x / (1 + torch.exp(-beta * x))",
            lines="x, beta = ctx.saved_tensors\ns = 1 / (1 + torch.exp(-beta * x))\n"
            "y = x * s",
            to_x="g * (s + beta * y * (1 - s))",
            to_beta="torch.sum(g * x * y * (1 - s))",
        ),
        """
class Operation(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x, beta)
        return x * (beta * x).sigmoid()

    @staticmethod
    def backward(ctx, upstream):
        x, beta = ctx.saved_tensors
        s = (beta * x).sigmoid()
        common = upstream * x * s * (1 - s)
        return upstream * s + common * beta, (common * x).sum()

def swish(x, beta):
    return Operation.apply(x, beta)""",
    ],
    wrong=[
        "swish = lambda x, beta: x * torch.sigmoid(beta * x)",
        operation(both="{}"),
        operation(both="{1}, {0}"),
        operation(to_beta="None"),
        operation(to_beta="(g * x * s * (1 - s)).sum()"),
        operation(to_x="(g * (s + beta * x * s * (1 - s))).detach()"),
        operation(save="torch.sigmoid(x), beta"),
        operation(to_beta="(g * x**2 * s * (1 - s)).mean()"),
    ],
    told={
        operation(
            to_x="-g * (s + beta * x * s * (1 - s))"
        ): "Every entry has the size of the right one, but not always its sign.",
        operation(
            value="2 * x * torch.sigmoid(beta * x)"
        ): "Every entry is 2 times the right one.",
        operation(
            value="-x * torch.sigmoid(beta * x)"
        ): "Every entry is -1 times the right one.",
        operation(
            to_x="g * (s - beta * x * s * (1 - s))"
        ): "Entries are right in the last place, and off elsewhere.",
    },
    mistakes={
        "β is missing. You take σ(x): take σ(βx).": operation(
            value="x * torch.sigmoid(x)"
        ),
        "That is the sigmoid alone.": operation(value="torch.sigmoid(beta * x)"),
        "The upstream gradient g isn't used": operation(
            to_x="s + beta * x * s * (1 - s)", to_beta="(x**2 * s * (1 - s)).sum()"
        ),
        "The gradient of x has one of its two terms": operation(to_x="g * s"),
        "The gradient of x is that of the sigmoid": operation(to_x="g * s * (1 - s)"),
        "In the gradient of x the term": operation(to_x="g * beta * x * s * (1 - s)"),
        "In the gradient of x, β is missing": operation(
            to_x="g * (s + x * s * (1 - s))"
        ),
        "The gradient of x is right, and that of β is 0.": operation(
            to_beta="0 * beta"
        ),
        "The gradients are right, but their own gradients": operation(
            save="x, beta, torch.sigmoid(beta * x)",
            lines="x, beta, s = ctx.saved_tensors",
        ),
    },
)
