"""All states of a recurrent network."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise, some

ANSWERS = {}


def rnn_states(student, rng):
    """Each sequence alone, cut at its end, number by number."""
    T, n, inputs, hidden = rng.integers(2, 6, 4).tolist()
    X, s = some(rng, T, n, inputs), some(rng, n, hidden)
    W, U, b = some(rng, hidden, inputs), some(rng, hidden, hidden), some(rng, hidden)
    lengths = rng.integers(0, T + 1, n) if rng.integers(2) else np.full(n, T)
    right = np.repeat(s[None], T + 1, axis=0)
    for i, length in enumerate(lengths):
        for t in range(length):
            new = [
                np.tanh(X[t, i] @ W[k] + right[t, i] @ U[k] + b[k])
                for k in range(hidden)
            ]
            right[t + 1 :, i] = new
    given = [a.copy() for a in (X, s, W, U, b, lengths)]
    return precise(student.rnn_states(*given), right)


def loop(
    new="np.tanh(x @ W.T + S[-1] @ U.T + b)",
    kept="(t < lengths)[:, None]",
    end="np.stack(S)",
):
    return f"""
S = [s]
for t, x in enumerate(X):
    new = {new}
    S.append(np.where({kept}, new, S[-1]))
return {end}"""


ANSWERS["rnn_states"] = Answers(
    args="X, s, W, U, b, lengths",
    decider=rnn_states,
    right=[
        """
S = np.empty((len(X) + 1, *s.shape))
S[0] = s
for t in range(len(X)):
    S[t + 1] = S[t]
    going = lengths > t
    S[t + 1, going] = np.tanh(X[t, going] @ W.T + S[t, going] @ U.T + b)
return S""",
        """
S = [s.copy()]
for t in range(len(X)):
    both = np.concatenate([X[t], S[t]], axis=1) @ np.concatenate([W, U], axis=1).T
    going = 1.0 * (np.arange(len(s)) >= 0) * (lengths > t)
    S.append(going[:, None] * np.tanh(both + b) + (1 - going)[:, None] * S[t])
return np.array(S)""",
    ],
    wrong=[
        loop(new="np.maximum(0, x @ W.T + S[-1] @ U.T + b)"),
        loop(new="np.tanh(x @ W.T) + S[-1] @ U.T + b"),
        loop(new="np.tanh(x @ W.T + S[-1] @ U.T) + b"),
        loop(new="np.tanh(S[-1] @ U.T + b)"),
        loop(new="S[-1] + np.tanh(x @ W.T + S[-1] @ U.T + b)"),
        loop(new="np.tanh(X[-1] @ W.T + S[-1] @ U.T + b)"),
        loop(new="1 / (1 + np.exp(-(x @ W.T + S[-1] @ U.T + b)))"),
        loop(end="S[-1]"),
        loop(end="np.stack(S).mean(0)"),
    ],
    told={
        loop(end="2 * np.stack(S)"): "Every entry is 2 times the right one.",
        loop(
            end="np.stack(S)[::-1]"
        ): "It is the right result, turned round along axis 0.",
        loop(end="-np.stack(S)"): "Every entry is -1 times the right one.",
        loop(
            end="np.round(np.stack(S), 2)"
        ): "It is the right result, rounded to 2 decimals.",
    },
)
