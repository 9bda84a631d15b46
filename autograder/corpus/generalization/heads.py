"""A head that is trained on the features of a frozen layer."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, lengths, near, some

ANSWERS = {}


def train_head(student, rng):
    """Steps along slopes that small complex steps measure."""
    inputs, width, classes = lengths(rng, 3, 2, 4)
    n, steps = int(rng.integers(3, 7)), int(rng.integers(1, 5))
    W1, b1, X = some(rng, width, inputs), some(rng, width), some(rng, n, inputs)
    y = rng.integers(classes, size=n)
    lam, rate = rng.uniform(0.02, 0.5), rng.uniform(0.1, 0.8)
    features = np.clip(np.einsum("hi,ni->nh", W1, X) + b1, 0, None)

    def loss(v):
        W, b = v[: classes * width].reshape(classes, width), v[classes * width :]
        z = features @ W.T + b
        lost = np.log(np.exp(z).sum(1)) - z[np.arange(n), y]
        return lost.mean() + lam * np.sum(W * W)

    v = np.zeros(classes * (width + 1))
    for _ in range(steps):
        v = v - rate * np.array([along(loss, v, e) for e in np.eye(len(v))])
    given = W1.copy(), b1.copy(), X.copy(), np.eye(classes)[y]
    W, b = student.train_head(*given, lam, rate, steps)
    untouched = np.array_equal(given[0], W1) and np.array_equal(given[1], b1)
    right = v[: classes * width].reshape(classes, width), v[classes * width :]
    return untouched and near(W, right[0], 1e-8) and near(b, right[1], 1e-8)


def head(
    F="np.maximum(X @ W1.T + b1, 0)",
    start="np.zeros((Y.shape[1], F.shape[1])), np.zeros(Y.shape[1])",
    scores="F @ W.T + b",
    dZ="(softmax(scores) - Y) / len(X)",
    W="W - rate * (dZ.T @ F + 2 * lam * W)",
    b="b - rate * dZ.sum(axis=0)",
    end="W, b",
):
    return f"""
F = {F}
W, b = {start}
for _ in range(steps):
    scores = {scores}
    dZ = {dZ}
    W = {W}
    b = {b}
return {end}"""


ANSWERS["train_head"] = Answers(
    args="W1, b1, X, Y, lam, rate, steps",
    decider=train_head,
    right=[
        """
A = X @ W1.T + b1
F = np.hstack([A * (A > 0), np.ones((len(A), 1))])
V = np.zeros((Y.shape[1], F.shape[1]))
free = np.ones(F.shape[1])
free[-1] = 0
for _ in range(steps):
    V = V - rate * ((softmax(F @ V.T) - Y).T @ F / len(F) + 2 * lam * V * free)
return V[:, :-1], V[:, -1]""",
        """
W, b = np.zeros((len(Y.T), len(W1))), np.zeros(len(Y.T))
while steps:
    F = np.clip(X @ W1.T + b1, 0, None)
    e = np.exp(F @ W.T + b)
    r = rate * (e / e.sum(1, keepdims=True) - Y) / len(X)
    W *= 1 - 2 * rate * lam
    W -= np.einsum("nk,nh->kh", r, F)
    b -= r.sum(0)
    steps -= 1
return [W, b]""",
        head(start="np.zeros([len(Y[0]), len(b1)]), np.zeros_like(Y[0])"),
    ],
    wrong=[
        head(F="X"),
        head(F="np.maximum(X @ W1.T, 0)"),
        head(F="softmax(X @ W1.T + b1)"),
        head(scores="F @ W.T"),
        head(dZ="(scores - Y) / len(X)"),
        head(dZ="(softmax(scores.T).T - Y) / len(X)"),
        head(W="W - rate * dZ.T @ F - 2 * lam * W"),
        head(W="W - rate * (dZ.T @ F - 2 * lam * W)"),
        head(W="W - rate * (dZ.T @ F + 2 * lam)"),
        head(W="(1 - lam) * W - rate * dZ.T @ F"),
        head(b="b - rate * dZ.mean(axis=0)"),
        head(end="b, W"),
        head(end="W"),
    ],
    told={
        head(end="2 * W, b"): "Every entry is 2 times the right one.",
        head(end="np.round(W, 3), b"): "It is the right result, rounded to 3 decimals.",
        head(end="0 * W, b"): "Every entry is 0.",
        head(end="W, b + 1"): "Every entry is the right one plus 1.",
        head(dZ="2 * (softmax(scores) - Y) / len(X)"): "",
    },
)
