"""How far weights are from a variance, in standard errors."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise

ANSWERS = {}


def standard_errors(student, rng):
    """The sum of squares against the mean N and the variance 2N of its law."""
    s, shape = rng.uniform(0.02, 4), lengths(rng, 2, 2, 12)
    W = rng.normal(0, np.sqrt(s) * rng.uniform(0.5, 2), shape)
    total = sum(float(w) ** 2 for w in W.ravel()) / s
    right = (total - W.size) / np.sqrt(2 * W.size)
    return precise(student.standard_errors(W.copy(), s), right)


ANSWERS["standard_errors"] = Answers(
    args="W, s",
    decider=standard_errors,
    right=[
        """
N = W.shape[0] * W.shape[1]
return ((W**2).sum() / N - s) / (s * (2 / N) ** 0.5)""",
        """
u = W.ravel() / np.sqrt(s)
return np.sum(u * u - 1) / np.sqrt(2 * len(u))""",
    ],
    wrong=[
        "(np.mean(W**2) - s) / (s / np.sqrt(W.size))",
        "np.mean(W) / np.sqrt(s / W.size)",
        "(np.mean(W**2) / s - 1) * W.size / 2",
        "(np.mean(W**2) / s - 1) * np.sqrt(W.shape[1] / 2)",
        "(np.mean(W**2) - s) / (np.mean(W**2) * np.sqrt(2 / W.size))",
        "(np.mean(W**2) - s) / (np.std(W**2) / np.sqrt(W.size))",
        "np.log(np.mean(W**2) / s) * np.sqrt(W.size / 2)",
        "(np.std(W) - np.sqrt(s)) / np.sqrt(s / (2 * W.size))",
        "(np.mean(W) ** 2 / s - 1) * np.sqrt(W.size / 2)",
        "np.mean(W**2) / s",
    ],
    told={
        "2 * (np.mean(W**2) / s - 1) * np.sqrt(W.size / 2)": (
            "Every entry is 2 times the right one."
        ),
        "np.array([(np.mean(W**2) / s - 1) * np.sqrt(W.size / 2)])": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "0.0": "Every entry is 0.",
        "np.round((np.mean(W**2) / s - 1) * np.sqrt(W.size / 2), 2)": (
            "It is the right result, rounded to 2 decimals."
        ),
        "(np.mean(W**2, axis=1) / s - 1) * np.sqrt(W.size / 2)": (
            "Its mean over axis 0 is the right result."
        ),
    },
)
