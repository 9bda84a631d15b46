"""A linear layer and its norm at test time: one linear layer."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import entries, tensors


def both_signs(*arrays):
    return all(a.min() < 0 < a.max() for a in arrays)


def layer_and_norm(rng):
    """A linear layer, and what the norm behind it has remembered: no term of the new
    bias has one sign only."""
    outs, ins = rng.permutation([3, 4])
    while True:
        b, mean, gamma, beta = (numbers_of(rng, outs) for _ in range(4))
        if both_signs(gamma * mean, gamma * b, b - mean, gamma * (b - mean)):
            return {
                "W": numbers_of(rng, outs, ins),
                "b": b,
                "mean": mean,
                "var": rng.uniform(0.1, 0.6, outs),
                "gamma": gamma,
                "beta": beta,
                "eps": uniform(rng, 0.05, 0.2),
            }


def evaluated(W, b, mean, var, gamma, beta, eps):
    """The layer and the norm asked at 0 and at each unit vector."""
    import torch

    W, b, mean, var, gamma, beta = tensors([W, b, mean, var, gamma, beta])
    F = torch.nn.functional
    inputs = torch.cat([torch.zeros(1, W.shape[1]), torch.eye(W.shape[1])]).double()
    Y = F.batch_norm(F.linear(inputs, W, b), mean, var, gamma, beta, False, 0.0, eps)
    return (Y[1:] - Y[0]).T.numpy(), Y[0].numpy()


def scale(var, gamma, eps):
    return gamma / np.sqrt(var + eps)


folded = Question(
    "folded",
    *entries(
        ("W", "b"),
        (1, 1),
        Oracle("torch", evaluated),
        {"a layer and its norm": [layer_and_norm] * 3},
        {
            "W": {
                "W is unchanged. The norm multiplies each output, and W makes them.": (
                    lambda W: W
                ),
                "The standard deviation is missing in W: gamma alone multiplies it.": (
                    lambda W, gamma: gamma[:, None] * W
                ),
                "gamma is missing in W.": (
                    lambda W, var, eps: W / np.sqrt(var + eps)[:, None]
                ),
                "W is divided by the variance plus eps. The root is missing.": (
                    lambda W, var, gamma, eps: (gamma / (var + eps))[:, None] * W
                ),
                "eps is missing in W.": lambda W, var, gamma: (
                    scale(var, gamma, 0)[:, None] * W
                ),
                "W is transposed: it is out × in.": lambda right: right.T,
            },
            "b": {
                "b is unchanged.": lambda b: b,
                "The old b is missing in the new one: the norm subtracts the mean from "
                "W x + b.": (
                    lambda mean, var, gamma, beta, eps: (
                        beta - mean * scale(var, gamma, eps)
                    )
                ),
                "beta is missing in b.": lambda right, beta: right - beta,
                "The running mean is missing in b: it is subtracted first.": (
                    lambda b, var, gamma, beta, eps: b * scale(var, gamma, eps) + beta
                ),
                "The mean isn't scaled in b. It is subtracted before the scaling.": (
                    lambda b, mean, var, gamma, beta, eps: (
                        b * scale(var, gamma, eps) + beta - mean
                    )
                ),
                "Only beta is the new b.": lambda beta: beta,
                "The standard deviation is missing in b: gamma alone multiplies b - "
                "mean.": lambda b, mean, gamma, beta: gamma * (b - mean) + beta,
                "gamma is missing in b.": lambda b, mean, var, beta, eps: (
                    (b - mean) / np.sqrt(var + eps) + beta
                ),
                "b - mean is divided by the variance plus eps. The root is missing.": (
                    lambda b, mean, var, gamma, beta, eps: (
                        gamma * (b - mean) / (var + eps) + beta
                    )
                ),
                "eps is missing in b.": lambda b, mean, var, gamma, beta: (
                    scale(var, gamma, 0) * (b - mean) + beta
                ),
            },
        },
        "W and b",
    ),
    hints=[
        "At test time the norm is gamma * (z - mean) / np.sqrt(var + eps) + beta, with "
        "numbers that no longer move. Put z = W @ x + b in.",
        "With scale = gamma / np.sqrt(var + eps), the output is scale * (W @ x) + "
        "scale * (b - mean) + beta. What multiplies x?",
        "Row k of the new W is scale[k] times row k of W: scale[:, None] * W. The new "
        "b is scale * (b - mean) + beta.",
    ],
)

QUESTIONS = [folded]
