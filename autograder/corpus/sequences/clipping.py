"""Clipping by the norm of all arrays together."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise, some

ANSWERS = {}


def clipped(student, rng):
    """Laid end to end: the direction stays, and the length is the smaller of two."""
    hidden, inputs = rng.integers(1, 5, 2).tolist()
    parts = [some(rng, hidden, inputs), some(rng, hidden, hidden), some(rng, hidden)]
    parts = [p * rng.choice([0, 0.1, 1, 10], p=[0.1, 0.3, 0.3, 0.3]) for p in parts]
    limit = float(rng.choice([0.01, 0.3, 3, 30, 3000]))
    found = student.clipped(*(p.copy() for p in parts), limit)
    if [np.shape(f) for f in found] != [p.shape for p in parts]:
        return False
    long = np.concatenate([p.ravel() for p in parts])
    length = np.linalg.norm(long)
    right = long if length <= limit else long / length * limit
    return precise(np.concatenate([np.ravel(f) for f in found]), right)


def by(factor, end="dW * factor, dU * factor, db * factor"):
    return f"""
norm = np.sqrt(np.sum(dW**2) + np.sum(dU**2) + np.sum(db**2))
factor = {factor}
return {end}"""


RIGHT = "1.0 if norm <= limit else limit / norm"

ANSWERS["clipped"] = Answers(
    args="dW, dU, db, limit",
    decider=clipped,
    right=[
        by(RIGHT),
        """
parts = dW, dU, db
norm = np.linalg.norm(np.concatenate([p.ravel() for p in parts]))
if norm > limit:
    parts = [p * limit / norm for p in parts]
return list(parts)""",
        """
norm = np.sqrt(sum(float(np.vdot(d, d)) for d in (dW, dU, db)))
return tuple(d / max(1.0, norm / limit) for d in (dW, dU, db))""",
    ],
    wrong=[
        by("min(1, limit / (norm + 1e-3))"),
        by("min(limit, norm)"),
        by("limit"),
        by("1 / (1 + norm / limit)"),
        by(RIGHT, "dW * factor, dU * factor, db * factor**2"),
        by(RIGHT, "dU * factor, dW * factor, db * factor"),
        by("1.0 if norm <= limit else limit"),
        by("1.0 if np.abs(dW).sum() <= limit else limit / np.abs(dW).sum()"),
        by("min(1, limit / max(np.linalg.norm(dU), 1e-9))"),
    ],
    told={
        by(RIGHT, "2 * dW * factor, 2 * dU * factor, 2 * db * factor"): (
            "On the cases that are off, every entry is 2 times the right one."
        ),
        by(
            RIGHT, "-dW * factor, -dU * factor, -db * factor"
        ): "Every entry has the size of the right one, but not always its sign.",
        by(RIGHT, "(dW * factor).T, dU * factor, db * factor"): (
            "It is the right result, transposed."
        ),
    },
)
