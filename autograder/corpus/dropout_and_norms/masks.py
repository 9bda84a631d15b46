"""Dropout, with a uniform number given for each entry."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise, some

ANSWERS = {}


def dropped(student, rng):
    """Entry by entry, in both modes; x stays as it was."""
    x, p = some(rng, *lengths(rng, 2)), rng.uniform(0.05, 0.95)
    u = rng.random(x.shape)
    right = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        right[at] = 0.0 if u[at] < p else x[at] / (1 - p)
    given = x.copy()
    both = (True, right), (False, x)
    same = all(precise(student.dropped(given, u, p, t), r) for t, r in both)
    return same and np.array_equal(given, x)


ANSWERS["dropped"] = Answers(
    args="x, uniform, p_drop, training",
    decider=dropped,
    right=[
        "np.where(uniform < p_drop, 0.0, x / (1 - p_drop)) if training else x",
        """
keep = 1 - p_drop if training else 1
mask = uniform >= p_drop if training else np.ones(x.shape)
return mask * x / keep""",
        """
y = x.copy()
if training:
    y[uniform < p_drop] = 0
    y *= 1 / (1 - p_drop)
return y""",
    ],
    wrong=[
        "x * (uniform >= p_drop) / (1 - p_drop) if not training else x",
        "x * (uniform >= 0.5) / (1 - p_drop) if training else x",
        "x * (uniform[:, :1] >= p_drop) / (1 - p_drop) if training else x",
        "x * (uniform >= p_drop) / (uniform >= p_drop).mean() if training else x",
        "x * (uniform >= p_drop) + 1 / (1 - p_drop) if training else x",
        "np.where(uniform < p_drop, x, x / (1 - p_drop)) if training else x",
        "x * uniform / (1 - p_drop) if training else x",
        "x * (uniform >= p_drop) / np.sqrt(1 - p_drop) if training else x",
        "np.zeros(x.shape) if training else x",
    ],
    told={
        "x * (uniform >= p_drop) * 2 if training else 2 * x * (1 - p_drop)": (
            "In a case all entries are off by the same factor."
        ),
        "-x * (uniform >= p_drop) / (1 - p_drop) if training else -x": (
            "Every entry is -1 times the right one."
        ),
        "2 * x * (uniform >= p_drop) / (1 - p_drop) if training else 2 * x": (
            "Every entry is 2 times the right one."
        ),
        "(x * (uniform >= p_drop) / (1 - p_drop) if training else x)[None]": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "(x * (uniform >= p_drop) / (1 - p_drop) if training else x).ravel()": (
            "It is the right result, flattened."
        ),
        "np.abs(x * (uniform >= p_drop) / (1 - p_drop)) if training else np.abs(x)": (
            "Every entry has the size of the right one, and none is negative."
        ),
    },
)
