"""The largest stable rate of a quadratic loss."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import called


def largest_rate(X):
    """From torch's Hessian of the loss, whatever the weights and the targets are."""
    import torch

    X = torch.tensor(X)

    def loss(w):
        return ((X @ w - 1) ** 2).mean() / 2

    H = torch.autograd.functional.hessian(loss, torch.ones(X.shape[1], dtype=X.dtype))
    return 2 / float(torch.linalg.eigvalsh(H)[-1])


def table(rng):
    """Columns that differ in size; the signs of what they have in common matter."""
    while True:
        n, d = int(rng.integers(6, 10)), int(rng.integers(3, 5))
        X = (numbers_of(rng, n, d) + numbers_of(rng, n, 1) / 2) * rng.uniform(0.5, 3, d)
        H = X.T @ X / n
        if np.linalg.norm(H, 2) < 0.98 * np.linalg.norm(np.abs(H), 2):
            return {"X": X}


def curvatures_of(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))


stable_rate = called(
    "stable_rate",
    Oracle("torch's Hessian", largest_rate),
    {"a table": [table] * 4},
    {
        "That is half the right rate: 1/λmax, or 2/λmax of a loss without the ½. A "
        "step may overshoot, if it ends nearer to the minimum.": (
            lambda right: right / 2
        ),
        "That takes the smallest eigenvalue. The steepest direction diverges first.": (
            lambda X: 2 / curvatures_of(X)[0]
        ),
        "That is the best rate, 2/(λmin + λmax). The largest stable rate is larger.": (
            lambda X: 2 / curvatures_of(X)[[0, -1]].sum()
        ),
        "That takes the trace of the Hessian, the sum of all eigenvalues. Take the "
        "largest one.": lambda X: 2 / curvatures_of(X).sum(),
        "That takes the largest entry on the Hessian's diagonal. Along an eigenvector "
        "the loss may curve more than along every axis.": (
            lambda X: 2 / (X.T @ X / len(X)).diagonal().max()
        ),
        "That belongs to the sum over the rows. The loss is their mean.": (
            lambda right, X: right / len(X)
        ),
        "That takes a singular value of X. The eigenvalues of X.T @ X are the squares "
        "of the singular values.": (lambda X: 2 * len(X) / np.linalg.norm(X, ord=2)),
        "That is λmax, the largest curvature. The rate is 2 divided by it.": (
            lambda right: 2 / right
        ),
        "That is 1. No fixed bound is right: the largest rate depends on the "
        "curvature.": lambda: 1.0,
    },
    points=2,
    hints=[
        "The gradient of the loss is X.T @ (X @ w - y) / n. Differentiate once more: "
        "what is the Hessian?",
        "The Hessian is X.T @ X / n. np.linalg.eigvalsh gives its eigenvalues, in "
        "ascending order.",
        "Along the steepest direction a step multiplies the distance by 1 - rate * "
        "λmax. Where does this factor reach -1?",
    ],
)

QUESTIONS = [stable_rate]
