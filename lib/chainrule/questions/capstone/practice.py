"""Mutants of one backward rule to practise on: ratio(a, b) = a / b.

`make()` of each gives a fresh engine: engine(g, a, b) is the list of both gradients.
"""

import numpy as np

from chainrule.questions.capstone.engines import unbroadcast


def right(g, a, b):
    return [unbroadcast(g / b, a.shape), unbroadcast(-g * a / b**2, b.shape)]


def lost_sign(g, a, b):
    da, db = right(g, a, b)
    return [da, -db]


def lost_square(g, a, b):
    return [unbroadcast(g / b, a.shape), unbroadcast(-g * a / b, b.shape)]


def without_g(g, a, b):
    return right(np.ones_like(g), a, b)


def exchanged(g, a, b):
    return right(g, b, a) if a.shape == b.shape else right(g, a, b)


def absolute(g, a, b):
    return right(g, a, abs(b))


def not_summed(g, a, b):
    return [g / b, -g * a / b**2]


def as_mean(g, a, b):
    da, db = right(g, a, b)
    return [da * a.size / g.size, db * b.size / g.size]


def in_half(g, a, b):
    return [d.astype(np.float16).astype(float) for d in right(g, a, b)]


def forgetful():
    """An engine that returns what it has found before at these shapes."""
    kept = {}

    def engine(g, a, b):
        return kept.setdefault((a.shape, b.shape), right(g, a, b))

    return engine


RULES = {
    "sign lost": lost_sign,
    "square lost": lost_square,
    "g ignored": without_g,
    "exchanged": exchanged,
    "sign of b": absolute,
    "not summed": not_summed,
    "mean for sum": as_mean,
    "16 bits": in_half,
}
MUTANTS = {name: (lambda rule=rule: rule) for name, rule in RULES.items()}
MUTANTS["memory"] = forgetful


def kills(suite):
    """Whether a suite kills each mutant. Raises ValueError where it refuses the right
    engine; a mutant on which it stops is killed."""
    if not suite(right):
        raise ValueError("the suite refuses the correct engine")
    return [not survives(suite, make()) for make in MUTANTS.values()]


def survives(suite, engine):
    try:
        return bool(suite(engine))
    except Exception:  # as in the question `passes`
        return False
