"""Broadcasting and its undoing. Axes are drawn anew, all of different lengths."""

import numpy as np

from chainrule.judge import Case, Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import mistakes


def stretched(*pairs):
    """Cases from shapes in letters: ("nk", "k") is g of (n, k) for an x of (k,)."""

    def case(whole, part):
        def make(rng, own):
            length = {**dict(zip("nkm", sizes(rng, 3), strict=True)), "1": 1}
            g = numbers_of(rng, *(length[c] for c in whole))
            shape = tuple(length[c] for c in part)
            return Case(f"{shape} to {g.shape}", {"g": g, "shape": shape})

        return make

    return [case(*pair) for pair in pairs]


def back_to_shape(g, shape):
    import torch

    x = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    y = x.expand(g.shape)
    return torch.autograd.grad(y, x, torch.tensor(g))[0].numpy()


def right_unbroadcast(g, shape):
    """`unbroadcast` for what builds on it; a shape crosses as an array."""
    return back_to_shape(g, tuple(shape.tolist()))


def leading(g, shape):
    return tuple(range(g.ndim - len(shape)))


def stretched_axes(g, shape):
    """The axes of g that are longer than those of the shape they came from."""
    behind = list(enumerate(shape, g.ndim - len(shape)))
    return tuple(i for i, n in behind if n == 1 != g.shape[i])


def copies(g, shape):
    return g.size // max(1, int(np.prod(shape)))


MEAN = {
    "That is the mean over the copies. Each copy adds its effect on the loss, so the "
    "gradient is their sum.": lambda right, g, shape: right / copies(g, shape)
}
LEADING_ONLY = {
    "The new axes in front are summed. An axis of length 1 that was stretched needs a "
    "sum as well.": lambda g, shape: g.sum(leading(g, shape))
}


def undone(points, pairs, *tables):
    table = {says: rule for table in tables for says, rule in table.items()}
    oracle = Oracle("torch.autograd", back_to_shape)
    return Part(points, oracle, stretched(*pairs), mistakes(table))


unbroadcast = Question(
    "unbroadcast",
    undone(
        2,
        [("nk", "k"), ("nkm", "m"), ("nkm", "km"), ("nk", "nk"), ("nk", "")],
        MEAN,
        {
            "That is g as it came. Sum it over the copies.": lambda g: g,
            "The first axis is summed, whatever the shape. Which axes of g are new in "
            "front: always one?": lambda g: g.sum(0),
            "The sum is right, but its axes are still there with length 1. The result "
            "must have the shape that was asked for.": (
                lambda g, shape: g.sum(leading(g, shape), keepdims=True)
            ),
            "That keeps one of the copies. All of them were used, so all their "
            "gradients count.": lambda g, shape: g[(0,) * len(leading(g, shape))],
        },
    ),
    undone(
        1,
        [("nk", "n1"), ("nk", "1k"), ("nkm", "n1m"), ("1k", "1k")],
        MEAN,
        LEADING_ONLY,
        {
            "The sum is right, but the axis is gone. It was there with length 1, so it "
            "stays: keepdims.": lambda g, shape: g.sum(stretched_axes(g, shape))
        },
    ),
    undone(1, [("nkm", "k1"), ("nkm", "1"), ("nkm", "1k1")], MEAN, LEADING_ONLY),
    hints=[
        "A number used in several places gets the sum of what comes back from them. "
        "Broadcasting uses a number in several places.",
        "There are two kinds of axes to sum: new ones in front, g.ndim - len(shape) of "
        "them, and those where shape has a 1 and g has more.",
        "Sum the front axes away first. Then sum over the stretched ones with "
        "keepdims=True.",
    ],
)
