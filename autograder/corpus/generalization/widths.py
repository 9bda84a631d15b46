"""The error on new rows of a linear fit with few weights or many."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def new_error(student, rng):
    """By singular values: each is divided by itself, or by a little more."""
    n, k = rng.choice(np.array([2, 3, 4, 8, 9, 10, 20]), 2, replace=False)
    while 0.5 < n / k < 2:
        n, k = rng.choice(np.array([2, 3, 4, 8, 9, 10, 20]), 2, replace=False)
    F, y = some(rng, n, k), some(rng, n)
    F_new, y_new = some(rng, 5, k), some(rng, 5)
    lam = float(rng.choice([0.0, rng.uniform(0.02, 1)]))
    U, s, V = np.linalg.svd(F, full_matrices=False)
    w = V.T @ (U.T @ y / (s + n * lam / s))
    right = sum((x @ w - v) ** 2 for x, v in zip(F_new, y_new, strict=True)) / 5
    return near(student.new_error(F, y, F_new, y_new, lam), right, 1e-6)


def measured(
    decayed="np.linalg.solve(F.T @ F / n + lam * np.eye(k), F.T @ y / n)",
    shortest="np.linalg.pinv(F) @ y",
    end="np.mean((F_new @ w - y_new) ** 2)",
):
    return f"""
n, k = F.shape
if lam > 0:
    w = {decayed}
else:
    w = {shortest}
return {end}"""


ANSWERS["new_error"] = Answers(
    args="F, y, F_new, y_new, lam",
    decider=new_error,
    right=[
        measured(decayed="F.T @ np.linalg.solve(F @ F.T + n * lam * np.eye(n), y)"),
        """
n, k = F.shape
A = np.vstack([F, np.sqrt(lam * n) * np.eye(k)])
w = np.linalg.lstsq(A, np.concatenate([y, np.zeros(k)]), rcond=None)[0]
return np.mean((y_new - F_new @ w) ** 2)""",
        """
w = np.linalg.pinv(F.T @ F + len(F) * lam * np.eye(F.shape[1])) @ F.T @ y
r = F_new @ w - y_new
return r @ r / len(r)""",
    ],
    wrong=[
        measured(shortest="np.linalg.pinv(F[:2]) @ y[:2]"),
        measured(shortest="F.T @ y / n"),
        measured(shortest="np.linalg.pinv(F + 0.01) @ y"),
        measured(decayed="np.linalg.solve(F.T @ F / n + lam, F.T @ y / n)"),
        measured(decayed="np.linalg.solve(F.T @ F / k + lam * np.eye(k), F.T @ y / k)"),
        measured(decayed="np.linalg.pinv(F) @ y / (1 + lam)"),
        measured(end="np.mean(np.abs(F_new @ w - y_new))"),
        measured(end="np.mean(F_new @ w - y_new) ** 2"),
        measured(end="np.mean((F_new @ w - y_new) ** 2) + lam * w @ w"),
        measured(end="w"),
        measured(end="np.var(F_new @ w - y_new)"),
    ],
    told={
        measured(end="3 * np.mean((F_new @ w - y_new) ** 2)"): (
            "Every entry is 3 times the right one."
        ),
        measured(end="[np.mean((F_new @ w - y_new) ** 2)]"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        measured(end="round(np.mean((F_new @ w - y_new) ** 2), 2)"): (
            "It is the right result, rounded to 2 decimals."
        ),
        measured(end="-np.mean((F_new @ w - y_new) ** 2)"): (
            "Every entry is -1 times the right one."
        ),
    },
    mistakes={
        "With more columns than rows": [
            measured(shortest="np.linalg.solve(F.T @ F, F.T @ y)"),
            measured(
                shortest="np.linalg.solve(F.T @ F / n + 0 * np.eye(k), F.T @ y / n)"
            ),
        ],
    },
)
