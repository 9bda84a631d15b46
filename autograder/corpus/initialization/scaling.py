"""Factors that give each layer's z the mean square 1."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}

BENDS = [np.tanh, np.arctan, lambda z: np.maximum(z, 0) + 0.2, lambda z: z + np.cos(z)]


def scaled_by_data(student, rng):
    """The scaled network, layer by layer."""
    layers, examples, n = rng.integers(1, 7, 3)
    f, X = BENDS[rng.integers(len(BENDS))], rng.normal(0.3, 1, (examples, n))
    W = rng.normal(0.2, 10.0 ** rng.integers(-4, 2), (layers, n, n))
    found = np.asarray(student.scaled_by_data(f, X.copy(), W.copy()), float)
    if found.shape != (layers,) or not np.all(found > 0):
        return False
    a = X
    for factor, weights in zip(found, W, strict=True):
        z = factor * np.einsum("nj,ij->ni", a, weights)
        if not near(np.sum(z * z), z.size, 1e-6):
            return False
        a = f(z)
    return True


def loop(z="a @ w.T", c="1 / np.sqrt(np.mean(z**2))", a="f(c[-1] * z)", end="c"):
    """The walk through the layers, in which some lines are another's."""
    return f"""
c, a = [], X
for w in W:
    z = {z}
    c.append({c})
    a = {a}
return {end}"""


ANSWERS["scaled_by_data"] = Answers(
    args="f, X, W",
    decider=scaled_by_data,
    right=[
        """
factors = np.empty(len(W))
a = X
for l in range(len(W)):
    z = np.einsum("nj,ij->ni", a, W[l])
    factors[l] = (z**2).mean() ** -0.5
    a = f(factors[l] * z)
return factors""",
        """
c, A = [], X.T
for w in W:
    Z = w @ A
    size = np.linalg.norm(Z) / np.sqrt(Z.size)
    c += [1 / size]
    A = f(Z / size)
return tuple(c)""",
    ],
    wrong=[
        loop(z="a @ w"),
        loop(z="f(a) @ w.T"),
        loop(c="1 / np.mean(np.abs(z))"),
        loop(c="1 / np.abs(z).max()"),
        loop(c="1 / np.sqrt(np.mean(z**2) * len(w))"),
        loop(c="1 / np.sqrt(np.median(z**2))"),
        loop(c="np.sqrt(2 / len(w))"),
        loop(a="c[-1] * f(z)"),
        loop(z="X @ w.T"),
        loop(end="c[::-1]"),
        loop(end="[v * w for v, w in zip(c, W)]"),
        loop(end="-np.array(c)"),
        loop(end="np.cumprod(c)"),
        loop(c="1 / np.sqrt(np.mean(z**2, axis=0))"),
    ],
)
