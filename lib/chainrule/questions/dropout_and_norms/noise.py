"""Gaussian dropout: judged by what thousands of its factors have in common."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.dropout_and_norms import noisy

SHAPE = 60, 100
ERRORS = 6  # standard errors that a statistic may be off: twice in a billion
WITHIN = 0.6827  # of normal numbers: those nearer to the mean than the spread


def right_spread(p_drop):
    return np.sqrt(p_drop / (1 - p_drop))


def statistics(factors, p_drop):
    """{what: (found, expected, standard error)} of the factors that x was given."""
    n, spread = factors.size, right_spread(p_drop)
    variance, error = spread**2, spread**2 * np.sqrt(2 / n)
    near = np.mean(np.abs(factors - 1) < spread)
    return {
        "mean": (factors.mean(), 1.0, spread / np.sqrt(n)),
        "variance within a row": (factors.var(1, ddof=1).mean(), variance, error),
        "variance within a column": (factors.var(0, ddof=1).mean(), variance, error),
        "fraction within one standard deviation of 1": (near, WITHIN, 0.5 / np.sqrt(n)),
        "fraction of exact zeros": (np.mean(factors == 0), 0.0, 1e-3),
    }


def off(yours, x, p_drop):
    """The statistics that are further off than chance takes them."""
    found = statistics(yours / x, p_drop)
    return {
        what: (value, right)
        for what, (value, right, error) in found.items()
        if not abs(value - right) <= ERRORS * error
    }


def agree(yours, right, x, p_drop, **_):
    return np.shape(yours) == x.shape and not off(np.asarray(yours, float), x, p_drop)


def tell(yours, right, x, p_drop, **_):
    if np.shape(yours) != x.shape:
        return f"    It has shape {np.shape(yours)}, and x has {x.shape}."
    what, (value, right) = next(iter(off(np.asarray(yours, float), x, p_drop).items()))
    return (
        f"    the factors y / x, {what}\n    yours      {value:.4g}\n"
        f"    expected   {right:.4g}"
    )


def like(spread=right_spread, centre=1.0, shape=SHAPE):
    """A mistake: (the result that it leads to, when another result is like it)."""

    def drawn(x, p_drop, seed):
        z = np.random.default_rng([seed, 1]).normal(size=shape)
        return x * (centre + spread(p_drop) * z)

    def alike(yours, wrong, x, p_drop, **_):
        f = np.asarray(yours, float) / x
        size, expected = np.sqrt(f.var(1, ddof=1).mean()), spread(p_drop)
        alone = tuple(axis for axis in (0, 1) if shape[axis] == 1)
        same = not alone or np.ptp(f, axis=alone).max() < 1e-9
        right = alone or abs(size / expected - 1) < 0.06
        room = ERRORS * expected / np.sqrt(min(shape) * max(shape))
        return same and right and abs(f.mean() - centre) < room

    return drawn, alike


def bernoulli(x, p_drop, seed):
    u = np.random.default_rng([seed, 1]).random(SHAPE)
    return x * (u >= p_drop) / (1 - p_drop)


def two_valued(yours, wrong, x, p_drop, **_):
    factors = np.asarray(yours, float) / x
    kept = np.abs(factors * (1 - p_drop) - 1) < 1e-6
    return 0 < kept.mean() < 1 and np.all(kept | (factors == 0))


def added(x, p_drop, seed):
    z = np.random.default_rng([seed, 1]).normal(size=SHAPE)
    return x + right_spread(p_drop) * z


def as_wide_everywhere(yours, wrong, x, p_drop, **_):
    """Whether what is added is as large at small entries of x as at large ones."""
    z = (np.asarray(yours, float) - x) / right_spread(p_drop)
    small = np.abs(x) < 1
    return all(abs(part.std() - 1) < 0.1 for part in (z[small], z[~small]))


def nothing(yours, wrong, x, **_):
    return bool(np.all(np.asarray(yours) == x))


def entries_of(low, high):
    def make(rng):
        return {
            "x": numbers_of(rng, *SHAPE),
            "p_drop": uniform(rng, low, high),
            "seed": int(rng.integers(2**31)),
        }

    return make


gaussian_dropout = Question(
    "gaussian_dropout",
    Part(
        2,
        Oracle("chance", like()[0]),
        cases(
            {
                "a small p_drop": [entries_of(0.12, 0.3)] * 2,
                "a large p_drop": [entries_of(0.65, 0.85)] * 2,
            }
        ),
        mistakes(
            {
                "That is x without noise.": (lambda x: x, nothing),
                "That is inverted dropout, with two possible factors. Here the factor "
                "is a normal number.": (bernoulli, two_valued),
                "The standard deviation is p / (1 - p). That is the variance: take its "
                "square root.": like(lambda p: p / (1 - p)),
                "The standard deviation is the square root of p (1 - p), that of the "
                "mask before it is scaled.": like(lambda p: np.sqrt(p * (1 - p))),
                "The standard deviation is the square root of (1 - p) / p: right for "
                "a p that is the probability of keeping.": like(
                    lambda p: np.sqrt((1 - p) / p)
                ),
                "The standard deviation is the square root of p_drop. The scaling by "
                "1 / (1 - p) changes it, too.": like(np.sqrt),
                "The factor has mean 0: x itself is gone.": like(centre=0.0),
                "All entries have the same factor. Draw one for each entry, with "
                "size=x.shape.": like(shape=(1, 1)),
                "All entries of a row have the same factor. Draw one for each entry.": (
                    like(shape=(SHAPE[0], 1))
                ),
                "All entries of a column have the same factor. Draw one for each "
                "entry.": like(shape=(1, SHAPE[1])),
                "The noise is added to x. Dropout multiplies each entry: the factor is "
                "1 plus noise.": (added, as_wide_everywhere),
            }
        ),
        probe=noisy,
        agree=agree,
        tell=tell,
        entries=False,
    ),
    hints=[
        "The factor of inverted dropout is 0 with probability p, and 1 / (1 - p) with "
        "probability 1 - p. What is the mean of its square?",
        "The mean of the square is 1 / (1 - p), and the mean is 1. The variance is the "
        "difference. The square root of the variance is the standard deviation.",
        "x * (1 + std * rng.normal(size=x.shape)) with std = "
        "np.sqrt(p_drop / (1 - p_drop)).",
    ],
)

QUESTIONS = [gaussian_dropout]
