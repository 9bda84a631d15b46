"""The gradient with respect to logits."""

import numpy as np

from corpus.answers import Answers
from corpus.losses_by_hand.logits import rows
from corpus.measures import along, precise, some

ANSWERS = {}


def logits_gradient(student, rng):
    """The loss moved along a random direction by a complex step."""
    z, y, weight = rows(rng)

    def loss(z):
        s = z - np.real(z).max(1, keepdims=True)
        losses = np.log(np.exp(s).sum(1)) - s[np.arange(len(y)), y]
        return np.sum(weight[y] * losses) / weight[y].sum()

    found = student.logits_gradient(z.copy(), y.copy(), weight.copy())
    T = some(rng, *z.shape)
    same = np.shape(found) == z.shape
    return same and precise(np.sum(found * T), along(loss, z, T))


RIGHT = "weight[y][:, None] * (softmax(z) - np.eye(len(weight))[y]) / weight[y].sum()"

ANSWERS["logits_gradient"] = Answers(
    args="z, y, weight",
    decider=logits_gradient,
    right=[
        """
g = softmax(z)
g[np.arange(len(y)), y] -= 1
return g * (weight[y] / weight[y].sum())[:, None]""",
        """
g = np.zeros(z.shape)
for i, (row, k) in enumerate(zip(z, y)):
    e = np.exp(row - row.max())
    g[i] = weight[k] * e / e.sum()
    g[i, k] -= weight[k]
return g / sum(weight[k] for k in y)""",
        """
q, part = softmax(z), weight[y] / np.sum(weight[y])
return np.diag(part) @ (q - (np.arange(len(weight)) == y[:, None]))""",
    ],
    wrong=[
        "softmax(z) - np.eye(len(weight))[y] / len(y)",
        "(softmax(z) - np.eye(len(weight))[y]) / z.size",
        "weight[y][:, None] * (softmax(z) - np.eye(len(weight))[y]) / weight.sum()",
        "weight[y][:, None] * (z - np.eye(len(weight))[y]) / weight[y].sum()",
        "weight[y][:, None] * (softmax(z) - y[:, None]) / weight[y].sum()",
        "weight[y][:, None] * (1 - softmax(z)) / weight[y].sum()",
        f"softmax(z) * {RIGHT}",
        f"({RIGHT}).sum(0)",
        f"np.argmax({RIGHT}, axis=1)",
    ],
    mistakes={
        "That is NaN: exp(1000)": """
with np.errstate(all="ignore"):
    e, one_hot = np.exp(z), np.eye(len(weight))[y]
    q = e / e.sum(1, keepdims=True)
return weight[y][:, None] * (q - one_hot) / weight[y].sum()""",
        "That is NaN in rows near -1000": """
e, one_hot = np.exp(z - z.max()), np.eye(len(weight))[y]
with np.errstate(all="ignore"):
    q = e / e.sum(1, keepdims=True)
return weight[y][:, None] * (q - one_hot) / weight[y].sum()""",
        "That is NaN where -p/q divides": """
q, p = softmax(z), np.eye(len(weight))[y]
with np.errstate(all="ignore"):
    g = -p / q
    slope = q * (g - np.sum(g * q, axis=1, keepdims=True))
return weight[y][:, None] * slope / weight[y].sum()""",
    },
    told={
        f"2 * {RIGHT}": "Every entry is 2 times the right one.",
        f"({RIGHT}).T": "It is the right result, transposed.",
        f"({RIGHT}).ravel()": "It is the right result, flattened.",
        f"np.abs({RIGHT})": (
            "Every entry has the size of the right one, and none is negative."
        ),
        f"({RIGHT})[::-1]": "It is the right result, turned round along axis 0.",
        f"np.round({RIGHT}, 2)": "It is the right result, rounded to 2 decimals.",
        "np.zeros(z.shape)": "Every entry is 0.",
        f"z - {RIGHT}": "",
    },
)
