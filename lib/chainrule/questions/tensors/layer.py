"""A layer with ReLU, and a batch."""

import numpy as np

from chainrule.judge import Question, TextQuestion
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import gradient
from chainrule.questions.probes.tensors import layer_gradients
from chainrule.questions.tensors.standing_in import standing_in
from chainrule.questions.tensors.vjps import RELU


def batch(n):
    """n examples, several where n is 0: some of the ReLUs on, some of them off."""

    def make(rng):
        into, out = sizes(rng, 2)
        count = n or int(rng.integers(3, 8))
        while True:
            X = numbers_of(rng, count, into)
            W = numbers_of(rng, out, into)
            b = numbers_of(rng, out)
            z = X @ W.T + b
            if np.abs(z).min() > 1e-6 and 0 < (z > 0).sum() < z.size:
                return {"g": numbers_of(rng, count, out), "X": X, "W": W, "b": b}

    return make


BATCHES = {
    "one example": batch(1),
    "two examples": batch(2),
    "several examples": batch(0),
    "seven examples": batch(7),
}


def gated(g, X, W, b):
    return g * (X @ W.T + b > 0)


def right_relu_vjp(g, x):
    return RELU(g=g, x=x)


def layer_part(of, wrong):
    return gradient(lambda m, X, W, b: m.relu(X @ W.T + b), "XWb", of, BATCHES, wrong)


NO_GATE = "ReLU is left out: where z is negative, no gradient passes. Set g to 0 there."
AVERAGED = {
    "That is the mean over the examples. Sum over them: where the loss is a mean, its "
    "1/n comes in with g.": lambda right, X: right / len(X)
}

PARTS = [
    layer_part(
        "X",
        {
            NO_GATE: lambda g, W: g @ W,
            "The gate looks at g. It is set by z, the number that went forward.": (
                lambda g, W: np.maximum(g, 0) @ W
            ),
            "The gradient of X is transposed. It must have X's shape, n × in.": (
                lambda right: right.T
            ),
            "The first array is W's gradient. The order is X, W, b.": (
                lambda g, X, W, b: gated(g, X, W, b).T @ X
            ),
        },
    ),
    layer_part(
        "W",
        {
            NO_GATE: lambda g, X: g.T @ X,
            "The gradient of W is transposed: W is out × in, and so is this.": (
                lambda right: right.T
            ),
            **AVERAGED,
            "That is one gradient per example. W's gradient has W's shape for any "
            "number of them: what becomes of those that you have?": (
                lambda g, X, W, b: gated(g, X, W, b)[:, :, None] * X[:, None, :]
            ),
        },
    ),
    layer_part(
        "b",
        {
            NO_GATE: lambda g: g.sum(0),
            "That is one gradient per example. Every example used the same b: sum over "
            "them.": gated,
            **AVERAGED,
            "That keeps an axis of length 1. b has shape (out,), and so has its "
            "gradient.": lambda right: right[None],
            "That is a column. b has shape (out,), and so has its gradient.": (
                lambda right: right[:, None]
            ),
        },
    ),
]

layer_backward = Question(
    "layer_backward",
    *PARTS,
    stand_ins=standing_in("relu_vjp", right_relu_vjp, PARTS, layer_gradients),
    hints=[
        "First go forward to z = X @ W.T + b, then back through ReLU: that is the "
        "gradient of z.",
        "dX and dW are products of dZ with W and with X. Shapes tell which and how: "
        "dX is n × in, dW is out × in.",
        "b was stretched over the n examples. Its gradient is what unbroadcast makes "
        "of dZ.",
    ],
)

dw_keeps_its_shape = TextQuestion(
    "dw_keeps_its_shape",
    points=1,
    hints=(
        "With seven examples, how many rows does X have? And how many arrays W are "
        "there?",
        "By how much does each example move the loss when one entry of W moves? Seven "
        "shares, and one entry: what becomes of them?",
        "Write one entry of your dW as a sum. Over what does it run?",
    ),
)
