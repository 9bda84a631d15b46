"""How much each gradient counts in an average."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise

ANSWERS = {}


def average_weights(student, rng):
    """The average of random gradients has to come out, and its weights are linear."""
    betas = rng.uniform(0.05, 0.99, rng.integers(2, 10))
    if rng.random() < 0.3:
        betas[:] = betas[0]
    found = student.average_weights(betas.copy())
    if np.shape(found) != betas.shape:
        return False
    gs = rng.normal(size=(len(betas), 3 * len(betas)))
    m = np.zeros(gs.shape[1])
    for beta, g in zip(betas, gs, strict=True):
        m += (1 - beta) * (g - m)
    return precise(np.asarray(found, float) @ gs, m)


ANSWERS["average_weights"] = Answers(
    args="betas",
    decider=average_weights,
    right=[
        """
weights = []
for k in range(len(betas)):
    weights.append((1 - betas[k]) * np.prod(betas[k + 1 :]))
return weights""",
        """
left = np.concatenate([[1.0], np.cumprod(betas[:0:-1])])[::-1]
return left - left * betas""",
        """
left = np.append(np.cumprod(betas[::-1])[::-1], 1.0)
return np.diff(left)""",
    ],
    wrong=[
        "1 - betas",
        "(1 - betas) * np.prod(betas)",
        "np.ones(len(betas)) / len(betas)",
        "1 - np.cumprod(betas)",
        "(1 - betas) * betas",
        "np.cumprod(betas)[::-1]",
        """
weights = np.zeros(len(betas))
for k, beta in enumerate(betas):
    weights[k] = 1 - beta
    weights = beta * weights
return weights / betas[-1]""",
    ],
    told={
        "2 * np.diff(np.append(np.cumprod(betas[::-1])[::-1], 1.0))": (
            "Every entry is 2 times the right one."
        ),
        "-np.diff(np.append(np.cumprod(betas[::-1])[::-1], 1.0))": (
            "Every entry is -1 times the right one."
        ),
        "np.diff(np.append(np.cumprod(betas[::-1])[::-1], 1.0)).sum()": (
            "It is the sum of all right entries.",
            "It is the sum over axis 0 of the right result.",
        ),
        "0 * betas": "Every entry is 0.",
        "np.round(np.diff(np.append(np.cumprod(betas[::-1])[::-1], 1.0)), 3)": (
            "It is the right result, rounded to 3 decimals."
        ),
        "np.diff(np.append(np.cumprod(betas[::-1])[::-1], 1.0))[None]": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "np.diff(np.append(np.cumprod(betas[::-1])[::-1], 1.0)) + 1": (
            "Every entry is the right one plus 1."
        ),
    },
)
