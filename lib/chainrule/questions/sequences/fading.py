"""How fast a gradient fades or grows, going back in time."""

from math import log

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import called


def growth(U):
    """The spectral radius of U, without an eigenvalue: ‖Uᵏ‖^(1/k) for k = 2⁴⁰.

    U is squared forty times; its norm is divided out each time.
    """
    total = 0.0
    for k in range(40):
        size = np.linalg.norm(U)
        total += log(size) / 2**k
        U = (U / size) @ (U / size)
    return np.exp(total)


def steps(U, factor):
    return log(factor) / log(growth(U))


def with_radius(kind):
    """A matrix whose largest eigenvalue is positive, negative, or one of a pair."""

    def make(rng):
        d = int(rng.integers(3, 6))
        fades = bool(rng.integers(2))
        size = rng.uniform(0.7, 0.95) if fades else rng.uniform(1.05, 1.3)
        D = np.diag(size * rng.uniform(0.2, 0.7, d) * rng.choice([-1, 1], d))
        angle = rng.uniform(0.7, 2.2)
        turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        D[:2, :2] = size * np.array(turn) if kind == "pair" else np.diag(np.diag(D)[:2])
        if kind != "pair":
            D[0, 0] = size if kind == "positive" else -size
        P = np.eye(d) + 0.3 * numbers_of(rng, d, d)
        while np.linalg.cond(P) > 30:
            P = np.eye(d) + 0.3 * numbers_of(rng, d, d)
        small = rng.uniform(1e-6, 1e-2)
        return {"U": P @ D @ np.linalg.inv(P), "factor": small if fades else 1 / small}

    return make


def by(size):
    """The same formula with another size of U."""
    return lambda U, factor: np.log(factor) / np.log(size(U))


def of_eigenvalues(choose):
    return by(lambda U: choose(np.linalg.eigvals(U)))


steps_to_fade = called(
    "steps_to_fade",
    Oracle("the growth of Uᵏ", steps),
    {
        "a positive eigenvalue leads": with_radius("positive"),
        "a negative eigenvalue leads": with_radius("negative"),
        "a pair of eigenvalues leads": with_radius("pair"),
        "another pair leads": with_radius("pair"),
    },
    {
        "That takes the largest singular value of U, its 2-norm. It bounds a single "
        "step; in the long run the spectral radius decides.": by(
            lambda U: np.linalg.norm(U, 2)
        ),
        "That takes the Frobenius norm of U. In the long run the spectral radius "
        "decides.": by(np.linalg.norm),
        "That takes the smallest eigenvalue. In the long run the largest wins.": (
            of_eigenvalues(lambda v: abs(v).min())
        ),
        "That takes the eigenvalue with the largest real part. The largest in "
        "absolute value decides: it may be negative or complex.": of_eigenvalues(
            lambda v: abs(v[np.argmax(v.real)])
        ),
        "That takes the real parts of the eigenvalues. Take their absolute values: "
        "√(re² + im²).": of_eigenvalues(lambda v: abs(v.real).max()),
        "That reads one triangle of U, as eigvalsh and eigh do. U isn't symmetric: "
        "np.linalg.eigvals.": by(lambda U: abs(np.linalg.eigvalsh(U)).max()),
        "That is the reciprocal: the number of steps is log(factor) / log(radius).": (
            lambda right: 1 / right
        ),
        "The sign is opposite: both logarithms have the same sign.": (
            lambda right: -right
        ),
        "That is rounded to whole steps. Return the number with its decimals.": (
            lambda right: np.floor(right),
            lambda yours, wrong, **_: np.ndim(yours) == 0 and yours - wrong in (0, 1),
        ),
    },
    [
        "After k steps the norm has changed by about ρᵏ; ρ is the spectral radius.",
        "Solve ρᵏ = factor for k, with logarithms.",
        "ρ is np.abs(np.linalg.eigvals(U)).max().",
    ],
    points=2,
)
