"""A weighted cross-entropy from logits, for scores of any size."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import cases, mistakes, tensors


def weighted(torch, z, y, weight):
    return torch.nn.functional.cross_entropy(z, y, weight=weight)


def value(**args):
    import torch

    return float(weighted(torch, *tensors(args.values())))


def rows(rng):
    """Logits of several rows, of at least two classes, and a weight for each class."""
    n, classes = sizes(rng, 2)
    y = rng.integers(classes, size=n)
    while len(set(y)) == 1:
        y = rng.integers(classes, size=n)
    weight = rng.permutation(np.linspace(0.5, 3, classes)) * rng.uniform(
        0.8, 1.2, classes
    )
    return {"z": 1.5 * numbers_of(rng, n, classes), "y": y, "weight": weight}


def huge(rng):
    """Rows in which exp(1000) is too large, some of them right and some wrong."""
    while True:
        args = rows(rng)
        z, y = args["z"], args["y"]
        here = np.arange(len(y))
        other = (y + 1) % z.shape[1]
        certain = rng.permutation(len(y)) % 2 == 0
        z[here, np.where(certain, y, other)] += 1000
        z[here, np.where(certain, other, y)] -= 1000
        if 0 < certain.sum() < len(y):
            return args


def apart(rng):
    """Whole rows of very large logits, and whole rows of very small ones."""
    args = rows(rng)
    side = rng.permutation(np.arange(len(args["y"])) % 2)
    return {**args, "z": args["z"] + 1000.0 * (2 * side - 1)[:, None]}


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def of_right_class(table, y):
    return table[np.arange(len(y)), y]


def loss_from(p, y, weight):
    return -np.sum(weight[y] * np.log(of_right_class(p, y))) / weight[y].sum()


def not_a_number(yours, wrong, **_):
    return bool(np.isnan(yours).any())


def capped(yours, wrong, **_):
    """Whether a cap from 4 to 50 in place of 27.6, -log of 1e-12, explains a result."""
    return yours.size == 1 and 4 < 27.6 * yours.item() / wrong < 50


def nan(says):
    return {f"That is NaN: {says}": (lambda: np.nan, not_a_number)}


weighted_cross_entropy = Question(
    "weighted_cross_entropy",
    Part(
        1,
        Oracle("torch", value),
        cases({"rows of logits": [rows] * 4}),
        mistakes(
            {
                "The sign is opposite. The logarithm of a probability is negative, and "
                "the loss is positive.": lambda right: -right,
                "That is the weighted sum. Divide by the sum of the weights that were "
                "used.": lambda right, y, weight: right * weight[y].sum(),
                "That divides by the number of rows. Divide by the sum of the weights "
                "that were used: then the weights may have any scale.": (
                    lambda right, y, weight: right * weight[y].sum() / len(y)
                ),
                "The weights aren't used: every row counts the same.": (
                    lambda z, y: loss_from(softmax(z), y, np.ones(z.shape[1]))
                ),
                "That makes probabilities along the first axis, so that columns sum to "
                "1. The classes lie along the last axis.": (
                    lambda z, y, weight: loss_from(softmax(z, 0), y, weight)
                ),
                "Softmax was taken twice: z holds logits, so apply softmax once.": (
                    lambda z, y, weight: loss_from(softmax(softmax(z)), y, weight)
                ),
                "The logarithm is missing: that is the probability of the right class, "
                "not its surprise.": lambda z, y, weight: (
                    np.sum(weight[y] * of_right_class(softmax(z), y)) / weight[y].sum()
                ),
                "That is minus the logit of the right class. The logarithm of the sum "
                "of all exponentials is missing.": (
                    lambda z, y, weight: (
                        -np.sum(weight[y] * of_right_class(z, y)) / weight[y].sum()
                    )
                ),
            }
        ),
    ),
    Part(
        1,
        Oracle("torch", value),
        cases({"logits near ±1000": [huge] * 3}),
        mistakes(
            {
                **nan(
                    "∞/∞ where exp(1000) is infinite, or 0 · log 0. Subtract the row's "
                    "largest logit first, and take the logarithm on paper."
                ),
                "That is infinite. Either exp(1000) has overflowed: subtract the row's "
                "largest logit first. Or a probability was rounded to 0 before its "
                "logarithm was taken: take the logarithm on paper.": (
                    lambda: np.inf,
                    lambda yours, wrong, **_: bool(np.isposinf(yours).all()),
                ),
                "A tiny number under the logarithm caps the loss of a row. The true "
                "loss is near 2000 there.": (
                    lambda z, y, weight: loss_from(softmax(z) + 1e-12, y, weight),
                    capped,
                ),
            }
        ),
    ),
    Part(
        1,
        Oracle("torch", value),
        cases({"whole rows near ±1000": [apart] * 3}),
        mistakes(
            {
                **nan(
                    "in some row every exponential is infinite or rounded to 0 (∞/∞, "
                    "0/0 or ∞ - ∞). Subtract from each row its own largest logit first."
                ),
                "That is -∞: one number was subtracted from all rows, and a whole row "
                "was rounded to 0. Subtract from each row its own largest logit.": (
                    lambda: -np.inf,
                    lambda yours, wrong, **_: bool(np.isneginf(yours).all()),
                ),
            }
        ),
    ),
    hints=[
        "-log q of the right class is log Σ exp z minus the logit of the right class. "
        "No division is left.",
        "exp overflows at 710. Subtract the row's largest logit from the whole row "
        "first: the loss stays what it was.",
        "z[np.arange(len(y)), y] is the logit of each row's right class, and weight[y] "
        "each row's weight. The mean is the sum of weight[y] · loss, divided by the "
        "sum of weight[y].",
    ],
)


QUESTIONS = [weighted_cross_entropy]
