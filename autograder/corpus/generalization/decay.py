"""An L2 penalty on a linear model, and what it has in common with stopping early."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, lengths, near, some

ANSWERS = {}


def ridge_line(student, rng):
    """At a minimum of a convex loss all slopes are 0."""
    n, columns = lengths(rng, 2, 2)
    X = some(rng, n + 4, columns) + rng.choice([-1, 1], columns)
    y = some(rng, n + 4) + rng.choice([-1, 1])
    lam = rng.uniform(0.05, 2)

    def loss(v):
        r = X @ v[:-1] + v[-1] - y
        return np.mean(r * r) + lam * np.sum(v[:-1] * v[:-1])

    w, b = student.ridge_line(X.copy(), y.copy(), lam)
    if np.shape(w) != (columns,) or np.shape(b) != ():
        return False
    at = np.append(w, b)
    found = np.array([along(loss, at, e) for e in np.eye(columns + 1)])
    return at.dtype == float and near(found, 0 * found, 0, 1e-8)


def fitted(
    A="X - X.mean(axis=0)",
    c="y - y.mean()",
    H="A.T @ A / len(X)",
    G="A.T @ c / len(X)",
    D="lam * np.eye(X.shape[1])",
    b="y.mean() - X.mean(axis=0) @ w",
    end="w, b",
):
    return f"""
A, c = {A}, {c}
w = np.linalg.solve({H} + {D}, {G})
b = {b}
return {end}"""


ANSWERS["ridge_line"] = Answers(
    args="X, y, lam",
    decider=ridge_line,
    right=[
        """
n, d = X.shape
Z = np.hstack([X, np.ones((n, 1))])
free = np.eye(d + 1)
free[d, d] = 0
v = np.linalg.solve(Z.T @ Z + n * lam * free, Z.T @ y)
return v[:d], v[d]""",
        """
A, c = X - X.mean(0), y - y.mean()
U, s, V = np.linalg.svd(A, full_matrices=False)
w = V.T @ (s / (s**2 + lam * len(X)) * (U.T @ c))
return [w, np.mean(y - X @ w)]""",
        fitted(D="np.diag([lam] * len(A.T))"),
    ],
    wrong=[
        fitted(D="lam"),
        fitted(G="A.T @ y / len(X) + lam"),
        fitted(H="X.T @ X / len(X)"),
        fitted(A="X"),
        fitted(D="lam**2 * np.eye(X.shape[1])"),
        fitted(b="np.mean(X @ w - y)"),
        fitted(A="(X - X.mean(axis=0)) / X.std(axis=0)"),
        fitted(end="w"),
        fitted(end="b, w"),
    ],
    told={
        fitted(end="2 * w, b"): "Every entry is 2 times the right one.",
        fitted(
            end="w[None], b"
        ): "It is the right result, with an axis of length 1 too many.",
        fitted(end="np.round(w, 3), b"): (
            "It is the right result, rounded to 3 decimals."
        ),
        fitted(end="0 * w, b"): "Every entry is 0.",
    },
)


def kept_shares(student, rng):
    """Logarithms of what is missing, and the slope at the minimum under decay."""
    s, rate = rng.uniform(0.01, 2, rng.integers(1, 6)), rng.uniform(0.05, 0.45)
    steps = int(rng.integers(1, 40))
    found = student.kept_shares(s.copy(), rate, steps)
    if type(found) not in (tuple, list):
        return False
    walked, decayed = found
    right = -np.expm1(steps * np.log1p(-rate * s))
    u = np.asarray(decayed, float)
    slope = rate * steps * s * (u - 1) + u
    return near(walked, right, 1e-8) and u.shape == s.shape and near(slope, 0 * s)


ANSWERS["kept_shares"] = Answers(
    args="s, rate, steps",
    decider=kept_shares,
    right=[
        """
missing = np.ones(len(s))
for _ in range(steps):
    missing = missing * (1 - rate * s)
return 1 - missing, s / (s + 1 / (rate * steps))""",
        "1 - np.power(1 - s * rate, steps), rate * steps * s / (1 + rate * steps * s)",
        """
lam = 1 / rate / steps
return [-np.expm1(steps * np.log1p(-rate * s)), 1 / (1 + lam / s)]""",
    ],
    wrong=[
        "1 - (1 - rate) ** steps * s, s / (s + 1 / (rate * steps))",
        "1 - (rate * s) ** steps, s / (s + 1 / (rate * steps))",
        "(1 + rate * s) ** steps - 1, s / (s + 1 / (rate * steps))",
        "1 - (1 - rate * s) * steps, s / (s + 1 / (rate * steps))",
        "1 - (1 - rate * s) ** steps, s**2 / (s**2 + 1 / (rate * steps))",
        "1 - (1 - rate * s) ** steps, 1 - 1 / (rate * steps) / s",
        "1 - (1 - rate * s) ** steps, 1 - (1 - rate * s) ** steps",
        "1 - (1 - rate * s) ** steps",
        "s / (s + 1 / (rate * steps)), 1 - (1 - rate * s) ** steps",
    ],
    told={
        "s * (1 - (1 - rate * s) ** steps), s / (s + 1 / (rate * steps))": (
            "Every entry is the right one times that of `s`."
        ),
        "np.round(1 - (1 - rate * s) ** steps, 4), s": (
            "It is the right result, rounded to 4 decimals."
        ),
        "(1 - rate * s) ** steps - 1, s / (s + 1 / (rate * steps))": (
            "Every entry is -1 times the right one."
        ),
    },
)
