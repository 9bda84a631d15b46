"""The geometric mean of predictions."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise

ANSWERS = {}


def geometric_mean(student, rng):
    """Powers, multiplied one after another."""
    k, classes = lengths(rng, 2, 2)
    P, chances = rng.dirichlet(np.ones(classes) * 2, k), rng.dirichlet(np.ones(k))
    mean = np.ones(classes)
    for row, chance in zip(P, chances, strict=True):
        mean = mean * row**chance
    return precise(student.geometric_mean(P, chances), mean / mean.sum())


MEAN = "np.exp(chances @ np.log(P))"

ANSWERS["geometric_mean"] = Answers(
    args="P, chances",
    decider=geometric_mean,
    right=[
        """
mean = np.prod(P ** chances[:, None], axis=0)
return mean / mean.sum()""",
        """
z = np.log(P).T @ chances
e = np.exp(z - z.max())
return e / sum(e)""",
        """
mean = [1.0] * P.shape[1]
for row, chance in zip(P, chances):
    mean = [m * q**chance for m, q in zip(mean, row)]
return np.array(mean) / sum(mean)""",
    ],
    wrong=[
        f"{MEAN} / {MEAN}.max()",
        "np.exp(np.log(P).sum(0)) / P.sum()",
        f"{MEAN} / len(P)",
        "np.sqrt(chances @ P**2) / np.sqrt(chances @ P**2).sum()",
        "(1 / (chances @ (1 / P))) / (1 / (chances @ (1 / P))).sum()",
        "np.exp(chances @ P) / np.exp(chances @ P).sum()",
        "np.median(P, axis=0)",
        f"{MEAN} ** 2 / ({MEAN} ** 2).sum()",
        "P[chances.argmax()]",
    ],
    told={
        f"2 * {MEAN} / {MEAN}.sum()": "Every entry is 2 times the right one.",
        f"-{MEAN} / {MEAN}.sum()": "Every entry is -1 times the right one.",
        f"({MEAN} / {MEAN}.sum())[None]": (
            "It is the right result, with an axis of length 1 too many."
        ),
        f"np.round({MEAN} / {MEAN}.sum(), 3)": (
            "It is the right result, rounded to 3 decimals."
        ),
        f"({MEAN} / {MEAN}.sum())[::-1]": (
            "It is the right result, turned round along axis 0."
        ),
    },
)
