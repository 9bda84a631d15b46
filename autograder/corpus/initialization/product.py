"""The gradients of a deep linear network."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, lengths, precise, some

ANSWERS = {}


def deep_gradients(student, rng):
    """The loss moved along a random direction of each matrix by a complex step."""
    a, b, c, d = lengths(rng, 4, 1, 5)
    W = [some(rng, b, a), some(rng, c, b), some(rng, d, c)]
    x, t = some(rng, a), some(rng, d)
    found = student.deep_gradients(*(w.copy() for w in W), x.copy(), t.copy())

    def loss(layer):
        def of(w):
            W1, W2, W3 = [*W[:layer], w, *W[layer + 1 :]]
            return np.sum((W3 @ (W2 @ (W1 @ x)) - t) ** 2) / 2

        return of

    for layer, (dW, w) in enumerate(zip(found, W, strict=True)):
        T = some(rng, *w.shape)
        right = along(loss(layer), w, T)
        if np.shape(dW) != w.shape or not precise(np.sum(dW * T), right):
            return False
    return True


def layers(W1="", W2="", W3="", e="W3 @ W2 @ W1 @ x - t", end="dW1, dW2, dW3"):
    """The three gradients, in which some lines are another's."""
    return f"""
a, b = W1 @ x, W2 @ W1 @ x
e = {e}
dW1 = {W1 or "np.outer(W2.T @ W3.T @ e, x)"}
dW2 = {W2 or "np.outer(W3.T @ e, a)"}
dW3 = {W3 or "np.outer(e, b)"}
return {end}"""


ANSWERS["deep_gradients"] = Answers(
    args="W1, W2, W3, x, t",
    decider=deep_gradients,
    right=[
        """
a = W1 @ x
b = W2 @ a
g = W3 @ b - t
dW3 = g[:, None] * b
g = g @ W3
dW2 = g[:, None] * a
return (g @ W2)[:, None] * x, dW2, dW3""",
        """
e = W3 @ W2 @ W1 @ x - t
dW1 = np.einsum("i,j->ij", (W3 @ W2).T @ e, x)
dW2 = np.einsum("i,j->ij", e @ W3, W1 @ x)
return [dW1, dW2, np.einsum("i,j->ij", e, W2 @ (W1 @ x))]""",
    ],
    wrong=[
        layers(end="dW3, dW2, dW1"),
        layers(W1="np.outer(W2.T @ e, x)", W2="np.outer(W3 @ e, a)"),
        layers(W1="np.outer(W3 @ W2 @ e, x)", W2="np.outer(W3 @ e, a)"),
        layers(W1="np.outer(W3.T @ W2.T @ e, x)", W2="W3.T @ e * a"),
        layers(W1="W2.T @ W3.T @ e @ x", W2="W3.T @ e @ a", W3="e @ b"),
        layers(W1="np.outer(e, x)", W2="np.outer(e, a)", W3="np.outer(e, x)"),
        layers(e="np.abs(W3 @ W2 @ W1 @ x - t)"),
        layers(e="(W3 @ W2 @ W1 @ x - t) ** 2 / 2"),
        layers(e="np.sign(W3 @ W2 @ W1 @ x - t)"),
        layers(end="dW2"),
    ],
    told={
        layers(
            end="3 * dW1, 3 * dW2, 3 * dW3"
        ): "Every entry is 3 times the right one.",
        layers(end="0 * dW1, 0 * dW2, 0 * dW3"): "Every entry is 0.",
        layers(end="dW1[None], dW2[None], dW3[None]"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        layers(end="dW1.ravel(), dW2.ravel(), dW3.ravel()"): (
            "It is the right result, flattened."
        ),
        layers(end="np.abs(dW1), np.abs(dW2), np.abs(dW3)"): (
            "Every entry has the size of the right one, and none is negative."
        ),
    },
)
