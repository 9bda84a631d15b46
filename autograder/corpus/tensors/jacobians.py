"""Jacobians."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, lengths, near, some

ANSWERS = {}


def affine_jacobian(student, rng):
    """An affine map moves by W when x moves by a unit vector."""
    outs, ins = lengths(rng, 2)
    W, b, x = some(rng, outs, ins), some(rng, outs), some(rng, ins)
    columns = [W @ (x + e) - W @ x for e in np.eye(ins)]
    return near(student.affine_jacobian(W, b, x), np.stack(columns, 1))


ANSWERS["affine_jacobian"] = Answers(
    args="W, b, x",
    decider=affine_jacobian,
    right=[
        "W",
        """
J = np.zeros((len(b), len(x)))
for i in range(len(b)):
    for j in range(len(x)):
        J[i, j] = W[i, j]
return J""",
        "np.stack([(W @ (x + e) - W @ x) for e in np.eye(len(x))], axis=1)",
    ],
    wrong=[
        "np.outer(b, x)",
        "W + b[:, None] * 0.1",
        "np.linalg.pinv(W)",
        "np.hstack([W, b[:, None]])",
        "np.eye(len(b))",
        "W @ np.eye(len(b))",
        "W.sum()",
        "print(W)",
    ],
    told={
        "-W": "Every entry is -1 times the right one.",
        "W / len(b)": "Every entry is 1/`W.shape[0]` times the right one.",
        "W.ravel()": "It is the right result, flattened.",
        "W[None]": "It is the right result, with an axis of length 1 too many.",
        "np.abs(W)": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "W * b[:, None]": "Along axis 1 all entries are off by the same factor.",
        "np.tile(W @ x + b, (len(x), 1)).T": ("Along axis 1 all entries are the same."),
    },
)


def shares(x):
    return np.exp(x) / np.exp(x).sum()


def softmax_jacobian(student, rng):
    x = some(rng, *lengths(rng, 1))
    columns = [along(shares, x, e) for e in np.eye(len(x))]
    return near(student.softmax_jacobian(x), np.stack(columns, 1))


ANSWERS["softmax_jacobian"] = Answers(
    args="x",
    decider=softmax_jacobian,
    right=[
        "softmax(x)[:, None] * (np.eye(len(x)) - softmax(x)[None, :])",
        """
p = np.exp(x) / np.exp(x).sum()
J = np.zeros((len(x), len(x)))
for i in range(len(x)):
    for j in range(len(x)):
        J[i, j] = p[i] * ((i == j) - p[j])
return J""",
    ],
    wrong=[
        "np.eye(len(x)) - np.outer(softmax(x), softmax(x))",
        "np.diag(softmax(x)) - softmax(x) @ softmax(x)",
        "np.outer(softmax(x), 1 - softmax(x))",
        "np.diag(x) - np.outer(x, x)",
        "np.eye(len(x)) - softmax(x)",
        "softmax(x) - np.outer(softmax(x), softmax(x))",
    ],
    told={
        """
e = np.exp(x)
return np.diag(e) - np.outer(e, e)""": "",
        """
p = np.exp(x) / np.exp(x).sum()
return np.diag(p) + np.outer(p, p)""": "Every entry is too large.",
        """
p = np.exp(x) / np.exp(x).sum()
return (np.diag(p) - np.outer(p, p)) / len(x)""": (
            "Every entry is 1/`x.shape[0]` times the right one."
        ),
        """
p = np.exp(x) / np.exp(x).sum()
return np.diag(p) - 2 * np.outer(p, p)""": "Every entry is too small.",
        """
p = np.round(np.exp(x) / np.exp(x).sum(), 2)
return np.diag(p) - np.outer(p, p)""": ("Every sign is right, but not every size."),
    },
)
