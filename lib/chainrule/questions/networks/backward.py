"""The backward pass of the same network, from what its forward pass has kept."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import UPSTREAM_IGNORED, entries, tensors
from chainrule.questions.networks.forward import network, sigmoid
from chainrule.rules import NUMPY_ONLY


def kept(n):
    """What the forward pass leaves for the backward pass, and an upstream gradient."""
    draw = network(n)

    def make(rng):
        X, W1, b1, W2, b2 = draw(rng).values()
        A1 = np.maximum(X @ W1.T + b1, 0)
        P = sigmoid(A1 @ W2.T + b2)
        return {"g": numbers_of(rng, *P.shape), "X": X, "A1": A1, "P": P, "W2": W2}

    return make


def backward(g, **args):
    """torch's gradients; W1 and b1 aren't given, and may be any, here 0."""
    import torch

    X, A1, P, W2 = tensors(args.values())
    W1 = torch.zeros(A1.shape[1], X.shape[1], dtype=X.dtype, requires_grad=True)
    b1 = torch.zeros(A1.shape[1], dtype=X.dtype, requires_grad=True)
    Z1 = torch.where(A1 > 0, A1, -1.0) + X @ W1.T + b1
    hidden = Z1.relu()
    W2.requires_grad_()
    b2 = torch.zeros(P.shape[1], dtype=X.dtype, requires_grad=True)
    Z2 = torch.logit(P) - (A1 @ W2.T).detach() + hidden @ W2.T + b2
    at = [Z2, W2, b2, hidden, Z1, W1, b1]
    found = torch.autograd.grad(Z2.sigmoid(), at, torch.as_tensor(g))
    return [t.numpy() for t in found]


def dZ2(g, P):
    return g * P * (1 - P)


def dA1(g, P, W2):
    return dZ2(g, P) @ W2


def dZ1(g, A1, P, W2):
    return dA1(g, P, W2) * (A1 > 0)


UNSUMMED = (
    "That is one row per example. Every example used the same bias: sum over the "
    "examples."
)
AVERAGED = {
    "That is the mean over the examples. Take the sum: if the loss is a mean, g has "
    "the factor 1/n already.": lambda right, X: right / len(X)
}
TRANSPOSED = {
    "That is transposed: the gradient of a matrix has the shape of that matrix.": (
        lambda right: right.T
    )
}
NO_SIGMOID = "g belongs to P. Go back through the sigmoid first: that gives dZ2."
NO_GATE = "ReLU is left out: where A1 is 0, no gradient passes back to Z1."
BACKWARD_MISTAKES = {
    "dZ2": {
        NO_SIGMOID: lambda g: g,
        "That takes the sigmoid of P, but P is a sigmoid already: its slope is "
        "P (1 - P).": (lambda g, P: g * sigmoid(P) * (1 - sigmoid(P))),
        "That multiplies g by P, the value of the sigmoid. Multiply by its slope.": (
            lambda g, P: g * P
        ),
        **UPSTREAM_IGNORED,
    },
    "dW2": {
        NO_SIGMOID: lambda g, A1: g.T @ A1,
        **TRANSPOSED,
        **AVERAGED,
        **UPSTREAM_IGNORED,
    },
    "db2": {
        NO_SIGMOID: lambda g: g.sum(0),
        UNSUMMED: dZ2,
        **AVERAGED,
        **UPSTREAM_IGNORED,
    },
    "dA1": {NO_SIGMOID: lambda g, W2: g @ W2, **UPSTREAM_IGNORED},
    "dZ1": {
        NO_GATE: dA1,
        "That multiplies by A1, the value of ReLU. Multiply by its slope, 1 or 0.": (
            lambda g, A1, P, W2: dA1(g, P, W2) * A1
        ),
        "You pass the gradient where the gradient is positive. ReLU passes a gradient "
        "where A1 is positive.": lambda g, P, W2: np.maximum(dA1(g, P, W2), 0),
        **UPSTREAM_IGNORED,
    },
    "dW1": {
        NO_GATE: lambda g, X, P, W2: dA1(g, P, W2).T @ X,
        **TRANSPOSED,
        **AVERAGED,
        **UPSTREAM_IGNORED,
    },
    "db1": {
        NO_GATE: lambda g, P, W2: dA1(g, P, W2).sum(0),
        UNSUMMED: dZ1,
        **AVERAGED,
        **UPSTREAM_IGNORED,
    },
}
NAMES = ("dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1")

network_backward = Question(
    "network_backward",
    *entries(
        NAMES,
        (0.5, 0.5, 0.5, 0.5, 1, 0.5, 0.5),
        Oracle("torch.autograd", backward),
        {
            "several examples": kept(0),
            "several others": kept(0),
            "two examples": kept(2),
        },
        BACKWARD_MISTAKES,
        "dZ2, dW2, db2, dA1, dZ1, dW1 and db1",
    ),
    off=NUMPY_ONLY,
    hints=[
        "The slope of the sigmoid is P (1 - P), entry by entry. After dZ2, use the "
        "rules of the layer in 04_tensors, for each of the two layers.",
        "The shapes tell the products. dZ2 is n × outputs. dW2 is outputs × hidden, a "
        "product of dZ2 and A1. dA1 is n × hidden, a product of dZ2 and W2.",
        "ReLU passes dA1 where A1 > 0. Then dW1 and db1 come from dZ1 and X, as dW2 "
        "and db2 came from dZ2 and A1.",
    ],
)
