"""Batch normalization in training."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise, some

ANSWERS = {}


def batch_norm(student, rng):
    """Feature by feature, with sums written out."""
    n, features = lengths(rng, 2, 2)
    X, gamma, beta = some(rng, n, features), some(rng, features), some(rng, features)
    X, eps = X * rng.choice([0.1, 1, 5]), rng.uniform(0.001, 0.3)
    Y = np.empty_like(X)
    for k in range(features):
        column = X[:, k].tolist()
        mean = sum(column) / n
        var = sum((v - mean) ** 2 for v in column) / n
        for i, v in enumerate(column):
            Y[i, k] = gamma[k] * (v - mean) / (var + eps) ** 0.5 + beta[k]
    return precise(student.batch_norm(X.copy(), gamma, beta, eps), Y)


HAT = "(X - X.mean(0)) / np.sqrt(X.var(0) + eps)"

ANSWERS["batch_norm"] = Answers(
    args="X, gamma, beta, eps",
    decider=batch_norm,
    right=[
        """
centred = X - X.sum(0) / len(X)
scale = gamma * ((centred**2).sum(0) / len(X) + eps) ** -0.5
return centred * scale + beta""",
        """
columns = []
for x, c, b in zip(X.T, gamma, beta):
    columns.append(c * (x - np.mean(x)) / np.sqrt(np.var(x) + eps) + b)
return np.stack(columns, axis=1)""",
        """
mean, square = X.mean(axis=0), (X**2).mean(axis=0)
return beta + gamma * (X - mean) / np.sqrt(square - mean**2 + eps)""",
    ],
    wrong=[
        "gamma * (X - X.mean(0)) / np.sqrt((X**2).mean(0) + eps) + beta",
        f"gamma * ({HAT} + beta)",
        "gamma * (X - np.median(X, 0)) / np.sqrt(X.var(0) + eps) + beta",
        "gamma * (X - X.mean(0)) / np.sqrt(X.var() + eps) + beta",
        "gamma * (X - X.mean()) / np.sqrt(X.var(0) + eps) + beta",
        "gamma * (X - X.min(0)) / (np.ptp(X, 0) + eps) + beta",
        "gamma * (X - X.mean(0)) / np.sqrt(X.var(0) + eps**2) + beta",
        "gamma * (X - X.mean(0)) * np.sqrt(X.var(0) + eps) + beta",
        "gamma * (X - X.mean(0)) / np.abs(X - X.mean(0)).mean(0) + beta",
        "gamma * X + beta",
    ],
    told={
        f"-(gamma * {HAT} + beta)": "Every entry is -1 times the right one.",
        f"2 * (gamma * {HAT} + beta)": "Every entry is 2 times the right one.",
        f"(gamma * {HAT} + beta).T": "It is the right result, transposed.",
        f"gamma * {HAT} + beta + eps": "Every entry is the right one plus `eps`.",
        f"np.round(gamma * {HAT} + beta, 3)": (
            "It is the right result, rounded to 3 decimals."
        ),
        f"(gamma * {HAT} + beta)[0]": "It is the first row of the right result.",
        f"np.float32(gamma * {HAT} + beta)": (
            "It agrees with the right result as far as float32 reaches."
        ),
    },
)
