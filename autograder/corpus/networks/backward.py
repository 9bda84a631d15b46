"""The backward pass."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, lengths, near, some
from corpus.networks.forward import sigmoid

ANSWERS = {}


def network_backward(student, rng):
    """Each array moved by a complex step, from where it stands to the output."""
    n, ins, hidden, outs = lengths(rng, 4)
    X, W2, g = some(rng, n, ins), some(rng, outs, hidden), some(rng, n, outs)
    Z1, Z2 = some(rng, n, hidden), some(rng, n, outs)
    A1, P = np.maximum(Z1, 0), sigmoid(Z2)
    zero = np.zeros

    def from_Z2(Z2):
        return np.sum(g * sigmoid(Z2))

    def from_A1(A):
        return from_Z2(Z2 + (A - A1) @ W2.T)

    def from_Z1(Z):
        return from_A1(Z * (np.real(Z) > 0))

    ways = [
        (from_Z2, Z2),
        (lambda W: from_Z2(Z2 + A1 @ (W - W2).T), W2),
        (lambda b: from_Z2(Z2 + b), zero(outs)),
        (from_A1, A1),
        (from_Z1, Z1),
        (lambda W: from_Z1(Z1 + X @ W.T), zero((hidden, ins))),
        (lambda b: from_Z1(Z1 + b), zero(hidden)),
    ]
    found = student.network_backward(g, X, A1, P, W2)
    return all(agrees(f, *way, rng) for f, way in zip(found, ways, strict=True))


def agrees(yours, f, x, rng):
    t = some(rng, *x.shape)
    return np.shape(yours) == t.shape and near(
        np.sum(np.asarray(yours, float) * t), along(f, x, t), 1e-6, 1e-7
    )


def backward(dZ2="g * P * (1 - P)", dA1="dZ2 @ W2", dZ1="dA1 * (A1 > 0)", end=""):
    end = end or "dZ2, dZ2.T @ A1, dZ2.sum(0), dA1, dZ1, dZ1.T @ X, dZ1.sum(0)"
    return f"dZ2 = {dZ2}\ndA1 = {dA1}\ndZ1 = {dZ1}\nreturn {end}"


ANSWERS["network_backward"] = Answers(
    args="g, X, A1, P, W2",
    decider=network_backward,
    right=[
        """
dZ2 = g * (P - P**2)
dW2 = np.einsum("no,nh->oh", dZ2, A1)
dA1 = np.einsum("no,oh->nh", dZ2, W2)
dZ1 = np.where(A1 > 0, dA1, 0.0)
dW1 = np.einsum("nh,ni->hi", dZ1, X)
return dZ2, dW2, np.ones(len(X)) @ dZ2, dA1, dZ1, dW1, np.ones(len(X)) @ dZ1""",
        """
dZ2, dA1 = np.zeros(P.shape), np.zeros(A1.shape)
dZ1 = np.zeros(A1.shape)
dW2, dW1 = np.zeros(W2.shape), np.zeros((A1.shape[1], X.shape[1]))
for i in range(len(X)):
    dZ2[i] = g[i] * P[i] * (1 - P[i])
    dA1[i] = W2.T @ dZ2[i]
    dZ1[i] = dA1[i] * np.sign(A1[i])
    dW2 += np.outer(dZ2[i], A1[i])
    dW1 += np.outer(dZ1[i], X[i])
return [dZ2, dW2, dZ2.sum(axis=0), dA1, dZ1, dW1, dZ1.sum(axis=0)]""",
    ],
    wrong=[
        backward(end="dZ2, dZ2.T @ A1, dZ2.sum(0), dA1, dZ1, dZ1.T @ X"),
        backward(end="dZ2, A1.T @ dZ2, dZ2.sum(0), dA1, dZ1, X.T @ dZ1, dZ1.sum(0)"),
        backward(end="dZ2, dZ2.T @ A1, dZ2.sum(), dA1, dZ1, dZ1.T @ X, dZ1.sum()"),
        backward(dZ2="(g - P) * P * (1 - P)"),
        backward(dZ2="g * (1 - P)"),
        backward(dZ2="g * P * (1 + P)"),
        backward(dA1="(dZ2 @ W2) * A1"),
        backward(dZ1="dA1 * (A1 < 1)"),
        backward(end="dZ1, dZ1.T @ X, dZ1.sum(0), dA1, dZ2, dZ2.T @ A1, dZ2.sum(0)"),
    ],
    told={
        backward(dZ2="-g * P * (1 - P)"): "Every entry is -1 times the right one.",
        backward(dZ2="2 * g * P * (1 - P)"): "Every entry is 2 times the right one.",
        backward(
            dZ2="g * P * (1 - P) / len(X)"
        ): "Every entry is 1/`g.shape[0]` times the right one.",
        backward(end="dZ2, dZ2.T @ A1, dZ2[0], dA1, dZ1, dZ1.T @ X, dZ1[0]"): "",
        backward(dZ1="np.where(A1 > 0, dA1, 0.01 * dA1)"): (
            "Entries are off where the right one is 0, and right elsewhere.",
            "",
        ),
    },
)
