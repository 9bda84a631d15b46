"""Entropy and cross-entropy. The deciders differentiate sums of powers."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import TINY, precise

ANSWERS = {}


def distribution(rng, classes):
    """Some classes may be impossible, never all."""
    p = rng.uniform(0.05, 1, classes) * (rng.random(classes) < 0.8)
    p[rng.integers(classes)] += 0.3
    return p / p.sum()


def entropy(student, rng):
    """The slope of Σ pᵃ at a = 1 is Σ p log p."""
    p = distribution(rng, rng.integers(1, 7))
    powers = p[p > 0] ** (1 + 1j * TINY)
    return precise(student.entropy(p.copy()), -powers.sum().imag / TINY)


ANSWERS["entropy"] = Answers(
    args="p",
    decider=entropy,
    right=[
        "sum(-v * np.log(v) for v in p if v > 0)",
        "-np.sum(p * np.log(np.where(p > 0, p, 1)))",
        """
total = 0.0
for v in p:
    if v != 0:
        total += v * np.log(1 / v)
return total""",
    ],
    wrong=[
        "np.sqrt(np.sum(p * np.log(np.where(p > 0, p, 1)) ** 2))",
        "-np.sum(p * np.log(p + 1e-6))",
        "-np.sum(p * np.log10(np.where(p > 0, p, 1)))",
        "-np.log(np.sum(p**2))",
        "1 - np.sum(p**2)",
        "-np.log(p.max())",
        "np.exp(-np.sum(p * np.log(np.where(p > 0, p, 1))))",
        "np.log((p > 0).sum())",
    ],
    told={
        "-3 * np.sum(p * np.log(np.where(p > 0, p, 1)))": (
            "On the cases that are off, every entry is 3 times the right one."
        ),
        "-p * np.log(np.where(p > 0, p, 1))": (
            "Its sum over axis 0 is the right result."
        ),
        "np.log(len(p))": "Every entry is too large.",
        "round(-np.sum(p * np.log(np.where(p > 0, p, 1))), 2)": (
            "It is the right result, rounded to 2 decimals."
        ),
    },
)


def cross_entropy(student, rng):
    """The slope of Σ p qᵃ at a = 0, where q rules nothing out that occurs."""
    classes = rng.integers(1, 7)
    p, q = distribution(rng, classes), distribution(rng, classes)
    found = student.cross_entropy(p.copy(), q.copy())
    occurs = p > 0
    if not q[occurs].all():
        return np.ndim(found) == 0 and found == np.inf
    powers = p[occurs] * q[occurs] ** (1j * TINY)
    return precise(found, -powers.sum().imag / TINY)


ANSWERS["cross_entropy"] = Answers(
    args="p, q",
    decider=cross_entropy,
    right=[
        """
total = 0.0
for a, b in zip(p, q):
    if a > 0:
        total += a * (np.inf if b == 0 else -np.log(b))
return total""",
        """
with np.errstate(all="ignore"):
    terms = p * np.log(q)
return -np.sum(np.where(p == 0, 0, terms))""",
        """
seen = np.nonzero(p)
with np.errstate(divide="ignore"):
    return np.dot(p[seen], -np.log(q[seen]))""",
    ],
    wrong=[
        "-np.sum(np.sqrt(p) * np.log(np.where(q > 0, q, 1)))",
        "-np.sum(p * np.log(q + 1e-9))",
        "-np.sum(p * np.log(np.clip(q, 1e-15, 1)))",
        "-np.log(np.sum(p * q) + 1e-300)",
        "-np.sum(p * np.log(np.where(q > 0, q, 1))) / np.log(10)",
        "np.sum((p - q) ** 2)",
    ],
    told={
        "-2 * np.sum(p * np.log(np.where(q > 0, q, 1)))": (
            "Every entry is 2 times the right one."
        ),
        "-p * np.log(np.where(q > 0, q, 1))": (
            "Its sum over axis 0 is the right result."
        ),
        "np.exp(-np.sum(p * np.log(np.where(q > 0, q, 1))))": (
            "Every entry is too large."
        ),
    },
)
