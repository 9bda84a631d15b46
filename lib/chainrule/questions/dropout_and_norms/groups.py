"""Norms of one example alone: over groups of its features."""

import numpy as np

from chainrule.judge import TextQuestion
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.dropout_and_norms.batch import normed
from chainrule.questions.kinds import called, tensors


def grouped(rng):
    """Examples whose features fall into groups; groups and their sizes differ."""
    groups, size = rng.permutation([2, 3, 4])[:2].tolist()
    features = groups * size
    n = int(rng.integers(3, 6))
    middle = np.repeat(3 * numbers_of(rng, groups), size)
    spread = np.repeat(rng.permutation([0.3, 1.0, 2.5, 1.6])[:groups], size)
    return {
        "X": numbers_of(rng, n, features) * spread + middle,
        "groups": groups,
        "gamma": numbers_of(rng, features),
        "beta": numbers_of(rng, features),
        "eps": uniform(rng, 0.05, 0.2),
    }


def by_torch(X, groups, gamma, beta, eps):
    import torch

    X, gamma, beta = tensors([X, gamma, beta])
    return torch.nn.functional.group_norm(X, groups, gamma, beta, eps).numpy()


def in_groups(X, groups, eps, axis=-1, ddof=0):
    parts = X.reshape(len(X), groups, -1)
    return normed(parts, eps, axis, ddof).reshape(X.shape)


def interleaved(X, groups, eps):
    parts = X.reshape(len(X), -1, groups)
    return normed(parts, eps, axis=1).reshape(X.shape)


def rescaled(rule):
    def wrong(X, groups, gamma, beta, eps):
        return gamma * rule(X, groups, eps) + beta

    return wrong


group_norm = called(
    "group_norm",
    Oracle("torch", by_torch),
    {"some examples": [grouped] * 4},
    {
        "Mean and variance run over all features of an example: that is layer "
        "normalization. Each group has its own.": (
            rescaled(lambda X, groups, eps: normed(X, eps, axis=1))
        ),
        "Mean and variance run over the batch: that is batch normalization. Here each "
        "example stands alone.": rescaled(lambda X, groups, eps: normed(X, eps)),
        "Mean and variance run over the batch as well as over the group. Here each "
        "example stands alone.": (
            rescaled(lambda X, groups, eps: in_groups(X, groups, eps, (0, 2)))
        ),
        "That makes groups of `groups` features. The number of groups is `groups`.": (
            rescaled(lambda X, n, eps: in_groups(X, X.shape[1] // n, eps))
        ),
        "The groups are interleaved, every k-th feature in one. Here neighbours form "
        "a group.": rescaled(interleaved),
        "It divides by the unbiased variance, over one less than the group's size.": (
            rescaled(lambda X, groups, eps: in_groups(X, groups, eps, ddof=1))
        ),
        "eps isn't used. Add it to the variance.": rescaled(
            lambda X, groups, eps: in_groups(X, groups, 0.0)
        ),
        "gamma and beta aren't used. At the end gamma multiplies, beta is "
        "added.": lambda X, groups, eps: in_groups(X, groups, eps),
        "beta isn't used. It is added at the end.": lambda right, beta: right - beta,
        "gamma isn't used. It multiplies the normalized X.": (
            lambda X, groups, beta, eps: in_groups(X, groups, eps) + beta
        ),
    },
    points=2,
    hints=[
        "X.reshape(n, groups, -1) gives the features of a group an axis of their own.",
        "Take mean and variance over that last axis, with keepdims=True, normalize, "
        "and reshape back to (n, features).",
        "gamma and beta have one entry for each feature: use them after the second "
        "reshape.",
    ],
)

batch_of_one = TextQuestion(
    "batch_of_one",
    points=1,
    hints=(
        "A batch of one example: what is the mean of each feature? What is X minus "
        "the mean?",
        "If the output doesn't depend on X, what is its gradient with respect to X? "
        "What do the layers below learn?",
        "Over what do layer normalization and group normalization take their means, "
        "and what does batch normalization use at test time?",
    ),
)

QUESTIONS = [group_norm, batch_of_one]
