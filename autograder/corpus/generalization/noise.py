"""What noise in the inputs does to a loss, on average."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, near, some

ANSWERS = {}


def noisy_loss(student, rng):
    """Noise of three values, weighted as in Gauss and Hermite's rule: row by row."""
    n, columns = lengths(rng, 2, 1, 4)
    X, y, w = some(rng, n, columns), some(rng, n), some(rng, columns)
    std = rng.uniform(0.1, 1.5)
    values, shares = np.sqrt(3) * np.array([-1, 0, 1]), np.array([1, 4, 1]) / 6
    total = 0.0
    for place in np.ndindex(*[3] * columns):
        moved = X + std * values[list(place)]
        total += shares[list(place)].prod() * np.mean((moved @ w - y) ** 2)
    return near(student.noisy_loss(X, y, w, std), total, 1e-8)


MEAN = "np.mean((X @ w - y) ** 2)"
ANSWERS["noisy_loss"] = Answers(
    args="X, y, w, std",
    decider=noisy_loss,
    right=[
        f"{MEAN} + std**2 * np.sum(w**2)",
        "(np.sum((X @ w - y) ** 2) + len(X) * (std * w) @ (std * w)) / len(X)",
        """
total = 0.0
for x, wanted in zip(X, y):
    total += (x @ w - wanted) ** 2 + sum((std * v) ** 2 for v in w)
return total / len(y)""",
    ],
    wrong=[
        f"{MEAN} + std**2 * np.mean(w**2)",
        f"{MEAN} + std**2 * np.abs(w).sum()",
        f"{MEAN} + std**2 * len(w)",
        f"{MEAN} + (std + w @ w) ** 2",
        f"{MEAN} * (1 + std**2)",
        "np.mean(((X + std) @ w - y) ** 2)",
        "np.mean(((X + std * np.random.default_rng(0).normal(size=X.shape)) @ w - y)"
        " ** 2)",
    ],
    told={
        f"2 * ({MEAN} + std**2 * w @ w)": "Every entry is 2 times the right one.",
        f"[{MEAN} + std**2 * w @ w]": (
            "It is the right result, with an axis of length 1 too many."
        ),
        f"round({MEAN} + std**2 * w @ w, 2)": (
            "It is the right result, rounded to 2 decimals."
        ),
        f"{MEAN} - std**2 * w @ w": "Every entry is too small.",
    },
)
