"""Batch normalization in training, feature by feature."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import called, tensors


def batch(rng):
    """A batch whose features have their own middles and spreads, some of them small."""
    n, features = int(rng.integers(4, 8)), int(rng.integers(2, 4))
    spread = rng.permutation([0.2, 1.0, 3.0])[:features]
    X = numbers_of(rng, n, features) * spread + 2 * numbers_of(rng, features)
    return {
        "X": X,
        "gamma": numbers_of(rng, features),
        "beta": numbers_of(rng, features),
        "eps": uniform(rng, 0.05, 0.2),
    }


def by_torch(X, gamma, beta, eps):
    import torch

    X, gamma, beta = tensors([X, gamma, beta])
    f = torch.nn.functional.batch_norm
    return f(X, None, None, gamma, beta, training=True, eps=eps).numpy()


def normed(X, eps, axis=0, ddof=0):
    centred = X - X.mean(axis, keepdims=True)
    return centred / np.sqrt(X.var(axis, ddof=ddof, keepdims=True) + eps)


batch_norm = called(
    "batch_norm",
    Oracle("torch", by_torch),
    {"a batch": [batch] * 4},
    {
        "It divides by the unbiased variance, the sum of squares over n - 1. Here the "
        "variance is over n.": (
            lambda X, gamma, beta, eps: gamma * normed(X, eps, ddof=1) + beta
        ),
        "Mean and variance are those of each example. Here they belong to a feature: "
        "take them over the rows.": (
            lambda X, gamma, beta, eps: gamma * normed(X, eps, axis=1) + beta
        ),
        "One mean and one variance serve all features. Each feature has its own.": (
            lambda X, gamma, beta, eps: gamma * normed(X, eps, axis=None) + beta
        ),
        "eps is added to the standard deviation. It belongs under the root, beside the "
        "variance.": (
            lambda X, gamma, beta, eps: (
                gamma * (X - X.mean(0)) / (X.std(0) + eps) + beta
            )
        ),
        "eps isn't used. Add it to the variance.": lambda X, gamma, beta: (
            gamma * normed(X, 0.0) + beta
        ),
        "The root is missing: that divides by the variance.": (
            lambda X, gamma, beta, eps: (
                gamma * (X - X.mean(0)) / (X.var(0) + eps) + beta
            )
        ),
        "The mean isn't subtracted. Do so before you divide.": (
            lambda X, gamma, beta, eps: gamma * X / np.sqrt(X.var(0) + eps) + beta
        ),
        "gamma and beta aren't used. At the end gamma multiplies, beta is added.": (
            lambda X, eps: normed(X, eps)
        ),
        "gamma isn't used. It multiplies the normalized X.": lambda X, beta, eps: (
            normed(X, eps) + beta
        ),
        "beta isn't used. It is added at the end.": lambda right, beta: right - beta,
        "gamma and beta are swapped.": (
            lambda X, gamma, beta, eps: beta * normed(X, eps) + gamma
        ),
    },
    points=2,
    hints=[
        "A feature is a column. Over which axis does a mean give one number for each "
        "column?",
        "X.mean(axis=0) and X.var(axis=0) are the mean and the variance over the rows; "
        "np.var divides by n.",
        "gamma * (X - mean) / np.sqrt(var + eps) + beta.",
    ],
)

QUESTIONS = [batch_norm]
