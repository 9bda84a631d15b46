"""The slope of a loss that was broken."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, near, some

ANSWERS = {}


def squared_error_slope(student, rng):
    """A central difference, which is exact for a square."""
    (n,) = lengths(rng, 1, 1, 12)
    prediction, target = some(rng, 2, n)
    ahead, behind = (prediction + step * np.eye(n) for step in (1, -1))
    loss_ahead, loss_behind = (((p - target) ** 2).mean(1) for p in (ahead, behind))
    right = (loss_ahead - loss_behind) / 2
    return near(student.squared_error_slope(prediction, target), right)


ANSWERS["squared_error_slope"] = Answers(
    args="prediction, target",
    decider=squared_error_slope,
    right=[
        "-2 * (target - prediction) / prediction.size",
        """
slopes = np.zeros(len(target))
for i, (p, t) in enumerate(zip(prediction, target)):
    slopes[i] = (p + p - t - t) / len(target)
return slopes""",
    ],
    wrong=[
        "2 * prediction - target / len(target)",
        "2 * np.mean(prediction - target) / len(target)",
        "2 * np.abs(prediction - target) / len(target)",
        "(2 * (prediction - target) / len(target))[:, None]",
        "(prediction - target) ** 2",
        "(prediction**2 - target**2) / len(target)",
        "2 * (prediction + target) / len(target)",
    ],
    told={
        "4 * (prediction - target) / len(target)": (
            "Every entry is 2 times the right one."
        ),
        "2 * (prediction - target) / np.sqrt(len(target))": (
            "In a case all entries are off by the same factor."
        ),
        "2 * np.tanh(prediction - target) / len(target)": (
            "Every sign is right, but not every size."
        ),
        "np.sign(prediction - target) / len(target)": (
            "Every sign is right, but not every size."
        ),
        "2 * (prediction - target) ** 3 / len(target)": (
            "Every sign is right, but not every size."
        ),
        "np.round(2 * (prediction - target) / len(target), 3)": (
            "It is the right result, rounded to 3 decimals."
        ),
        "2 * (prediction - target)[::-1] / len(target)": (
            "It is the right result, turned round along axis 0."
        ),
    },
)
