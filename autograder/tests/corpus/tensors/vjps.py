"""Vector-Jacobian products, without the Jacobian."""

import numpy as np
from answers import Answers
from measures import along, lengths, near, some

from tensors.jacobians import shares

ANSWERS = {}


def relu_vjp(student, rng):
    shape = lengths(rng, rng.integers(1, 4))
    u, x = some(rng, *shape), some(rng, *shape)
    right = [a if v > 0 else 0 for a, v in zip(u.flat, x.flat, strict=True)]
    return near(student.relu_vjp(u, x), np.reshape(right, shape))


ANSWERS["relu_vjp"] = Answers(
    args="u, x",
    decider=relu_vjp,
    right=[
        "np.where(x > 0, u, 0.0)",
        """
grad = u.copy()
grad[x <= 0] = 0
return grad""",
        "u * np.heaviside(x, 0)",
    ],
    wrong=[
        "u @ np.diag(x > 0)",
        "np.where(x > 0, u, 0.01 * u)",
        "np.maximum(u * x, 0)",
        "u * np.sign(x)",
        "np.maximum(u, 0) * (x > 0)",
        "u[x > 0]",
        "(u * (x > 0)).sum()",
    ],
    told={
        "u * (x > 0) / len(x)": ("Every entry is 1/`u.shape[0]` times the right one."),
        "-u * (x > 0)": "Every entry is -1 times the right one.",
        "np.where(u > 0, x, 0)": "",
        "(u * (x > 0)).ravel()": "It is the right result, flattened.",
        "np.abs(u) * (x > 0)": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "u + (x > 0)": "",
        "(u * (x > 0)).sum(axis=0)": ("It is the sum over axis 0 of the right result."),
    },
)


def softmax_vjp(student, rng):
    u, x = some(rng, 2, *lengths(rng, 1, 1, 12))
    right = [u @ along(shares, x, e) for e in np.eye(len(x))]
    return near(student.softmax_vjp(u, x), right)


ANSWERS["softmax_vjp"] = Answers(
    args="u, x",
    decider=softmax_vjp,
    right=[
        """
e = np.exp(x - x.max())
p = e / e.sum()
return u * p - np.sum(u * p) * p""",
        """
p = softmax(x)
weighted = np.dot(p, u)
return np.array([pi * (ui - weighted) for pi, ui in zip(p, u)])""",
    ],
    wrong=[
        "softmax(x) * (u - u * softmax(x))",
        "softmax(x) * (u - u.mean())",
        "softmax(x) * (u - softmax(x))",
        "softmax(u) * (x - softmax(u) @ x)",
        "u @ softmax(x)",
        "softmax(x) * (u - u @ x)",
        "softmax(x) * (1 - u @ softmax(x))",
        """
p = softmax(x)
J = np.diag(p) - np.outer(p, p)
return -(u @ J)""",
    ],
    told={
        """
p = np.exp(x) / np.exp(x).sum()
return p * (u - u @ p) / len(x)""": (
            "Every entry is 1/`u.shape[0]` times the right one."
        ),
        """
p = np.exp(x) / np.exp(x).sum()
return p * u - u @ p""": "",
        """
p = np.exp(x) / np.exp(x).sum()
return p * (u - (u * p).mean())""": "",
        """
p = np.exp(x) / np.exp(x).sum()
return (u @ p) * p""": "",
        """
p = np.exp(x) / np.exp(x).sum()
return np.float32(p * (u - u @ p))""": (
            "It agrees with the right result as far as float32 reaches."
        ),
    },
    mistakes={
        "The whole Jacobian is in memory, a thous": """
p = softmax(x)
return u @ (np.diag(p) - np.outer(p, p))"""
    },
)
