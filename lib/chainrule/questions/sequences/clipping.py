"""Clipping a gradient by its norm."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import entries

NAMES = ("dW", "dU", "db")


def shortened(dW, dU, db, limit):
    """The projection onto a ball: all numbers together have at most this norm."""
    import torch

    parts = [torch.tensor(d) for d in (dW, dU, db)]
    norm = torch.cat([p.flatten() for p in parts]).norm().item()
    return [(p * (limit / max(norm, limit))).numpy() for p in parts]


def arrays(rng):
    hidden, inputs = rng.permutation([2, 3, 4])[:2].tolist()
    return {
        "dW": numbers_of(rng, hidden, inputs),
        "dU": numbers_of(rng, hidden, hidden),
        "db": numbers_of(rng, hidden),
    }


def gradients(ratio):
    """Gradients whose norm is so many times the limit."""

    def make(rng):
        args = arrays(rng)
        return {**args, "limit": norm_of(*args.values()) / rng.uniform(*ratio)}

    return make


def much_too_long(rng):
    """Gradients with entries beyond the limit in each array."""
    args = arrays(rng)
    least = min(abs(d).max() for d in args.values())
    return {**args, "limit": float(least * rng.uniform(0.3, 0.8))}


def zeros(rng):
    return {name: 0 * d for name, d in arrays(rng).items()} | {"limit": 1.0}


def norm_of(*parts):
    return float(np.sqrt(sum(np.sum(p * p) for p in parts)))


def times(name):
    """Makes a rule that multiplies one array by a factor."""

    def by(factor):
        def rule(dW, dU, db, limit):
            parts = {"dW": dW, "dU": dU, "db": db}
            d = parts[name]
            return d * factor(norm_of(dW, dU, db), limit, d, parts)

        return rule

    return by


def wrong(name):
    by = times(name)
    return {
        "Each entry is clipped by itself, which turns the direction. Multiply all "
        "entries by the same factor.": lambda limit, **parts: np.clip(
            parts[name], -limit, limit
        ),
        "Each array is clipped by its own norm, which turns the direction. Take the "
        "norm of all three together.": by(
            lambda norm, limit, d, _: min(1, limit / max(norm_of(d), 1e-300))
        ),
        "A short gradient becomes longer. Leave it as it is when its norm is below the "
        "limit.": by(lambda norm, limit, *_: limit / norm if norm else 1),
        "torch adds 1e-6 to the norm. Here the norm should be exactly `limit`.": by(
            lambda norm, limit, *_: min(1, limit / (norm + 1e-6))
        ),
        "The root is missing: that compares the squared norm with the limit.": by(
            lambda norm, limit, *_: limit / max(norm * norm, limit)
        ),
        "A gradient that is too long gets norm 1. Its norm should be `limit`.": by(
            lambda norm, limit, *_: 1 / norm if norm > limit else 1
        ),
        "That measures by the largest entry. The norm is the root of the sum of all "
        "squares.": by(
            lambda norm, limit, _, parts: (
                limit / max(*(abs(p).max() for p in parts.values()), limit)
            )
        ),
        "Nothing is clipped.": by(lambda *_: 1),
        "A gradient that is too long is thrown away. Shorten it.": by(
            lambda norm, limit, *_: 0 if norm > limit else 1
        ),
        "That is NaN: the norm of zeros is 0, and 0 / 0 is no number.": (
            lambda limit, **parts: (
                np.nan
                if not parts["dW"].any()
                else shortened(**parts, limit=limit)[NAMES.index(name)]
            ),
            lambda yours, wrong, **_: bool(
                np.isnan(yours).all()
                if np.isnan(wrong).all()
                else np.shape(yours) == np.shape(wrong) and np.allclose(yours, wrong)
            ),
        ),
    }


clipped = Question(
    "clipped",
    *entries(
        NAMES,
        (1, 0.5, 0.5),
        Oracle("exact clipping", shortened),
        {
            "too long": [much_too_long] * 2,
            "too long, by less": gradients((1.2, 2)),
            "short enough": gradients((0.2, 0.9)),
            "all zeros": zeros,
        },
        {name: wrong(name) for name in NAMES},
        "dW, dU and db",
    ),
    hints=[
        "The norm of all three is the root of the sum of the squares of all their "
        "entries.",
        "If the norm is above the limit, multiply each array by limit / norm. Else "
        "leave them as they are.",
        "norm = np.sqrt(np.sum(dW**2) + np.sum(dU**2) + np.sum(db**2)), then "
        "factor = limit / max(norm, limit), which is never above 1.",
    ],
)
