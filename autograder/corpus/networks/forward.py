"""The forward pass, one example and one unit at a time."""

import math

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, near, some

ANSWERS = {}
POSITIVE = "Entries are right where the right one is positive, and off elsewhere."


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def layer(x, W, b):
    """One example, unit by unit."""
    return [
        sum(w * v for w, v in zip(row, x, strict=True)) + bias
        for row, bias in zip(W, b, strict=True)
    ]


def network_forward(student, rng):
    """One example and one unit at a time."""
    n, ins, hidden, outs = lengths(rng, 4)
    X, W1, b1 = some(rng, n, ins), some(rng, hidden, ins), some(rng, hidden)
    W2, b2 = some(rng, outs, hidden), some(rng, outs)
    Z1 = [layer(x, W1, b1) for x in X]
    A1 = [[max(z, 0.0) for z in row] for row in Z1]
    Z2 = [layer(a, W2, b2) for a in A1]
    P = [[1 / (1 + math.exp(-z)) for z in row] for row in Z2]
    found = student.network_forward(X, W1, b1, W2, b2)
    return all(near(f, r) for f, r in zip(found, (Z1, A1, Z2, P), strict=True))


ANSWERS["network_forward"] = Answers(
    args="X, W1, b1, W2, b2",
    decider=network_forward,
    right=[
        """
Z1 = np.einsum("ni,oi->no", X, W1) + b1[None, :]
A1 = np.where(Z1 > 0, Z1, 0)
Z2 = np.dot(A1, W2.transpose()) + b2
return [Z1, A1, Z2, 1 / (1 + np.exp(-Z2))]""",
        """
def layer(inputs, W, b):
    return np.array([W @ row + b for row in inputs])

Z1 = layer(X, W1, b1)
A1 = Z1 * (Z1 > 0)
Z2 = layer(A1, W2, b2)
return Z1, A1, Z2, np.exp(Z2) / (1 + np.exp(Z2))""",
    ],
    wrong=[
        "(X @ W1.T + b1) @ W2.T + b2",
        """
Z1 = X @ W1.T + b1
A1 = np.tanh(Z1)
Z2 = A1 @ W2.T + b2
return Z1, A1, Z2, 1 / (1 + np.exp(-Z2))""",
        """
Z1 = X @ W1.T + b1
A1 = np.maximum(Z1, 0)
Z2 = A1 @ W2.T + b2
return Z1, A1, Z2, 1 / (1 + np.exp(Z2))""",
        """
Z1 = X @ W1.T + b1
A1 = np.maximum(Z1, 0)
Z2 = A1 @ W2.T + b2
return A1, Z1, Z2, 1 / (1 + np.exp(-Z2))""",
        """
Z1 = X @ W1.T - b1
A1 = np.maximum(Z1, 0)
Z2 = A1 @ W2.T - b2
return Z1, A1, Z2, 1 / (1 + np.exp(-Z2))""",
        """
Z1 = X @ W1.T + b1
A1 = np.abs(Z1)
Z2 = A1 @ W2.T + b2
return Z1, A1, Z2, 1 / (1 + np.exp(-Z2))""",
        """
Z1 = X @ W1.T + b1
A1 = np.maximum(Z1, 0)
Z2 = A1 @ W2.T + b2
e = np.exp(Z2)
return Z1, A1, Z2, e / e.sum(axis=1, keepdims=True)""",
    ],
    told={
        """
Z1 = X @ W1.T + b1
A1 = np.maximum(Z1, 0.01 * Z1)
Z2 = A1 @ W2.T + b2
return Z1, A1, Z2, 1 / (1 + np.exp(-Z2))""": POSITIVE,
        """
Z1 = X @ W1.T + b1
A1 = np.maximum(Z1, 0)
Z2 = A1 @ W2.T + b2
return Z1[0], A1[0], Z2[0], 1 / (1 + np.exp(-Z2[0]))""": (
            "It is the first row of the right result."
        ),
        """
Z1 = 2 * (X @ W1.T + b1)
A1 = np.maximum(Z1, 0)
Z2 = A1 @ W2.T + b2
return Z1, A1, Z2, 1 / (1 + np.exp(-Z2))""": "Every entry is 2 times the right one.",
    },
)
