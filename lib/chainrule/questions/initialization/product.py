"""The gradients of a deep linear network are outer products."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.questions.draws import arrays, numbers_of
from chainrule.questions.kinds import Entry, cases, mistakes, slope


def loss(torch, W1, W2, W3, x, t):
    return ((W3 @ W2 @ W1 @ x - t) ** 2).sum() / 2


def square(rng):
    """All widths alike: every order of the factors would fit."""
    W1, W2, W3 = numbers_of(rng, 3, 3, 3)
    return {"W1": W1, "W2": W2, "W3": W3, "x": numbers_of(rng, 3), "t": W1[0] + 1}


different = arrays(W1="ba", W2="cb", W3="dc", x="a", t="d")

ALL = {
    "The sign is opposite: the error is p - t.": lambda right: -right,
    "That is twice the gradient. The ½ in the loss cancels the 2.": (
        lambda right: 2 * right
    ),
    "t isn't subtracted: what goes back is the error p - t.": (
        lambda oracle, t, **args: oracle(t=0 * t, **args)
    ),
    "That is transposed: the gradient has a row for each output of its layer, as W "
    "has.": lambda right: right.T,
    "That divides by the number of outputs. The loss is a sum, not a mean.": (
        lambda right, t: right / len(t)
    ),
}


def back(W1, W2, W3, x, t):
    """What layers 1, 2 and 3 get from behind."""
    e = W3 @ W2 @ W1 @ x - t
    return W2.T @ W3.T @ e, W3.T @ e, e


def output_of(layer, W1, W2, W3, x):
    return [W1 @ x, W2 @ W1 @ x, W3 @ W2 @ W1 @ x][layer]


OUTPUT = "The second factor is the layer's output. It should be the layer's input."


def part(points, layer, wrong):
    own = {
        OUTPUT: lambda W1, W2, W3, x, t: np.outer(
            back(W1, W2, W3, x, t)[layer], output_of(layer, W1, W2, W3, x)
        )
    }
    return Part(
        points,
        slope(loss, f"W{layer + 1}"),
        cases({"different widths": [different] * 3, "equal widths": [square] * 2}),
        mistakes({**ALL, **own, **wrong}),
        drive=Entry(layer, 3, "the gradients of W1, W2 and W3"),
    )


deep_gradients = Question(
    "deep_gradients",
    part(1, 0, {}),
    part(
        2,
        1,
        {
            "x was used as the second layer's input. Its input is W1 x.": (
                lambda W1, W2, W3, x, t: np.outer(back(W1, W2, W3, x, t)[1], x)
            )
        },
    ),
    part(
        1,
        2,
        {
            "x was used as the third layer's input. Its input is W2 W1 x.": (
                lambda W1, W2, W3, x, t: np.outer(back(W1, W2, W3, x, t)[2], x)
            )
        },
    ),
    hints=[
        "Keep each layer's input: x, W1 x, W2 W1 x. Then let the error e = p - "
        "t go back through the layers.",
        "Going back through a layer multiplies by the transpose of its matrix: layer 2 "
        "gets W3.T @ e, layer 1 gets W2.T @ W3.T @ e.",
        "Each gradient is np.outer of two vectors: what the layer gets on the way "
        "back, and its input.",
    ],
)
