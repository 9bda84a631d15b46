"""The gradient of the hinge."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise, slopes, some

ANSWERS = {}


def hinge_gradient(student, rng):
    """The loss moved by complex steps: each example stays on its piece."""
    n, features = lengths(rng, 2)
    w, X, y = some(rng, features), some(rng, n, features), rng.choice([-1.0, 1.0], n)

    def loss(w):
        short = 1 - y * (X @ w)
        return np.mean(short * (np.real(short) > 0))

    return precise(student.hinge_gradient(w, X, y), slopes(loss, w))


ANSWERS["hinge_gradient"] = Answers(
    args="w, X, y",
    decider=hinge_gradient,
    right=[
        """
total = np.zeros(len(w))
for x, label in zip(X, y):
    if label * (x @ w) < 1:
        total -= label * x
return total / len(X)""",
        "np.mean(np.where((y * (X @ w) < 1)[:, None], -y[:, None] * X, 0), axis=0)",
        "X.T @ np.where(1 - y * (X @ w) > 0, -y / len(y), 0)",
    ],
    wrong=[
        "np.maximum(0, 1 - y * (X @ w)).mean()",
        "-(y @ X) / len(X) * (w < 1)",
        "(y * (X @ w) - 1) @ X / len(X)",
        "-y * (y * (X @ w) < 1)",
        "-((y * (X @ w) < 1) * y) @ X / X.shape[1]",
        "-((X @ w < 1) * y) @ X / len(X)",
        "-(np.maximum(0, 1 - y * (X @ w)) * y) @ X / len(X)",
        "-(y / (1 + np.exp(y * (X @ w)))) @ X / len(X)",
    ],
    told={
        "np.zeros(len(w))": "Every entry is 0.",
        "-2 * ((y * (X @ w) < 1) * y) @ X / len(X)": (
            "Every entry is 2 times the right one."
        ),
        "(-((y * (X @ w) < 1) * y) @ X / len(X))[None]": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "-((y * (X @ w) < 1) * y) @ X / len(X) + w": (
            "Every entry is the right one plus that of `w`."
        ),
        "np.abs(((y * (X @ w) < 1) * y) @ X / len(X))": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "np.round(-((y * (X @ w) < 1) * y) @ X / len(X), 3)": (
            "It is the right result, rounded to 3 decimals."
        ),
    },
)
