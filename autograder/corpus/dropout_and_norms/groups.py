"""Group normalization."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise, some

ANSWERS = {}


def group_norm(student, rng):
    """Row by row and group by group, with slices."""
    groups, size, n = rng.integers(1, 5, 3)
    size += 1
    X = some(rng, n, groups * size) * rng.choice([0.2, 1, 4])
    gamma, beta = some(rng, groups * size), some(rng, groups * size)
    eps = rng.uniform(0.001, 0.3)
    Y = np.empty_like(X)
    for i in range(n):
        for k in range(groups):
            at = slice(k * size, (k + 1) * size)
            part = X[i, at] - sum(X[i, at]) / size
            root = (sum(part**2) / size + eps) ** 0.5
            Y[i, at] = gamma[at] * part / root + beta[at]
    return precise(student.group_norm(X.copy(), int(groups), gamma, beta, eps), Y)


def norm(shape="len(X), groups, -1", axis="2", var="", mean="", end="gamma * h + beta"):
    mean = mean or f"parts.mean({axis}, keepdims=True)"
    var = var or f"parts.var({axis}, keepdims=True)"
    return f"""
parts = X.reshape({shape})
h = ((parts - {mean}) / np.sqrt({var} + eps)).reshape(X.shape)
return {end}"""


ANSWERS["group_norm"] = Answers(
    args="X, groups, gamma, beta, eps",
    decider=group_norm,
    right=[
        norm("-1, X.shape[1] // groups", axis="1"),
        """
found = []
for part in np.split(X, groups, axis=1):
    centred = part - part.mean(1, keepdims=True)
    found.append(centred / np.sqrt((centred**2).mean(1, keepdims=True) + eps))
return np.hstack(found) * gamma + beta""",
        """
size = X.shape[1] // groups
Y = np.zeros(X.shape)
for i, x in enumerate(X):
    for start in range(0, len(x), size):
        part = x[start:start + size]
        h = (part - np.mean(part)) / (np.var(part) + eps) ** 0.5
        Y[i, start:start + size] = h
return Y * gamma + beta""",
    ],
    wrong=[
        norm(var="parts.var()"),
        norm(mean="X.mean(1)[:, None, None]"),
        norm(var="X.var(1)[:, None, None]"),
        norm(mean="0"),
        norm(var="(parts**2).mean(2, keepdims=True)"),
        norm(var="parts.std(2, keepdims=True)"),
        norm(end="gamma * (h + beta)"),
        norm(end="h * gamma[:1] + beta[:1]"),
        norm(end="h + gamma * beta"),
        norm(axis="1"),
    ],
    told={
        norm(end="-(gamma * h + beta)"): "Every entry is -1 times the right one.",
        norm(end="2 * (gamma * h + beta)"): "Every entry is 2 times the right one.",
        norm(end="(gamma * h + beta).T"): "It is the right result, transposed.",
        norm(end="gamma * h + beta + eps"): "Every entry is the right one plus `eps`.",
        norm(end="np.round(gamma * h + beta, 3)"): (
            "It is the right result, rounded to 3 decimals."
        ),
    },
)
