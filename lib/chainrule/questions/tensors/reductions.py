"""The backward rules of a sum and a maximum over axes."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import (
    UPSTREAM_IGNORED,
    called,
    cases,
    mistakes,
    pulled,
)


def without_ties(rng, *shape):
    n = int(np.prod(shape))
    steps = rng.permutation(n) - n / 2 + rng.uniform(0.1, 0.4, n)
    return steps.reshape(shape) / 10


def along(shape, axis):
    """A case reduced over `axis`: letters are lengths, drawn anew."""

    def make(rng):
        length = {**dict(zip("nkm", sizes(rng, 3), strict=True)), "s": 5}
        x = without_ties(rng, *(length[c] for c in shape))
        if axis is None:
            g = numbers_of(rng, 2)[0]
        else:
            g = numbers_of(rng, *x.sum(axis).shape)
        return {"g": g, "x": x, "axis": axis}

    return make


def resized(g, x):
    """g where NumPy lines it up from the right."""
    return np.resize(g, x.shape)


def repeated(g, x):
    """g repeated along the last axis."""
    return np.repeat(np.ravel(g), x.size // np.size(g)).reshape(x.shape)


def winners(x, axis):
    return x == x.max(axis, keepdims=True)


AVERAGED = {
    "That belongs to the mean. A sum passes g on whole to each of its terms.": (
        lambda right, g, x: right * np.size(g) / x.size
    )
}


def summing(m, x, axis):
    return x.sum() if axis is None else x.sum(axis)


sum_backward = Question(
    "sum_backward",
    Part(
        1,
        pulled(summing),
        cases(
            {
                "over the first axis": along("nk", 0),
                "over the last axis": along("nk", 1),
                "over an axis in the middle": along("nkm", 1),
                "over the last axis, counted from behind": along("nkm", -1),
                "over the last axis of a square": along("ss", 1),
                "over the first axis of a square": along("ss", 0),
            }
        ),
        mistakes(
            {
                "The gradient is spread along the wrong axis: NumPy lines shapes up "
                "from the right. Put the axis that was summed back first, with length "
                "1.": resized,
                "The gradient is repeated along the last axis, whichever axis was "
                "summed. Use `axis`.": repeated,
                **AVERAGED,
                "That is multiplied by x. A sum has slope 1 in each of its terms.": (
                    lambda right, x: x * right
                ),
                **UPSTREAM_IGNORED,
            }
        ),
    ),
    Part(
        1,
        pulled(summing),
        cases(
            {
                "over two axes": along("nkm", (0, 2)),
                "over two other axes": along("nkm", (1, 2)),
                "over all axes": along("nk", None),
            }
        ),
        mistakes({**AVERAGED, **UPSTREAM_IGNORED}),
    ),
    hints=[
        "Every entry that went into a sum gets the gradient of that sum, whole.",
        "g lacks the axes that were summed. np.expand_dims(g, axis) puts them back "
        "with length 1, for one axis or a tuple of them.",
        "Then stretch to x's shape with np.broadcast_to. When axis is None, g is one "
        "number, and that stretches as it is.",
    ],
)

max_backward = called(
    "max_backward",
    pulled(lambda m, x, axis: m.amax(x, axis)),
    {
        "along the first axis": along("nk", 0),
        "along the last axis": along("nk", 1),
        "along an axis in the middle": along("nkm", 1),
        "counted from behind": along("nkm", -2),
        "along the last axis of a square": along("ss", 1),
        "along the first axis of a square": along("ss", 0),
    },
    {
        "Every entry gets the gradient, as for a sum. Only the largest of each group "
        "made the result.": lambda g, x, axis: np.expand_dims(g, axis) + 0 * x,
        **UPSTREAM_IGNORED,
        "The right places, the wrong gradients: NumPy lines shapes up from the right. "
        "Put the axis back into g first, with length 1.": (
            lambda g, x, axis: winners(x, axis) * resized(g, x)
        ),
        "Only the largest entry of all gets a gradient. Each group along the axis has "
        "a largest one of its own: use `axis`.": (
            lambda g, x, axis: (x == x.max()) * np.expand_dims(g, axis)
        ),
        "That is multiplied by the largest value. The slope of a maximum in its winner "
        "is 1.": lambda right, x: x * right,
    },
    hints=[
        "A maximum copies one entry. Who gets the gradient, and who gets none?",
        "Compare x with its maximum, kept with keepdims=True: a mask of the winners.",
        "Then spread g as in sum_backward, and let the mask through.",
    ],
    points=2,
)
