"""Backpropagation through time."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, precise, some

ANSWERS = {}


def rnn_backward(student, rng):
    """The whole run moved by complex steps along a random direction of each input."""
    T, n, inputs, hidden = rng.integers(1, 6, 4).tolist()
    X, s, W = (
        some(rng, T, n, inputs),
        some(rng, n, hidden) / 3,
        some(rng, hidden, inputs),
    )
    U, b, g = some(rng, hidden, hidden) / 2, some(rng, hidden), some(rng, T, n, hidden)

    def states(s, W, U, b):
        S = [s]
        for x in X:
            S.append(np.tanh(x @ W.T + S[-1] @ U.T + b))
        return S

    S = np.stack(states(s, W, U, b))
    found = student.rnn_backward(g.copy(), X.copy(), S.copy(), U.copy())
    if len(found) != 4:
        return False
    at = [s, W, U, b]
    for k, (yours, value) in enumerate(zip(found, at, strict=True)):
        if np.shape(yours) != value.shape:
            return False
        v = some(rng, *value.shape)

        def loss(moved, k=k):
            args = [moved if k == j else a for j, a in enumerate(at)]
            return sum(
                np.sum(up * S) for up, S in zip(g, states(*args)[1:], strict=True)
            )

        if not precise(np.sum(np.asarray(yours) * v), along(loss, value, v)):
            return False
    return True


def walk(
    upstream="g[t] + ds",
    da="upstream * (1 - S[t + 1] ** 2)",
    back="da @ U",
    dW="dW + da.T @ X[t]",
    dU="dU + da.T @ S[t]",
    db="db + da.sum(0)",
    end="ds, dW, dU, db",
    steps="reversed(range(len(X)))",
):
    return f"""
ds = np.zeros(S[0].shape)
dW, dU, db = np.zeros((len(U), X.shape[2])), np.zeros(U.shape), np.zeros(len(U))
for t in {steps}:
    upstream = {upstream}
    da = {da}
    dW, dU, db = {dW}, {dU}, {db}
    ds = {back}
return {end}"""


ANSWERS["rnn_backward"] = Answers(
    args="g, X, S, U",
    decider=rnn_backward,
    right=[
        """
A, passed = np.zeros(g.shape), 0
for t in range(len(X) - 1, -1, -1):
    A[t] = (1 - S[t + 1] * S[t + 1]) * (g[t] + passed)
    passed = np.einsum("no,oi->ni", A[t], U)
dW = np.einsum("tno,tni->oi", A, X)
dU = np.einsum("tno,tni->oi", A, S[:-1])
return passed, dW, dU, A.sum(axis=(0, 1))""",
        """
passed = np.zeros(S[0].shape)
shares = []
for up, x, before, after in zip(g[::-1], X[::-1], S[-2::-1], S[:0:-1]):
    da = (up + passed) * (1 - after**2)
    shares.append((da.T @ x, da.T @ before, da.sum(axis=0)))
    passed = da @ U
dW, dU, db = (sum(share) for share in zip(*shares))
return [passed, dW, dU, db]""",
    ],
    wrong=[
        walk(da="upstream * (1 - np.tanh(S[t + 1]) ** 2)"),
        walk(da="upstream * S[t + 1] * (1 - S[t + 1])"),
        walk(upstream="g[t] * ds"),
        walk(upstream="ds + g[-1]"),
        walk(upstream="g[t] - ds"),
        walk(back="(da + ds) @ U"),
        walk(steps="range(len(X))"),
        walk(steps="reversed(range(1, len(X)))"),
        walk(dW="dW * (da.T @ X[t])", dU="da.T @ S[t]"),
        walk(db="db + da.sum(1).sum()"),
        walk(end="dW, dU, db"),
        walk(end="ds, dU, dW, db"),
    ],
    told={
        walk(
            end="2 * ds, 2 * dW, 2 * dU, 2 * db"
        ): "Every entry is 2 times the right one.",
        walk(end="ds.T, dW.T, dU, db"): "It is the right result, transposed.",
        walk(end="ds[None], dW, dU, db"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        walk(
            end="np.round(ds, 3), dW, dU, db"
        ): "It is the right result, rounded to 3 decimals.",
    },
)
