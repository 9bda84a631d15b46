"""The backward rules of a sum and a maximum."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import is_adjoint, lengths, near, some

ANSWERS = {}


def an_axis(rng, ndim):
    return int(rng.integers(-ndim, ndim))


def sum_backward(student, rng):
    x = some(rng, *lengths(rng, rng.integers(1, 4)))
    pair = tuple(sorted(rng.permutation(x.ndim)[:2].tolist()))
    axis = [an_axis(rng, x.ndim), pair, None][rng.choice(3, p=[0.5, 0.3, 0.2])]
    g = some(rng, *np.shape(x.sum(axis)))
    g = np.float64(g) if axis is None else g
    yours = student.sum_backward(g, x, axis)
    return is_adjoint(yours, lambda t: t.sum(axis), g, x, rng)


ANSWERS["sum_backward"] = Answers(
    args="g, x, axis",
    decider=sum_backward,
    right=[
        """
kept = x.sum(axis=axis, keepdims=True)
return np.reshape(g, kept.shape) * np.ones(x.shape)""",
        """
axes = range(x.ndim) if axis is None else np.atleast_1d(axis) % x.ndim
shape = [1 if i in axes else n for i, n in enumerate(x.shape)]
return np.zeros_like(x) + np.asarray(g).reshape(shape)""",
    ],
    wrong=[
        "np.ones_like(x) * np.sum(g)",
        "np.expand_dims(g, axis)",
        "g",
        "np.expand_dims(g, 0) * np.ones_like(x)",
        "np.expand_dims(g, -1) * np.ones_like(x)",
        "-np.broadcast_to(np.expand_dims(g, axis), x.shape)",
        "x.sum(axis=axis)",
        "np.repeat(g, x.shape[axis], axis=axis)",
    ],
    told={
        """
if axis is not None:
    g = np.expand_dims(g, axis)
return 2 * g * np.ones_like(x)""": ("Every entry is 2 times the right one."),
        """
if axis is not None:
    g = np.expand_dims(g, axis)
return g + x""": "Every entry is the right one plus that of `x`.",
        "np.zeros_like(x)": "Every entry is 0.",
        """
if axis is not None:
    g = np.expand_dims(g, axis)
return (g * np.ones_like(x)).ravel()""": ("It is the right result, flattened."),
    },
)


def max_backward(student, rng):
    """Entry by entry: it gets g where no other of its group is larger."""
    shape = lengths(rng, rng.integers(1, 4))
    x, axis = some(rng, *shape), an_axis(rng, len(shape))
    g = some(rng, *np.shape(x.max(axis)))
    whole = np.broadcast_to(np.expand_dims(g, axis), x.shape)
    groups = (
        np.moveaxis(x, axis, -1)[..., None, :] <= np.moveaxis(x, axis, -1)[..., None]
    )
    right = whole * np.moveaxis(groups.all(-1), -1, axis)
    return near(student.max_backward(g, x, axis), right)


ANSWERS["max_backward"] = Answers(
    args="g, x, axis",
    decider=max_backward,
    right=[
        """
out = np.zeros_like(x)
where = np.expand_dims(x.argmax(axis), axis)
np.put_along_axis(out, where, np.expand_dims(g, axis), axis)
return out""",
        """
top = np.expand_dims(np.max(x, axis), axis)
return np.where(x < top, 0, np.expand_dims(g, axis))""",
    ],
    wrong=[
        "g",
        "x.max(axis)",
        "np.expand_dims(g, axis) * (x > 0)",
        "np.expand_dims(g, axis) * (x == x.min(axis, keepdims=True))",
        "-np.expand_dims(g, axis) * (x == x.max(axis, keepdims=True))",
        "np.expand_dims(g, axis) * (x == x.max(0))",
        "np.expand_dims(g, axis) * x / x.max(axis, keepdims=True)",
        """
out = np.zeros_like(x)
out[x.argmax(axis)] = g
return out""",
    ],
    told={
        "(x == x.max(axis, keepdims=True)) * x": (
            "Entries are right where the right one is 0, and off elsewhere."
        ),
        "(x == x.max(axis, keepdims=True)) * g.sum()": (
            "Entries are right where the right one is 0, and off elsewhere."
        ),
        "np.expand_dims(g, axis) * x": "",
        "np.expand_dims(g, axis) * (x >= x.mean(axis, keepdims=True))": (
            "Entries are off only where the right one is 0.",
            "On the cases that are off, entries are off only where the right one is 0.",
        ),
        "2 * np.expand_dims(g, axis) * (x == x.max(axis, keepdims=True))": (
            "Every entry is 2 times the right one."
        ),
    },
)
