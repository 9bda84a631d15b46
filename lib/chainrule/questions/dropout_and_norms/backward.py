"""Batch normalization backward: each example moves the mean and the variance of all."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.dropout_and_norms.batch import batch, normed
from chainrule.questions.kinds import entries, tensors


def by_torch(g, X, gamma, eps):
    import torch

    g, X, gamma = tensors([g, X, gamma])
    beta = torch.zeros_like(gamma)
    for t in (X, gamma, beta):
        t.requires_grad_()
    Y = torch.nn.functional.batch_norm(X, None, None, gamma, beta, True, 0.0, eps)
    return [t.numpy() for t in torch.autograd.grad(Y, (X, gamma, beta), g)]


def upstream(rng):
    """An upstream gradient whose columns don't sum to 0, for a batch."""
    given = batch(rng)
    del given["beta"]
    g = numbers_of(rng, *given["X"].shape) + 0.5 * numbers_of(rng, len(given["gamma"]))
    return {"g": g, **given}


def root(X, eps, axis=0, ddof=0):
    return np.sqrt(X.var(axis, ddof=ddof, keepdims=True) + eps)


def through(g, X, gamma, eps, mean=1.0, variance=1.0, axis=0, ddof=0):
    """The gradient of X with each of its three terms weighed."""
    x_hat, up = normed(X, eps, axis, ddof), gamma * g
    by_mean = up.mean(axis, keepdims=True)
    by_variance = x_hat * (up * x_hat).mean(axis, keepdims=True)
    return (up - mean * by_mean - variance * by_variance) / root(X, eps, axis, ddof)


def weighed(**how):
    return lambda g, X, gamma, eps: through(g, X, gamma, eps, **how)


DX = {
    "Mean and variance are treated as constants in dX. They move with X: that gives "
    "two more terms.": weighed(mean=0, variance=0),
    "The variance is treated as a constant in dX. It moves with X, too.": (
        weighed(variance=0)
    ),
    "The mean is treated as a constant in dX. It moves with X, too.": weighed(mean=0),
    "The two terms of dX have sums over the batch where means belong.": (
        lambda g, X, gamma, eps: through(g, X, gamma, eps, len(X), len(X))
    ),
    "The term of the variance has the other sign in dX.": weighed(variance=-1),
    "The term of the mean has the other sign in dX.": weighed(mean=-1),
    "dX is that of a norm over the features of each example. Take means over the "
    "rows.": weighed(axis=1),
    "gamma is missing in dX: it multiplies g before all else.": (
        lambda g, X, eps: through(g, X, 1.0, eps)
    ),
    "dX has the unbiased variance, over n - 1. The forward pass divided by n.": (
        weighed(ddof=1)
    ),
    "The division by the standard deviation is missing in dX.": (
        lambda right, X, eps: right * root(X, eps)
    ),
    "dX is divided by the variance, not by its root.": (
        lambda right, X, eps: right / root(X, eps)
    ),
    "eps is missing in dX.": lambda g, X, gamma: through(g, X, gamma, 0.0),
}
DGAMMA = {
    "dgamma has X where the normalized X belongs: gamma multiplies that.": (
        lambda g, X: (g * X).sum(0)
    ),
    "dgamma has X minus its mean. It is divided by the standard deviation as well.": (
        lambda g, X: (g * (X - X.mean(0))).sum(0)
    ),
    "dgamma is a mean over the batch. Each row uses gamma, so the rows add up.": (
        lambda right, X: right / len(X)
    ),
    "dgamma still has a row for each example: sum over the rows.": (
        lambda g, X, eps: g * normed(X, eps)
    ),
    "dgamma is the sum of g. That is dbeta.": lambda g: g.sum(0),
    "gamma itself is a factor of dgamma. The slope of gamma · x̂ for gamma is x̂.": (
        lambda right, gamma: right * gamma
    ),
}
DBETA = {
    "dbeta is a mean over the batch. Each row uses beta, so the rows add up.": (
        lambda g: g.mean(0)
    ),
    "dbeta is g itself: sum over the rows.": lambda g: g,
    "dbeta is summed over the features. Each feature has a beta of its own.": (
        lambda g: g.sum(1)
    ),
    "gamma is a factor of dbeta. beta is added after gamma has multiplied.": (
        lambda right, gamma: right * gamma
    ),
}

batch_norm_backward = Question(
    "batch_norm_backward",
    *entries(
        ("dX", "dgamma", "dbeta"),
        (2, 1, 1),
        Oracle("torch.autograd", by_torch),
        {"a batch": [upstream] * 4},
        {"dX": DX, "dgamma": DGAMMA, "dbeta": DBETA},
        "dX, dgamma and dbeta",
    ),
    hints=[
        "Begin with dbeta and dgamma: Y = gamma · x̂ + beta, and each row uses both. "
        "Then dx_hat = gamma · g is the upstream gradient of x̂.",
        "Take one column. Its mean reaches L through every row: ∂L/∂μ is minus the sum "
        "of dx_hat, over root = √(var + eps), and ∂μ/∂xᵢ is 1/n. Its variance does so "
        "too: ∂L/∂var is minus the sum of dx_hat · x̂, over 2 · root².",
        "dX = (dx_hat - dx_hat.mean(0) - x_hat * (dx_hat * x_hat).mean(0)) / root.",
    ],
)

QUESTIONS = [batch_norm_backward]
