"""The error on new rows of a linear fit with few weights or many."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import cases, mistakes


def weights(F, y, lam):
    """Least squares with more rows for decay; by Lagrange where w is the shortest."""
    n, k = F.shape
    if lam > 0:
        rows = np.vstack([F, np.sqrt(n * lam) * np.eye(k)])
        return np.linalg.lstsq(rows, np.append(y, np.zeros(k)), rcond=None)[0]
    if k > n:
        return F.T @ np.linalg.solve(F @ F.T, y)
    Q, R = np.linalg.qr(F)
    return np.linalg.solve(R, Q.T @ y)


def error(F_new, y_new, w):
    return np.mean((F_new @ w - y_new) ** 2)


def on_new_rows(F, y, F_new, y_new, lam):
    return error(F_new, y_new, weights(F, y, lam))


def features(wide, decayed):
    """Rows of features, about twice as many as weights or half as many."""

    def make(rng):
        few = int(rng.integers(3, 6))
        many = 2 * few + int(rng.integers(0, 3))
        n, k = (few, many) if wide else (many, few)
        new = int(rng.integers(6, 9))
        return {
            "F": numbers_of(rng, n, k),
            "y": numbers_of(rng, n),
            "F_new": numbers_of(rng, new, k),
            "y_new": numbers_of(rng, new),
            "lam": uniform(rng, 0.05, 0.4) if decayed else 0.0,
        }

    return make


MEASURED = {
    "That is the error on the rows that w was fitted to. Measure it on the new rows.": (
        lambda F, y, lam: error(F, y, weights(F, y, lam))
    ),
    "w was fitted to the new rows. Fit it to F and y alone.": (
        lambda F_new, y_new, lam: error(F_new, y_new, weights(F_new, y_new, lam))
    ),
    "That is the root of the mean square. The error is the mean square itself.": (
        lambda right: np.sqrt(right)
    ),
    "That is the sum of the squares. The error is their mean.": (
        lambda right, y_new: right * len(y_new)
    ),
    "That has a ½. The error is the mean of the squares.": lambda right: right / 2,
}


def decayed_by(factor):
    """The error where another strength decays."""
    return lambda F, y, F_new, y_new, lam: on_new_rows(
        F, y, F_new, y_new, lam * factor(len(F))
    )


def divided(strength, factor):
    """The error of another strength, and of weights that are times too large."""
    return lambda F, y, F_new, y_new, lam: error(
        F_new, y_new, factor(len(F)) * weights(F, y, lam * strength(len(F)))
    )


def by_solving(F, y, F_new, y_new):
    """The error of what NumPy finds where many w solve FᵀF w = Fᵀy."""
    return _solved(F, y, F_new, y_new, 1)


def _solved(F, y, F_new, y_new, n):
    try:
        w = np.linalg.solve(F.T @ F / n, F.T @ y / n)
    except np.linalg.LinAlgError:
        return np.nan
    return error(F_new, y_new, w)


def both_ways(yours, wrong, F, y, F_new, y_new, **_):
    """Whether it was found so, with both sides divided by n or not."""
    found = wrong, _solved(F, y, F_new, y_new, len(F))
    return any(np.isclose(yours, e, 1e-9, 0, equal_nan=True) for e in found)


new_error = Question(
    "new_error",
    Part(
        1,
        Oracle("least squares with more rows", on_new_rows),
        cases(
            {
                "fewer weights than rows": [features(False, True)] * 2,
                "more weights than rows": [features(True, True)] * 2,
            }
        ),
        mistakes(
            {
                **MEASURED,
                "That w fits the sum of the squares plus the penalty. The loss has the "
                "mean of the squares.": decayed_by(lambda n: 1 / n),
                "That penalizes n times too much. The loss has the mean of the "
                "squares: divide FᵀF by n, or multiply λ by n, not both.": (
                    decayed_by(lambda n: n)
                ),
                "Only FᵀF is divided by n. Divide Fᵀy by n too.": (
                    divided(lambda n: 1, lambda n: n)
                ),
                "Only Fᵀy is divided by n. Divide FᵀF by n too.": (
                    divided(lambda n: 1 / n, lambda n: 1 / n)
                ),
                "That penalizes twice as much: the gradient of the squares has a "
                "factor 2 too, so the two factors cancel.": decayed_by(lambda n: 2),
                "That penalizes half as much: the gradient of the penalty has a "
                "factor 2 too, so the two factors cancel.": decayed_by(lambda n: 0.5),
                "λ isn't used: that is the w of λ = 0. The loss has λ‖w‖² too.": (
                    lambda F, y, F_new, y_new: on_new_rows(F, y, F_new, y_new, 0)
                ),
            }
        ),
        agree=close(1e-7),
    ),
    Part(
        1,
        Oracle("the shortest w", on_new_rows),
        cases(
            {
                "fewer weights than rows, λ = 0": [features(False, False)] * 2,
                "more weights than rows, λ = 0": [features(True, False)] * 2,
            }
        ),
        mistakes(
            {
                **MEASURED,
                "With more weights than rows, the last weights of your w are 0. Find "
                "the shortest of all w that fit.": (
                    lambda F, y, F_new, y_new: on_new_rows(
                        F[:, : len(F)], y, F_new[:, : len(F)], y_new, 0
                    )
                ),
                "With more columns than rows, FᵀF w = Fᵀy has many solutions, and "
                "np.linalg.solve can't choose one. Use np.linalg.lstsq.": (
                    by_solving,
                    both_ways,
                ),
            }
        ),
        agree=close(1e-7),
    ),
    hints=[
        "First find w from F, y and lam alone. Only then look at F_new and y_new.",
        "With λ > 0: (FᵀF / n + λ I) w = Fᵀ y / n. With λ = 0 and more columns than "
        "rows, FᵀF w = Fᵀ y has many solutions: use np.linalg.lstsq.",
        "np.linalg.lstsq(F, y)[0] is the shortest of all w that fit best. The error is "
        "np.mean((F_new @ w - y_new) ** 2).",
    ],
)

QUESTIONS = [new_error]
