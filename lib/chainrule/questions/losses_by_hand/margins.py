"""Losses of a margin: the 0/1 loss, which can't teach, and the hinge, which can."""

import numpy as np

from chainrule.judge import TextQuestion
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import called, slope

no_subgradient = TextQuestion(
    "no_subgradient",
    points=1,
    hints=(
        "Write down what a subgradient s at 0 has to satisfy: f(m) ≥ f(0) + s·m for "
        "every m. What is f(0) here?",
        "Take a small positive m. What does the inequality say about s? Now halve m.",
        "For the hinge, draw the line through the kink with slope -½. Where does the "
        "hinge lie, above the line or below it?",
    ),
)


def hinge(torch, w, X, y):
    return (1 - y * (X @ w)).clamp(min=0).mean()


def margins(rng):
    """Examples with margins below 0, between 0 and 1, and above 1, none at a kink."""
    while True:
        features = int(rng.integers(2, 5))
        X = numbers_of(rng, int(rng.integers(6, 9)), features)
        w = numbers_of(rng, features)
        y = rng.choice([-1.0, 1.0], len(X))
        m = y * (X @ w)
        seen = (m < 0).any() and ((m > 0) & (m < 1)).any() and (m > 1).any()
        if seen and min(np.abs(m).min(), np.abs(1 - m).min()) > 0.01:
            return {"w": w, "X": X, "y": y}


def pulls(w, X, y, within):
    """The slope of each example's term, one row for each."""
    return -(y * (y * (X @ w) < within))[:, None] * X


hinge_gradient = called(
    "hinge_gradient",
    slope(hinge, "w"),
    {"some examples": [margins] * 4},
    {
        "The sign is opposite. A step of w along y·x makes the margin larger, and the "
        "hinge smaller.": lambda right: -right,
        "That is the sum over the examples. The loss is their mean.": (
            lambda right, X: len(X) * right
        ),
        "Every example is used. Where the margin is above 1 the hinge is flat: such an "
        "example adds nothing.": (lambda w, X, y: pulls(w, X, y, np.inf).mean(0)),
        "Only examples with a negative margin are used. The hinge has a slope up to a "
        "margin of 1, not of 0.": lambda w, X, y: pulls(w, X, y, 0).mean(0),
        "That divides by the number of examples with a slope. The mean is over all "
        "examples, those with slope 0 too.": (
            lambda right, w, X, y: right * len(X) / (y * (X @ w) < 1).sum()
        ),
        "The label is missing: an example with y = -1 has the opposite sign.": (
            lambda w, X, y: -((y * (X @ w) < 1)[:, None] * X).mean(0)
        ),
        "That has one row per example. The loss is one number: take the mean over the "
        "rows.": lambda w, X, y: pulls(w, X, y, 1),
    },
    points=2,
    hints=[
        "Take one example. Its loss is 1 - y (x·w) where that is positive, else 0. "
        "Which slope does each of the two pieces have with respect to w?",
        "Where the margin y (x·w) is below 1, the slope is -y x. Elsewhere it is 0.",
        "Make a column of -y with zeros where the margin is 1 or more, multiply the "
        "rows of X by it, and take the mean over the rows.",
    ],
)
