"""The floor under a loss with two softmaxes, and descent."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, near, precise, some

ANSWERS = {}


def double_softmax_floor(student, rng):
    """The least loss over probabilities that come nearer and nearer to one-hot."""
    own = student.numbers("double_softmax_floor", student.STUDENT)
    others = own["classes"] - 1
    certain = np.append(1 - np.logspace(-1, -12, 50), 1.0)
    inside = own["scale"] * (np.stack([(1 - certain) / others, certain]))
    losses = np.logaddexp(inside[0] + np.log(others), inside[1]) - inside[1]
    found = student.double_softmax_floor
    return not callable(found) and near(found, losses.min(), 5e-4)


ANSWERS["double_softmax_floor"] = Answers(
    above="""
own = numbers("double_softmax_floor", STUDENT)
K, s = own["classes"], own["scale"]""",
    decider=double_softmax_floor,
    right=[
        "-np.log(np.exp(s) / (np.exp(s) + K - 1))",
        "-np.log(softmax(s * np.eye(K)))[0, 0]",
        "round(float(np.log(np.exp(s) + K - 1) - s), 5)",
    ],
    wrong=[
        "0.5514",
        "0.0",
        "np.log(1 + 2 * np.exp(-s))",
        "np.log(K) - s / K",
        "np.log(1 + (K - 1) * np.exp(-2 * s))",
        "np.log(np.exp(s) + K - 1)",
        "np.log(1 + (K - 1) * np.exp(s))",
        "-np.log(softmax(s * np.eye(K)))[0, 1]",
        "None",
    ],
    told={"1 - np.exp(s) / (np.exp(s) + K - 1)": ""},
)


def descend(student, rng):
    """Another gradient than the judge's, and steps taken row by row."""
    n, features, classes = lengths(rng, 3)
    X, y = some(rng, n, features), rng.integers(classes, size=n)
    weight, rate = rng.uniform(0.5, 2, classes), rng.uniform(0.1, 0.7)
    steps = rng.integers(1, 6)

    def gradient(z, y, weight):
        return np.sin(z + y[:, None]) * weight[y][:, None]

    W, b = np.zeros((classes, features)), np.zeros(classes)
    for _ in range(steps):
        z = np.stack([W @ x + b for x in X])
        dZ = gradient(z, y, weight)
        for x, dz in zip(X, dZ, strict=True):
            W = W - rate * np.outer(dz, x)
            b = b - rate * dz
    found = student.descend(gradient, X, y, weight, steps, rate)
    return precise(found[0], W) and precise(found[1], b)


def steps(before="", dZ="gradient(X @ W.T + b, y, weight)", W="", b="", end="W, b"):
    """A descent in which some lines are another's."""
    return f"""
W, b = np.zeros((len(weight), X.shape[1])), np.zeros(len(weight))
{before}
for k in range(steps):
    dZ = {dZ}
    W = {W or "W - rate * dZ.T @ X"}
    b = {b or "b - rate * dZ.sum(0)"}
return {end}"""


ANSWERS["descend"] = Answers(
    args="gradient, X, y, weight, steps, rate",
    decider=descend,
    right=[
        """
A = np.hstack([X, np.ones((len(X), 1))])
V = np.zeros((len(weight), A.shape[1]))
for k in range(steps):
    V = V - rate * gradient(A @ V.T, y, weight).T @ A
return V[:, :-1], V[:, -1]""",
        """
U, b = np.zeros((X.shape[1], len(weight))), np.zeros(len(weight))
while steps:
    dZ = gradient(X @ U + b, y, weight)
    U -= rate * (X.T @ dZ)
    b -= rate * np.ones(len(X)) @ dZ
    steps -= 1
return [U.T, b]""",
        """
W, b = np.zeros((len(weight), X.shape[1])), np.zeros(len(weight))
for k in range(steps):
    dZ = gradient(np.einsum("kd,nd->nk", W, X) + b, y, weight)
    dW, db = np.einsum("nk,nd->kd", dZ, X), np.einsum("nk->k", dZ)
    W, b = W - rate * dW, b - rate * db
return W, b""",
    ],
    wrong=[
        steps(dZ="gradient(X @ W.T, y, weight)"),
        steps(W="-rate * dZ.T @ X", b="-rate * dZ.sum(0)"),
        steps(W="W - rate * dZ.T @ X / (k + 1)", b="b - rate * dZ.sum(0) / (k + 1)"),
        steps(before="W = W + 0.1"),
        steps(end="W"),
        steps(end="b, W"),
        steps(b="b - rate * dZ.mean(0)"),
        steps(dZ="gradient(X @ W.T + b, y, weight) ** 2"),
        steps(W="np.zeros((len(weight), X.shape[1]))", b="np.zeros(len(weight))"),
    ],
    told={
        steps(end="W * 2, b * 2"): "Every entry is 2 times the right one.",
        steps(
            end="W[None], b"
        ): "It is the right result, with an axis of length 1 too many.",
        steps(end="W.ravel(), b"): "It is the right result, flattened.",
        steps(
            end="np.round(W, 3), b"
        ): "It is the right result, rounded to 3 decimals.",
        steps(W="W - rate * np.sign(dZ.T @ X)"): "",
    },
)
