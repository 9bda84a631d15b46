"""The slope of a loss that was broken."""

import numpy as np
from answers import Answers
from measures import lengths, near, some

ANSWERS = {}


def log_cosh_slope(student, rng):
    """tanh, made of exponentials."""
    (n,) = lengths(rng, 1, 1, 12)
    prediction, target = some(rng, 2, n)
    grown = np.exp(2 * (prediction - target))
    right = (grown - 1) / (grown + 1) / n
    return near(student.log_cosh_slope(prediction, target), right)


ANSWERS["log_cosh_slope"] = Answers(
    args="prediction, target",
    decider=log_cosh_slope,
    right=[
        "-np.tanh(target - prediction) / prediction.size",
        """
gap = prediction - target
return np.sinh(gap) / np.cosh(gap) * (1 / len(gap))""",
    ],
    wrong=[
        "np.tan(prediction - target) / len(target)",
        "np.tanh(prediction) - np.tanh(target) / len(target)",
        "2 * (prediction - target) / len(target)",
        "np.abs(np.tanh(prediction - target)) / len(target)",
        "(np.tanh(prediction - target) / len(target))[:, None]",
        "1 / np.cosh(prediction - target) / len(target)",
        "np.tanh(prediction - target) / 2",
    ],
    told={
        "2 * np.tanh(prediction - target) / len(target)": (
            "Every entry is 2 times the right one."
        ),
        "np.tanh(prediction - target) / np.sqrt(len(target))": (
            "In a case all entries are off by the same factor."
        ),
        "(prediction - target) / len(target)": (
            "Every sign is right, but not every size."
        ),
        "np.sign(prediction - target) / len(target)": (
            "Every sign is right, but not every size."
        ),
        "np.sinh(prediction - target) / len(target)": (
            "Every sign is right, but not every size."
        ),
        "np.round(np.tanh(prediction - target) / len(target), 3)": (
            "It is the right result, rounded to 3 decimals."
        ),
        "np.tanh(prediction - target)[::-1] / len(target)": (
            "It is the right result, turned round along axis 0."
        ),
    },
)
