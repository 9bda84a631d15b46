"""One step of a GRU after the paper of 2014."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise, some

ANSWERS = {}


def gru_step(student, rng):
    """Number by number; a gate written with exp."""
    n, inputs, hidden = rng.integers(1, 5, 3).tolist()
    x, s = some(rng, n, inputs), some(rng, n, hidden)
    W, U = some(rng, 3, hidden, inputs), some(rng, 3, hidden, hidden)
    b, right = some(rng, 3, hidden), np.zeros((n, hidden))
    for i in range(n):
        r, z = (1 / (1 + np.exp(-(W[k] @ x[i] + U[k] @ s[i] + b[k]))) for k in (0, 1))
        for j in range(hidden):
            inside = W[2, j] @ x[i] + sum(U[2, j] * r * s[i]) + b[2, j]
            right[i, j] = z[j] * s[i, j] + (1 - z[j]) * np.tanh(inside)
    return precise(student.gru_step(*(a.copy() for a in (x, s, W, U, b))), right)


SIGMOID = """
def sigma(v):
    return 1 / (1 + np.exp(-v))
"""


def step(
    r="sigma(x @ W[0].T + s @ U[0].T + b[0])",
    z="sigma(x @ W[1].T + s @ U[1].T + b[1])",
    c="np.tanh(x @ W[2].T + (r * s) @ U[2].T + b[2])",
    end="z * s + (1 - z) * c",
):
    return f"""
r = {r}
z = {z}
c = {c}
return {end}"""


ANSWERS["gru_step"] = Answers(
    args="x, s, W, U, b",
    above=SIGMOID,
    decider=gru_step,
    right=[
        step(end="c + z * (s - c)"),
        """
of_x = np.einsum("ni,koi->kno", x, W) + b[:, None]
gates = sigma(of_x[:2] + np.einsum("ni,koi->kno", s, U[:2]))
new = np.tanh(of_x[2] + (gates[0] * s) @ U[2].T)
return gates[1] * s + (1 - gates[1]) * new""",
    ],
    wrong=[
        step(r="sigma(x @ W[0].T + s @ U[0] + b[0])"),
        step(c="np.tanh(x @ W[2].T + (r * s) @ U[2] + b[2])"),
        step(c="np.tanh(r * (x @ W[2].T) + s @ U[2].T + b[2])"),
        step(c="np.tanh(x @ W[2].T + (z * s) @ U[2].T + b[2])"),
        step(c="np.tanh(x @ W[2].T + ((1 - r) * s) @ U[2].T + b[2])"),
        step(c="np.tanh(x @ W[2].T) + (r * s) @ U[2].T + b[2]"),
        step(z="sigma(s @ U[1].T + b[1])"),
        step(end="z * s + c"),
        step(end="s + (1 - z) * c"),
        step(end="r * s + (1 - r) * c"),
        step(end="np.tanh(z * s + (1 - z) * c)"),
    ],
    told={
        step(end="3 * (z * s + (1 - z) * c)"): "Every entry is 3 times the right one.",
        step(end="-(z * s + (1 - z) * c)"): "Every entry is -1 times the right one.",
        step(end="(z * s + (1 - z) * c).T"): "It is the right result, transposed.",
        step(end="np.round(z * s + (1 - z) * c, 2)"): (
            "It is the right result, rounded to 2 decimals."
        ),
    },
)
