"""A weighted cross-entropy from logits."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise, some

ANSWERS = {}


def rows(rng):
    """Logits of any size, labels and weights."""
    n, classes = lengths(rng, 2)
    z = some(rng, n, classes) * rng.choice([1, 30, 400])
    return z, rng.integers(classes, size=n), rng.uniform(0.2, 4, classes)


def weighted_cross_entropy(student, rng):
    """log Σ exp built up class by class, the mean row by row."""
    z, y, weight = rows(rng)
    total = used = 0.0
    for row, right in zip(z, y, strict=True):
        total += weight[right] * (np.logaddexp.reduce(row) - row[right])
        used += weight[right]
    found = student.weighted_cross_entropy(z.copy(), y.copy(), weight.copy())
    return precise(found, total / used)


ANSWERS["weighted_cross_entropy"] = Answers(
    args="z, y, weight",
    decider=weighted_cross_entropy,
    right=[
        """
total = 0.0
for row, k in zip(z, y):
    top = row.max()
    total += weight[k] * (top + np.log(np.sum(np.exp(row - top))) - row[k])
return total / sum(weight[k] for k in y)""",
        """
losses = np.logaddexp.reduce(z, axis=1) - np.take_along_axis(z, y[:, None], 1)[:, 0]
return np.average(losses, weights=weight[y])""",
        """
d = z - z[np.arange(len(y)), y][:, None]
top = d.max(1)
return weight[y] @ (top + np.log(np.exp(d - top[:, None]).sum(1))) / weight[y].sum()""",
    ],
    wrong=[
        "-np.log(softmax(z)[np.arange(len(y)), y] + 1e-300).sum()",
        "np.sum(weight * -np.log(softmax(z) + 1e-9).mean(0))",
        """
losses = -np.log(softmax(z)[:, y].mean(1) + 1e-300)
return weight[y] @ losses / weight[y].sum()""",
        "np.sum((softmax(z) - np.eye(len(weight))[y]) ** 2)",
        """
top = z.max(1)
losses = top + np.log(np.exp(z - top[:, None]).sum(1)) - top
return weight[y] @ losses / weight[y].sum()""",
        """
s = z - z.max(1, keepdims=True)
losses = np.log(np.exp(s).sum(1)) - z[np.arange(len(y)), y]
return weight[y] @ losses / weight[y].sum()""",
        """
s = z - z.max(1, keepdims=True)
losses = np.log(np.exp(s).sum(1)) - s[np.arange(len(y)), y]
return weight[y] @ losses / weight.sum()""",
    ],
    mistakes={
        "That is NaN: ∞/∞": [
            """
with np.errstate(all="ignore"):
    e = np.exp(z)
    losses = -np.log((e / e.sum(1, keepdims=True))[np.arange(len(y)), y])
return np.sum(weight[y] * losses) / weight[y].sum()""",
            """
with np.errstate(all="ignore"):
    losses = -np.sum(np.eye(len(weight))[y] * np.log(softmax(z)), axis=1)
return weight[y] @ losses / weight[y].sum()""",
        ],
        "That is infinite. Either exp(1000) has overflowed": [
            """
with np.errstate(all="ignore"):
    losses = np.log(np.exp(z).sum(1)) - z[np.arange(len(y)), y]
return np.sum(weight[y] * losses) / weight[y].sum()""",
            """
with np.errstate(all="ignore"):
    losses = -np.log(softmax(z)[np.arange(len(y)), y])
return np.sum(weight[y] * losses) / weight[y].sum()""",
        ],
        "A tiny number under the logarithm": [
            """
p = softmax(z)[np.arange(len(y)), y]
return -weight[y] @ np.log(p + 1e-15) / weight[y].sum()""",
            """
p = np.clip(softmax(z), 1e-7, 1 - 1e-7)
return -np.sum(weight[y] * np.log(p[np.arange(len(y)), y])) / weight[y].sum()""",
        ],
    },
    told={
        """
s = z - z.max(1, keepdims=True)
losses = np.log(np.exp(s).sum(1)) - s[np.arange(len(y)), y]
return 2 * weight[y] @ losses / weight[y].sum()""": (
            "Every entry is 2 times the right one."
        ),
        """
s = z - z.max(1, keepdims=True)
losses = np.log(np.exp(s).sum(1)) - s[np.arange(len(y)), y]
return [weight[y] @ losses / weight[y].sum()]""": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "0.0": "Every entry is 0.",
        """
s = z - z.max(1, keepdims=True)
losses = np.log(np.exp(s).sum(1)) - s[np.arange(len(y)), y]
return np.round(weight[y] @ losses / weight[y].sum(), 3)""": (
            "It is the right result, rounded to 3 decimals."
        ),
    },
)
