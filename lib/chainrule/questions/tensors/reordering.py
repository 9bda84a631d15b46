"""The backward rules of a reshape and a transpose."""

import numpy as np

from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import UPSTREAM_IGNORED, called, pulled


def folded(before, after):
    """A case of a reshape: letters are lengths, side by side where they are folded."""

    def make(rng):
        length = dict(zip("nkm", sizes(rng, 3), strict=True))
        old, new = (
            [int(np.prod([length[c] for c in axis])) for axis in text.split()]
            for text in (before, after)
        )
        return {
            "g": numbers_of(rng, *new),
            "x": numbers_of(rng, *old),
            "shape": tuple(new),
        }

    return make


reshape_backward = called(
    "reshape_backward",
    pulled(lambda m, x, shape: x.reshape(shape)),
    {
        "rows into one": folded("n k", "nk"),
        "three axes into two": folded("n k m", "n km"),
        "two axes into three": folded("nk m", "n k m"),
    },
    {
        "That is g as it came, in the new shape. x's gradient has x's shape.": (
            lambda g: g
        ),
        "The entries are in another order than they went forward: NumPy reads row by "
        "row.": lambda g, x: g.reshape(x.shape, order="F"),
        "That turns the axes round before it fills them. Nothing was turned on the way "
        "forward, so leave the transpose out.": lambda g, x: g.reshape(x.shape[::-1]).T,
        **UPSTREAM_IGNORED,
    },
    hints=[
        "Forward, no number changed: each only got another address.",
        "Send each gradient back to the old address.",
        "A reshape undoes a reshape: into which shape?",
    ],
)


def permuted(*axes):
    def make(rng):
        x = numbers_of(rng, *sizes(rng, len(axes)))
        return {"g": numbers_of(rng, *x.transpose(axes).shape), "x": x, "axes": axes}

    return make


transpose_backward = called(
    "transpose_backward",
    pulled(lambda m, x, axes: x.permute(axes)),
    {
        "two axes": permuted(1, 0),
        "three axes in a ring": permuted(1, 2, 0),
        "in a ring the other way": permuted(2, 0, 1),
        "the first one stays": permuted(0, 2, 1),
        "four axes": permuted(2, 0, 3, 1),
    },
    {
        "Those are the forward axes once more. For two axes that undoes the swap, for "
        "three in a ring it turns further. Undo the order.": (
            lambda g, axes: g.transpose(axes)
        ),
        "That reverses all axes, whatever `axes` says. With two that is the same; with "
        "three, send each one home.": lambda g: g.T,
        "That is g as it came, with its axes in the new order. Send each axis back to "
        "where it was.": lambda g: g,
        "The shape is right and the entries are shuffled: reshape keeps their order in "
        "memory, a transpose doesn't. Only a transpose undoes one.": (
            lambda g, x: g.reshape(x.shape)
        ),
    },
    hints=[
        "Axis i of the result was axis axes[i] of x. Where must axis i of g go?",
        "You need the order that undoes `axes`: applied after it, all axes are home.",
        "If axes[i] is j, axis j goes to place i of the result. Which NumPy function "
        "gives the places that would sort `axes`?",
    ],
)
