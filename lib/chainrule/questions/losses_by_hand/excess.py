"""The gradient with respect to logits: the probabilities in excess of the labels."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.questions.kinds import cases, mistakes, slope
from chainrule.questions.losses_by_hand.logits import (
    apart,
    huge,
    nan,
    rows,
    softmax,
    weighted,
)
from chainrule.questions.losses_by_hand.surprise import alike_with_nan


def excess(z, y):
    """The probabilities minus the one-hot rows."""
    return softmax(z) - np.eye(z.shape[1])[y]


def column(weight, y):
    return weight[y][:, None]


def mean_of(excess, y, weight):
    return column(weight, y) * excess / weight[y].sum()


def shifted_as_one(z, y, weight):
    """With the largest of all logits subtracted: NaN in rows far below it."""
    e = np.exp(z - z.max())
    with np.errstate(invalid="ignore"):
        q = e / e.sum(1, keepdims=True)
    return mean_of(q - np.eye(len(weight))[y], y, weight)


def divided(z, y, weight):
    """Back through softmax from -p/q: NaN in rows where q of the right class is 0."""
    q = softmax(z)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = -np.eye(len(weight))[y] / q
        return mean_of(q * (g - np.sum(g * q, 1, keepdims=True)), y, weight)


GRADIENT = slope(weighted, "z")

logits_gradient = Question(
    "logits_gradient",
    Part(
        1,
        GRADIENT,
        cases({"rows of logits": [rows] * 4}),
        mistakes(
            {
                "The sign is opposite: a step downhill must raise the logit of the "
                "right class.": lambda right: -right,
                "That is the gradient of the weighted sum. The loss divides by the sum "
                "of the weights that were used, and so does its gradient.": (
                    lambda right, y, weight: right * weight[y].sum()
                ),
                "That divides by the number of rows. The loss divides by the sum of "
                "the weights that were used.": (
                    lambda right, y, weight: right * weight[y].sum() / len(y)
                ),
                "That is q - p of each row alone. Multiply each row by the weight of "
                "its right class, and divide by the sum of the weights used.": excess,
                "The weights aren't used: every row counts the same.": (
                    lambda z, y: excess(z, y) / len(y)
                ),
                "Each column has the weight of its own class. A whole row has one "
                "weight, that of its right class.": (
                    lambda z, y, weight: weight * excess(z, y) / weight[y].sum()
                ),
                "That is the gradient with respect to the probabilities q, -p/q. Take "
                "it back through softmax as well.": lambda z, y, weight: (
                    -column(weight, y)
                    * np.eye(len(weight))[y]
                    / softmax(z)
                    / weight[y].sum()
                ),
                "Only the diagonal of softmax's Jacobian is there. The logit of one "
                "class moves the probabilities of all.": lambda z, y, weight: (
                    -column(weight, y)
                    * np.eye(len(weight))[y]
                    * (1 - softmax(z))
                    / weight[y].sum()
                ),
                "The one-hot row is missing: the right class has q - 1.": (
                    lambda z, y, weight: (
                        column(weight, y) * softmax(z) / weight[y].sum()
                    )
                ),
                "That makes probabilities along the first axis, where the examples "
                "lie. The classes lie along the last axis.": lambda z, y, weight: (
                    column(weight, y)
                    * (softmax(z, 0) - np.eye(len(weight))[y])
                    / weight[y].sum()
                ),
            }
        ),
    ),
    Part(
        1,
        GRADIENT,
        cases({"logits near ±1000": [huge] * 2, "whole rows near ±1000": apart}),
        mistakes(
            {
                "That is NaN in rows near -1000: one number was subtracted from all "
                "rows, and these rows were rounded to 0, so they give 0/0. Subtract "
                "from each row its own largest logit.": (
                    shifted_as_one,
                    alike_with_nan,
                ),
                "That is NaN where -p/q divides by a probability that was rounded to "
                "0. On paper the division has gone: return q - p.": (
                    divided,
                    alike_with_nan,
                ),
                **nan(
                    "exp(1000) is infinite, and infinity divided by infinity is no "
                    "number. Subtract the row's largest logit first."
                ),
            }
        ),
    ),
    hints=[
        "For one row of weight 1, the gradient is q - p: the probabilities minus the "
        "one-hot row. What does the row's weight do to it?",
        "The loss is the sum of weight[y] · (loss of the row), divided by the sum of "
        "weight[y]. So is the gradient, row by row.",
        "np.eye(K)[y] has the one-hot rows. Subtract the row's largest logit before "
        "exp.",
    ],
)

QUESTIONS = [logits_gradient]
