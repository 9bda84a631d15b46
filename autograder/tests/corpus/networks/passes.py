"""The forward and the backward pass, and weight decay."""

import math

import numpy as np
from answers import Answers
from measures import along, lengths, near, some

ANSWERS = {}
OPPOSITE = "Every entry is -1 times the right one."
TWICE = "Every entry is 2 times the right one."
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
        backward(
            dZ1="np.where(A1 > 0, dA1, 0.01 * dA1)"
        ): "Entries are off where the right one is 0, and right elsewhere.",
    },
)


def decayed_gradients(student, rng):
    """Complex steps of the loss with what is added to it."""
    ins, hidden, outs = lengths(rng, 3)
    shapes = (hidden, ins), (hidden,), (outs, hidden), (outs,)
    given = [some(rng, *s) for s in shapes]
    W1, W2, decay = some(rng, *shapes[0]), some(rng, *shapes[2]), rng.uniform(0, 3)

    def loss(values):
        W1, _, W2, _ = values
        linear = sum(np.sum(g * v) for g, v in zip(given, values, strict=True))
        return linear + decay * (np.sum(W1 * W1) + np.sum(W2 * W2))

    at = [W1, np.zeros(hidden), W2, np.zeros(outs)]
    found = student.decayed_gradients(*(g.copy() for g in given), W1, W2, decay)
    return len(found) == 4 and all(
        agrees(f, lambda v, i=i: loss([*at[:i], v, *at[i + 1 :]]), at[i], rng)
        for i, f in enumerate(found)
    )


ANSWERS["decayed_gradients"] = Answers(
    args="dW1, db1, dW2, db2, W1, W2, decay",
    decider=decayed_gradients,
    right=[
        "dW1 + decay * (W1 + W1), db1, dW2 + decay * (W2 + W2), db2",
        """
found = []
for g, W in [(dW1, W1), (db1, 0), (dW2, W2), (db2, 0)]:
    found.append(g + 2 * decay * W)
return found""",
    ],
    wrong=[
        "dW1 + 2 * decay * W1, dW2 + 2 * decay * W2",
        "dW1 + 2 * decay * W1, db1, dW2, db2",
        "dW1 + decay * W1**2, db1, dW2 + decay * W2**2, db2",
        "dW1 + 2 * decay, db1, dW2 + 2 * decay, db2",
        "dW1 + 2 * decay * W2.sum(), db1, dW2 + 2 * decay * W1.sum(), db2",
        "dW1 + 2 * decay * np.abs(W1), db1, dW2 + 2 * decay * np.abs(W2), db2",
        "2 * decay * W1, db1, 2 * decay * W2, db2",
    ],
    told={
        "-dW1 - 2 * decay * W1, -db1, -dW2 - 2 * decay * W2, -db2": OPPOSITE,
        "dW1 + 4 * decay * W1, db1, dW2 + 4 * decay * W2, db2": "",
        "2 * dW1 + 4 * decay * W1, 2 * db1, 2 * dW2 + 4 * decay * W2, 2 * db2": TWICE,
    },
)
