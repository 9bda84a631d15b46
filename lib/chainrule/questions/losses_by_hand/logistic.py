"""Binary logistic regression: the mean log-loss, and its derivatives."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.questions.draws import numbers_of, signed
from chainrule.questions.kinds import Entry, cases, mistakes, slope


def log_loss(torch, w, b, X, y):
    score = X @ w + b
    return torch.nn.functional.binary_cross_entropy_with_logits(score, y)


def examples(size):
    """Examples of both classes, with scores of both signs and about this size."""

    def make(rng):
        while True:
            features = int(rng.integers(2, 5))
            X = numbers_of(rng, int(rng.integers(6, 9)), features)
            y = rng.permutation(np.arange(len(X)) % 2 * 1.0)
            w, b = size * numbers_of(rng, features), signed(rng, 0.3, 1.5)
            scores = X @ w + b
            if min(scores.max(), -scores.min()) > size / 2:
                return {"w": w, "b": b, "X": X, "y": y}

    return make


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


def too_much(w, b, X, y):
    """The predicted probability minus the label, for each example."""
    return sigmoid(X @ w + b) - y


def steep(w, b, X):
    p = sigmoid(X @ w + b)
    return p * (1 - p)


SQUARED = (
    "The slope of the sigmoid, σ(1 - σ), is a factor too many: in ∂L/∂z the slope of "
    "the logarithm cancels it."
)
SIGN = "The sign is opposite: σ(z) - y, the prediction minus the label."
SUMMED = (
    "That is the gradient of the sum over the examples. The loss is their mean: divide "
    "by the number of rows."
)
SWAPPED = "The two have changed places. Return the gradient of w first, then that of b."
DECIDED = (
    "That takes the decision, 0 or 1, for the prediction. Take the probability σ(z)."
)
LABELS = "That takes labels of -1 and 1. Here they are 0 and 1."


def part(points, number, given, wrong):
    return Part(
        points,
        slope(log_loss, "wb"[number]),
        cases(given),
        mistakes(wrong),
        drive=Entry(number, 2),
    )


ORDINARY = {"some examples": [examples(1)] * 4}

logistic_gradient = Question(
    "logistic_gradient",
    part(
        1,
        0,
        ORDINARY,
        {
            SIGN: lambda right: -right,
            SUMMED: lambda right, X: len(X) * right,
            SQUARED: lambda w, b, X, y: (
                (too_much(w, b, X, y) * steep(w, b, X)) @ X / len(X)
            ),
            DECIDED: lambda w, b, X, y: ((X @ w + b > 0) - y) @ X / len(X),
            LABELS: lambda w, b, X, y: too_much(w, b, X, 2 * y - 1) @ X / len(X),
            SWAPPED: lambda w, b, X, y: np.mean(too_much(w, b, X, y)),
            "The bias is left out of the scores: the score is X @ w + b.": (
                lambda w, X, y: too_much(w, 0, X, y) @ X / len(X)
            ),
            "That has one row per example. The loss is one number: take the mean over "
            "the rows.": lambda w, b, X, y: too_much(w, b, X, y)[:, None] * X,
        },
    ),
    part(
        1,
        1,
        ORDINARY,
        {
            SIGN: lambda right: -right,
            SUMMED: lambda right, X: len(X) * right,
            SQUARED: lambda w, b, X, y: np.mean(too_much(w, b, X, y) * steep(w, b, X)),
            DECIDED: lambda w, b, X, y: np.mean((X @ w + b > 0) - y),
            LABELS: lambda w, b, X, y: np.mean(too_much(w, b, X, 2 * y - 1)),
            SWAPPED: lambda w, b, X, y: too_much(w, b, X, y) @ X / len(X),
            "The bias is left out of the scores: the score is X @ w + b.": (
                lambda w, X, y: np.mean(too_much(w, 0, X, y))
            ),
            "That has one entry per example. All examples use the same b: take the "
            "mean.": too_much,
        },
    ),
    part(
        1,
        0,
        {"scores near ±1000": [examples(1500)] * 3},
        {
            "That is NaN: ∞/∞ in exp(z) / (1 + exp(z)), or 0 · ∞ or 0/0 where ŷ or "
            "1 - ŷ is rounded to 0. Take σ(z) - y, with 1 / (1 + exp(-z)) for σ(z).": (
                lambda: np.nan,
                lambda yours, wrong, **_: bool(np.isnan(yours).any()),
            )
        },
    ),
    hints=[
        "Use the chain rule: from the loss to the score z = x·w + b, then to w and b. "
        "For one example, ∂L/∂z is what softmax taught you, with two classes.",
        "∂L/∂z = σ(z) - y. The score moves with w as x does, and with b one to one.",
        "Take r = (σ(X @ w + b) - y) / n. Then dw is a product of X and r, and db a "
        "sum of r.",
    ],
)

QUESTIONS = [logistic_gradient]
