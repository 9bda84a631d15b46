"""A linear model with an L2 penalty on its weights, and a free bias."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes, uniform
from chainrule.questions.kinds import asking, entries


def by_more_rows(X, y, lam):
    """w and b by least squares: a row for each weight asks for √(nλ) w = 0."""
    n, columns = X.shape
    rows = np.column_stack([X, np.ones(n)])
    decayed = np.sqrt(n * lam) * np.eye(columns, columns + 1)
    wanted = np.append(y, np.zeros(columns))
    found, *_ = np.linalg.lstsq(np.vstack([rows, decayed]), wanted, rcond=None)
    return found[:-1], found[-1]


def examples(rng):
    """Rows with means far from 0, and with both signs wherever one could be lost."""
    columns, more = sizes(rng, 2)
    while True:
        signs = rng.permutation(np.arange(columns) % 2 * 2.0 - 1)
        X = numbers_of(rng, columns + more + 2, columns)
        X = X + signs * rng.uniform(1, 2, columns)
        y = X @ numbers_of(rng, columns) + numbers_of(rng, len(X)) - 1
        lam = uniform(rng, 0.1, 0.9)
        w, _ = by_more_rows(X, y, lam)
        if y.max() > 0.5 and y.mean() < -0.5 and X.mean(axis=0) @ w < -0.5:
            return {"X": X, "y": y, "lam": lam}


def line(X, y, lam, centred=True, right=None):
    """w and b with λ times the identity, and means taken away or not.

    right: what the right side is divided by, if not by n.
    """
    x_mean, y_mean = (X.mean(0), y.mean()) if centred else (0 * X[0], 0.0)
    A = X - x_mean
    w = np.linalg.solve(
        A.T @ A / len(X) + lam * np.eye(len(A.T)), A.T @ y / (right or len(X))
    )
    return w, y_mean - x_mean @ w


def all_decayed(X, y, lam):
    with_ones = np.column_stack([X, np.ones(len(X))])
    found, _ = line(with_ones, y, lam, centred=False)
    return found[:-1], found[-1]


LINES = {  # how a mistake finds w and b
    "b is penalized too. The penalty has w alone: add no λ in the equation of b.": (
        all_decayed
    ),
    "That is a line through 0, without b. First subtract the mean of each column, and "
    "the mean of y.": lambda X, y, lam: line(X, y, lam, centred=False),
    "That is the minimum of the sum of squares plus λ‖w‖². The loss has the mean of "
    "the squares.": lambda X, y, lam: line(X, y, lam / len(X)),
    "That penalizes n times too much. The loss has the mean of the squares: divide "
    "Aᵀ A by n, or multiply λ by n, not both.": (
        lambda X, y, lam: line(X, y, lam * len(X))
    ),
    "Only the matrix is divided by n. Divide the other side by n too.": (
        lambda X, y, lam: line(X, y, lam, right=1)
    ),
    "Only the right side is divided by n. Divide the matrix by n too.": (
        lambda X, y, lam: line(X, y, lam / len(X), right=len(X) ** 2)
    ),
    "That penalizes twice as much. Both terms of the gradient have a factor of 2, "
    "which cancels.": lambda X, y, lam: line(X, y, 2 * lam),
    "That penalizes half as much, as ½λ‖w‖² does. Here the penalty has no ½.": (
        lambda X, y, lam: line(X, y, lam / 2)
    ),
    "That is the fit without a penalty: λ isn't used.": lambda X, y: line(X, y, 0),
    "λ has the wrong sign: add λ I to the matrix.": (
        lambda X, y, lam: line(X, y, -lam)
    ),
}


def number(rule, k):
    """Result number k of a rule."""
    return lambda X, y, lam: asking(rule, {"X": X, "y": y, "lam": lam})[k]


B_ONLY = {
    "That is the mean of y. The line has this value where x is the mean of the rows, "
    "and b is its value at x = 0: subtract mean(x) · w.": lambda y: y.mean(),
    "The sign of mean(x) · w is opposite: b is mean(y) minus mean(x) · w.": (
        lambda X, y, oracle, lam: 2 * y.mean() - oracle(X=X, y=y, lam=lam)
    ),
}

ridge_line = Question(
    "ridge_line",
    *entries(
        ("w", "b"),
        (1, 1),
        Oracle("least squares with more rows", by_more_rows),
        {"some rows": [examples] * 3},
        {
            "w": {says: number(rule, 0) for says, rule in LINES.items()},
            "b": {says: number(rule, 1) for says, rule in LINES.items()} | B_ONLY,
        },
        "w and b",
    ),
    hints=[
        "For given w, which b makes the mean of the squares smallest? The slope with "
        "respect to b is 0 where b = mean(y) - mean(x) · w.",
        "With this b the loss is the mean of (A w - c)² plus λ‖w‖², where A and c are "
        "X and y minus their means. The slope with respect to w_j is the mean of "
        "2 (A w - c)_i A_ij over the rows i, plus 2 λ w_j. So the gradient is "
        "2 Aᵀ(A w - c) / n + 2 λ w. Set it to 0.",
        "Divide by 2, and bring c to the right side: (Aᵀ A / n + λ I) w = Aᵀ c / n. "
        "np.linalg.solve finds w. Then b = y.mean() - X.mean(axis=0) @ w.",
    ],
)

QUESTIONS = [ridge_line]
