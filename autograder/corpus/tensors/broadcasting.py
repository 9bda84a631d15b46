"""Undoing broadcasting."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import is_adjoint, lengths, some

ANSWERS = {}


def unbroadcast(student, rng):
    """The adjoint of stretching."""
    whole = lengths(rng, rng.integers(1, 4))
    part = [1 if rng.random() < 0.4 else n for n in whole]
    shape = tuple(part[rng.integers(0, len(part) + 1) :])
    g = some(rng, *whole)
    yours = student.unbroadcast(g.copy(), shape)
    return is_adjoint(
        yours, lambda t: np.broadcast_to(t, g.shape), g, np.zeros(shape), rng
    )


ANSWERS["unbroadcast"] = Answers(
    args="g, shape",
    decider=unbroadcast,
    right=[
        """
while g.ndim > len(shape):
    g = g.sum(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=i, keepdims=True)
return g""",
        """
padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
axes = tuple(i for i, n in enumerate(padded) if n == 1)
return np.sum(g, axis=axes, keepdims=True).reshape(shape)""",
        """
out = np.zeros(shape)
where = np.broadcast_to(np.arange(out.size).reshape(shape), g.shape)
np.add.at(out.reshape(-1), where.ravel(), g.ravel())
return out""",
    ],
    wrong=[
        "g.reshape(shape)",
        "np.resize(g, shape)",
        "g.sum(axis=-1)",
        "np.ones(shape) * g.sum()",
        "g.sum(axis=0) if g.shape != shape else g",
        """
while g.ndim > len(shape):
    g = g.sum(axis=-1)
return g""",
        """
for i, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=i, keepdims=True)
while g.ndim > len(shape):
    g = g.sum(axis=0)
return g""",
        """
while g.ndim > len(shape):
    g = g.max(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.max(axis=i, keepdims=True)
return g""",
    ],
    told={
        "np.zeros(shape)": "Every entry is 0.",
        """
while g.ndim > len(shape):
    g = g.sum(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=i, keepdims=True)
return -g""": "Every entry is -1 times the right one.",
        """
while g.ndim > len(shape):
    g = g.sum(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=i, keepdims=True)
return g[None]""": ("It is the right result, with an axis of length 1 too many."),
        """
while g.ndim > len(shape):
    g = g.prod(axis=0)
return g""": "",
    },
)
