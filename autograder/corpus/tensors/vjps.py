"""Vector-Jacobian products, without the Jacobian."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, lengths, near, some
from corpus.tensors.jacobians import shares

ANSWERS = {}


def relu_vjp(student, rng):
    shape = lengths(rng, rng.integers(1, 4))
    g, x = some(rng, *shape), some(rng, *shape)
    right = [a if v > 0 else 0 for a, v in zip(g.flat, x.flat, strict=True)]
    return near(student.relu_vjp(g, x), np.reshape(right, shape))


ANSWERS["relu_vjp"] = Answers(
    args="g, x",
    decider=relu_vjp,
    right=[
        "np.where(x > 0, g, 0.0)",
        """
grad = g.copy()
grad[x <= 0] = 0
return grad""",
        "g * np.heaviside(x, 0)",
    ],
    wrong=[
        "g @ np.diag(x > 0)",
        "np.where(x > 0, g, 0.01 * g)",
        "np.maximum(g * x, 0)",
        "g * np.sign(x)",
        "np.maximum(g, 0) * (x > 0)",
        "g[x > 0]",
        "(g * (x > 0)).sum()",
    ],
    told={
        "g * (x > 0) / len(x)": ("Every entry is 1/`g.shape[0]` times the right one."),
        "-g * (x > 0)": "Every entry is -1 times the right one.",
        "np.where(g > 0, x, 0)": "",
        "(g * (x > 0)).ravel()": "It is the right result, flattened.",
        "np.abs(g) * (x > 0)": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "g + (x > 0)": "",
        "(g * (x > 0)).sum(axis=0)": ("It is the sum over axis 0 of the right result."),
    },
)


def softmax_vjp(student, rng):
    g, x = some(rng, 2, *lengths(rng, 1, 1, 12))
    right = [g @ along(shares, x, e) for e in np.eye(len(x))]
    return near(student.softmax_vjp(g, x), right)


ANSWERS["softmax_vjp"] = Answers(
    args="g, x",
    decider=softmax_vjp,
    right=[
        """
e = np.exp(x - x.max())
p = e / e.sum()
return g * p - np.sum(g * p) * p""",
        """
p = softmax(x)
weighted = np.dot(p, g)
return np.array([pi * (gi - weighted) for pi, gi in zip(p, g)])""",
    ],
    wrong=[
        "softmax(x) * (g - g * softmax(x))",
        "softmax(x) * (g - g.mean())",
        "softmax(x) * (g - softmax(x))",
        "softmax(g) * (x - softmax(g) @ x)",
        "g @ softmax(x)",
        "softmax(x) * (g - g @ x)",
        "softmax(x) * (1 - g @ softmax(x))",
        """
p = softmax(x)
J = np.diag(p) - np.outer(p, p)
return -(g @ J)""",
    ],
    told={
        """
p = np.exp(x) / np.exp(x).sum()
return p * (g - g @ p) / len(x)""": (
            "Every entry is 1/`g.shape[0]` times the right one."
        ),
        """
p = np.exp(x) / np.exp(x).sum()
return p * g - g @ p""": "",
        """
p = np.exp(x) / np.exp(x).sum()
return p * (g - (g * p).mean())""": "",
        """
p = np.exp(x) / np.exp(x).sum()
return (g @ p) * p""": "",
        """
p = np.exp(x) / np.exp(x).sum()
return np.float32(p * (g - g @ p))""": (
            "It agrees with the right result as far as float32 reaches."
        ),
    },
    mistakes={
        "The whole Jacobian is in memory, a thous": """
p = softmax(x)
return g @ (np.diag(p) - np.outer(p, p))"""
    },
)
