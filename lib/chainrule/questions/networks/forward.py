"""The forward pass of a network with one hidden layer, with all that it makes."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import entries, tensors
from chainrule.rules import NUMPY_ONLY


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def network(n):
    """n examples, several where n is 0, and the weights of a network for them."""

    def make(rng):
        ins, hidden, outs = sizes(rng, 3)
        n_rows = n or int(rng.integers(6, 9))
        while True:
            X, W1 = numbers_of(rng, n_rows, ins), numbers_of(rng, hidden, ins)
            b1, W2 = numbers_of(rng, hidden), numbers_of(rng, outs, hidden) / 3
            Z1 = X @ W1.T + b1
            on = (Z1 > 0).mean(axis=0)
            if np.abs(Z1).min() > 0.01 and 0 < on.mean() < 1 and np.ptp(on) >= 1 / 8:
                return {
                    "X": X,
                    "W1": W1,
                    "b1": b1,
                    "W2": W2,
                    "b2": numbers_of(rng, outs) / 2,
                }

    return make


def forward(**args):
    import torch

    X, W1, b1, W2, b2 = tensors(args.values())
    linear = torch.nn.functional.linear
    Z1 = linear(X, W1, b1)
    A1 = Z1.relu()
    Z2 = linear(A1, W2, b2)
    return [t.numpy() for t in (Z1, A1, Z2, Z2.sigmoid())]


FORWARD_MISTAKES = {
    "Z1": {
        "The bias b1 is missing in Z1.": lambda right, b1: right - b1,
        "That is A1, the ReLU of Z1. Z1 is the sum before ReLU.": (
            lambda right: np.maximum(right, 0)
        ),
        "Z1 is transposed: examples stand in rows.": lambda right: right.T,
    },
    "A1": {
        "Sigmoid stands in the hidden layer, where ReLU belongs.": (
            lambda X, W1, b1: sigmoid(X @ W1.T + b1)
        ),
        "That is Z1 unchanged. A1 is its ReLU: negative numbers become 0.": (
            lambda X, W1, b1: X @ W1.T + b1
        ),
    },
    "Z2": {
        "The second layer got Z1. Its input is A1, the ReLU of Z1.": (
            lambda X, W1, b1, W2, b2: (X @ W1.T + b1) @ W2.T + b2
        ),
        "The bias b2 is missing in Z2.": lambda right, b2: right - b2,
    },
    "P": {
        "That is Z2 unchanged. P is its sigmoid.": (
            lambda right: np.log(right / (1 - right))
        ),
        "That is the ReLU of Z2. P is the sigmoid of Z2.": (
            lambda right: np.maximum(np.log(right / (1 - right)), 0)
        ),
        "That is the slope of the sigmoid, P (1 - P).": lambda right: (
            right * (1 - right)
        ),
    },
}
NETWORKS = {
    "one example": network(1),
    "several examples": network(0),
    "several others": network(0),
}

network_forward = Question(
    "network_forward",
    *entries(
        ("Z1", "A1", "Z2", "P"),
        (0.5, 0.5, 0.5, 0.5),
        Oracle("torch", forward),
        NETWORKS,
        FORWARD_MISTAKES,
        "Z1, A1, Z2 and P",
    ),
    off=NUMPY_ONLY,
    hints=[
        "Examples stand in the rows of X, and W1 is out × in. Which product of the two "
        "is n × hidden?",
        "Z1 = X @ W1.T + b1, and A1 is its ReLU. Z2 comes from A1 as Z1 comes from X.",
        "P is 1 / (1 + np.exp(-Z2)). Return all four: Z1, A1, Z2, P.",
    ],
)
