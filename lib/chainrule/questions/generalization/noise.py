"""What noise in the inputs does to a loss, on average."""

from itertools import product

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import called


def over_all_signs(X, y, w, std):
    """The mean loss over all signs of the noise, which has the size std."""
    noise = std * np.array([*product([-1.0, 1.0], repeat=len(w))])
    return np.mean(((X[:, None] + noise) @ w - y[:, None]) ** 2)


def noisy_rows(rng):
    columns = int(rng.integers(2, 5))
    X = numbers_of(rng, int(rng.integers(5, 8)), columns)
    std = uniform(rng, 0.3, 0.8)
    y, w = numbers_of(rng, len(X)), numbers_of(rng, columns)
    return {"X": X, "y": y, "w": w, "std": std}


def plain(X, y, w):
    return np.mean((X @ w - y) ** 2)


noisy_loss = called(
    "noisy_loss",
    Oracle("all signs of the noise", over_all_signs),
    {"some rows": [noisy_rows] * 4},
    {
        "That is the loss without noise. The mean of the noise is 0, the mean of its "
        "square isn't.": plain,
        "That adds std, not the variance std².": (
            lambda X, y, w, std: plain(X, y, w) + std * w @ w
        ),
        "That adds std² alone. How much does noise in x_j change x·w?": (
            lambda X, y, w, std: plain(X, y, w) + std**2
        ),
        "That adds std² ‖w‖. The variances of the terms noise_j · w_j add up, and each "
        "variance is std² w_j².": (
            lambda X, y, w, std: plain(X, y, w) + std**2 * np.sqrt(w @ w)
        ),
        "That adds std² (Σ w)². The noise of the entries is independent, so the "
        "variances std² w_j² add up.": (
            lambda X, y, w, std: plain(X, y, w) + std**2 * w.sum() ** 2
        ),
        "The added term is divided by the number of rows. Each row has this term, so "
        "the mean of the rows has it too.": (
            lambda X, y, w, std: plain(X, y, w) + std**2 * w @ w / len(X)
        ),
        "The added term is multiplied by the number of rows. The loss is the mean of "
        "the squares, not their sum.": lambda X, y, w, std: (
            plain(X, y, w) + len(X) * std**2 * w @ w
        ),
        "That is the sum over the rows. The loss is their mean.": (
            lambda right, X: right * len(X)
        ),
        "The added term has a ½. The mean of the squares has none.": (
            lambda X, y, w, std: plain(X, y, w) + std**2 * w @ w / 2
        ),
    },
    points=1,
    hints=[
        "One row: (x·w - y + noise·w)². Multiply out: a square without noise, a mixed "
        "term, and (noise·w)². What is the mean of each?",
        "The mixed term has mean 0. noise·w is a sum of independent terms, so its "
        "variance is the sum of their variances.",
        "The variance of noise_j · w_j is std² w_j². The result is the loss without "
        "noise plus std² times the sum of w².",
    ],
)

QUESTIONS = [noisy_loss]
