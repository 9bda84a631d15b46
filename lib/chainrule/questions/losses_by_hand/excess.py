"""The gradient with respect to logits: the probabilities in excess of the labels."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.questions.kinds import cases, mistakes, slope
from chainrule.questions.losses_by_hand.logits import (
    OVERFLOWS,
    apart,
    huge,
    rows,
    softmax,
    weighted,
)


def excess(z, y):
    """The probabilities minus the one-hot rows."""
    return softmax(z) - np.eye(z.shape[1])[y]


def column(weight, y):
    return weight[y][:, None]


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
        mistakes(OVERFLOWS),
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
