"""The largest stable rate."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, near, some

ANSWERS = {}


def stable_rate(student, rng):
    """The steepest curvature, by multiplying a vector by the Hessian many times."""
    n, d = lengths(rng, 2, least=2)
    X = some(rng, n, d) + 1.5
    v = np.ones(d)
    for _ in range(2000):
        v = X.T @ (X @ v) / n
        v /= np.sqrt(v @ v)
    steepest = np.sum((X @ v) ** 2) / n
    found = student.stable_rate(X.copy())
    return np.ndim(found) == 0 and near(found, 2 / steepest)


ANSWERS["stable_rate"] = Answers(
    args="X",
    decider=stable_rate,
    right=[
        "2 * len(X) / np.linalg.norm(X, 2) ** 2",
        "2 / np.linalg.eigvalsh(X.T @ X / len(X)).max()",
        """
H = np.zeros((X.shape[1], X.shape[1]))
for x in X:
    H += np.outer(x, x) / len(X)
values, vectors = np.linalg.eigh(H)
return 2 / values[-1]""",
        "2 / np.linalg.eigvalsh(X @ X.T / len(X))[-1]",
    ],
    wrong=[
        "2 / np.linalg.eigvalsh(X.T @ X / X.shape[1])[-1]",
        "2 / np.linalg.norm(X.T @ X / len(X))",
        "2 / np.linalg.eigvalsh(np.cov(X.T))[-1]",
        "2 / np.abs(X.T @ X / len(X)).max()",
        "np.linalg.cond(X.T @ X)",
        "2 / np.sqrt(np.linalg.eigvalsh(X.T @ X / len(X))[-1])",
        "2 / np.linalg.eigvalsh(X.T @ X / len(X))",
        "1 - 1 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]",
        "2 / np.linalg.eigvalsh(X.T @ X / (len(X) - 1))[-1]",
    ],
    told={
        "4 * len(X) / np.linalg.norm(X, 2) ** 2": (
            "Every entry is 2 times the right one."
        ),
        "[2 * len(X) / np.linalg.norm(X, 2) ** 2]": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "np.float32(2 * len(X) / np.linalg.norm(X, 2) ** 2)": (
            "It agrees with the right result as far as float32 reaches."
        ),
        "0.0": "Every entry is 0.",
    },
)
