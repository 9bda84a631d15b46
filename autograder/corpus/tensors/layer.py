"""A layer's gradients over a batch."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, lengths, near, some

ANSWERS = {}


def layer_backward(student, rng):
    """Each argument moved by a complex step: the gate stays where it is."""
    n, ins, outs = lengths(rng, 3)
    X, W, b = some(rng, n, ins), some(rng, outs, ins), some(rng, outs)
    g = some(rng, n, outs)

    def layer(X, W, b):
        z = X @ W.T + b
        return np.sum(g * z * (np.real(z) > 0))

    found = student.layer_backward(g, X, W, b)
    T, U, v = some(rng, n, ins), some(rng, outs, ins), some(rng, outs)
    right = [
        along(lambda X: layer(X, W, b), X, T),
        along(lambda W: layer(X, W, b), W, U),
        along(lambda b: layer(X, W, b), b, v),
    ]
    return all(
        np.shape(yours) == t.shape and near(np.sum(yours * t), slope, 1e-6, 1e-7)
        for yours, t, slope in zip(found, (T, U, v), right, strict=True)
    )


ANSWERS["layer_backward"] = Answers(
    args="g, X, W, b",
    decider=layer_backward,
    right=[
        """
dZ = np.where(X @ W.T + b > 0, g, 0)
return [np.dot(dZ, W), np.einsum("no,ni->oi", dZ, X), np.ones(len(X)) @ dZ]""",
        """
dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
for i, x in enumerate(X):
    dz = g[i] * (W @ x + b > 0)
    dX[i] = W.T @ dz
    dW += np.outer(dz, x)
    db += dz
return dX, dW, db""",
    ],
    wrong=[
        """
dZ = g * (X @ W.T + b > 0)
return dZ @ W, dZ.T @ X""",
        """
dZ = g * (X @ W.T + b > 0)
return dZ @ W, dZ.T @ X, dZ.sum()""",
        """
dZ = g * (X @ W.T + b > 0)
return dZ @ W, dZ.T @ X, dZ.sum(axis=1)""",
        """
dZ = g * (X @ W.T + b > 0)
return dZ @ W, dZ.T @ X, dZ[0]""",
        """
dZ = g * (X @ W.T + b > 0)
return dZ @ W, np.outer(dZ[0], X[0]), dZ.sum(0)""",
        """
dZ = g * (X @ W.T + b > 0)
return -dZ @ W, -dZ.T @ X, -dZ.sum(0)""",
        """
dZ = g * (X @ W.T > 0)
return dZ @ W, dZ.T @ X, dZ.sum(0)""",
        """
dZ = g * (X @ W.T + b)
return dZ @ W, dZ.T @ X, dZ.sum(0)""",
    ],
    told={
        """
dZ = g * (X @ W.T + b > 0) / len(X)
return dZ @ W, dZ.T @ X, dZ.sum(0)""": (
            "Every entry is 1/`g.shape[0]` times the right one."
        ),
        """
dZ = g * np.maximum(X @ W.T + b, 0)
return dZ @ W, dZ.T @ X, dZ.sum(0)""": "",
        """
dZ = np.where(X @ W.T + b > 0, g, 0.01 * g)
return dZ @ W, dZ.T @ X, dZ.sum(0)""": "",
        """
dZ = g * (X @ W.T + b > 0)
return dZ @ W, dZ.T @ X, dZ.max(0)""": (
            "It was off in each case drawn where g has several rows, and in no other."
        ),
        """
dZ = g * (X @ W.T + b > 0)
return dZ @ W, -dZ.T @ X, dZ.sum(0)""": ("Every entry is -1 times the right one."),
        """
dZ = g * (X @ W.T + b > 0)
return dZ.sum(0), dZ.T @ X, dZ @ W""": (
            "It has the shape of b, and the right result that of X."
        ),
    },
)
