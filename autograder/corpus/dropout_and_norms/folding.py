"""A layer and its norm as one layer."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise, some

ANSWERS = {}


def folded(student, rng):
    """Both layers, one after the other, at several inputs and at 0."""
    outs, ins = lengths(rng, 2)
    W, b, x = some(rng, outs, ins), some(rng, outs), some(rng, 4, ins)
    mean, gamma, beta = some(rng, outs), some(rng, outs), some(rng, outs)
    var, eps = rng.uniform(0.01, 3, outs), rng.uniform(0.001, 0.3)
    V, c = student.folded(W.copy(), b.copy(), mean, var, gamma, beta, eps)
    if np.shape(V) != W.shape or np.shape(c) != b.shape:
        return False

    def both(x):
        z = np.array([sum(w * v for w, v in zip(row, x, strict=True)) for row in W]) + b
        return (z - mean) * gamma * (var + eps) ** -0.5 + beta

    inputs = [*x, np.zeros(ins), *np.eye(ins)]
    return all(precise(np.asarray(V) @ v + c, both(v)) for v in inputs)


S = "gamma / np.sqrt(var + eps)"


def fold(W="s[:, None] * W", b="s * (b - mean) + beta", end=""):
    return f"""
s = {S}
W, b = {W}, {b}
return {end or "W, b"}"""


ANSWERS["folded"] = Answers(
    args="W, b, mean, var, gamma, beta, eps",
    decider=folded,
    right=[
        fold("(s * W.T).T", "b * s + (beta - s * mean)"),
        fold("np.diag(s) @ W", "np.diag(s) @ (b - mean) + beta"),
        """
rows, biases = [], []
for k in range(len(b)):
    s = gamma[k] * (var[k] + eps) ** -0.5
    rows.append(s * W[k])
    biases.append(s * b[k] - s * mean[k] + beta[k])
return np.array(rows), np.array(biases)""",
    ],
    wrong=[
        fold("s.mean() * W"),
        fold("(s**2)[:, None] * W"),
        fold("W / s[:, None]"),
        fold("s[:, None] + W"),
        fold(b="s * (b + mean) + beta"),
        fold(b="s * (b - mean + beta)"),
        fold(b="s * (b - mean) - beta"),
        fold(b="s * b - beta"),
        fold(end="W"),
        fold(end="b, W"),
    ],
    told={
        fold(end="-W, -b"): "Every entry is -1 times the right one.",
        fold(end="2 * W, 2 * b"): "Every entry is 2 times the right one.",
        fold(end="W[None], b"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        fold(end="W.ravel(), b"): "It is the right result, flattened.",
        fold(end="np.round(W, 3), np.round(b, 3)"): (
            "It is the right result, rounded to 3 decimals."
        ),
    },
)
