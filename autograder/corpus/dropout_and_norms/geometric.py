"""The geometric mean of predictions."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise

ANSWERS = {}


def geometric_mean(student, rng):
    """Powers, multiplied one after another."""
    k, classes = lengths(rng, 2, 2)
    shares, chances = rng.dirichlet(np.ones(classes) * 2, k), rng.dirichlet(np.ones(k))
    mean = np.ones(classes)
    for row, chance in zip(shares, chances, strict=True):
        mean = mean * row**chance
    return precise(student.geometric_mean(shares, chances), mean / mean.sum())


MEAN = "np.exp(chances @ np.log(shares))"

ANSWERS["geometric_mean"] = Answers(
    args="shares, chances",
    decider=geometric_mean,
    right=[
        """
mean = np.prod(shares ** chances[:, None], axis=0)
return mean / mean.sum()""",
        """
z = np.log(shares).T @ chances
e = np.exp(z - z.max())
return e / sum(e)""",
        """
mean = [1.0] * shares.shape[1]
for row, chance in zip(shares, chances):
    mean = [m * q**chance for m, q in zip(mean, row)]
return np.array(mean) / sum(mean)""",
    ],
    wrong=[
        f"{MEAN} / {MEAN}.max()",
        "np.exp(np.log(shares).sum(0)) / shares.sum()",
        f"{MEAN} / len(shares)",
        "np.sqrt(chances @ shares**2) / np.sqrt(chances @ shares**2).sum()",
        "(1 / (chances @ (1 / shares))) / (1 / (chances @ (1 / shares))).sum()",
        "np.exp(chances @ shares) / np.exp(chances @ shares).sum()",
        "np.median(shares, axis=0)",
        f"{MEAN} ** 2 / ({MEAN} ** 2).sum()",
        "shares[chances.argmax()]",
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
