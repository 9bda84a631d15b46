"""The kinds of changes that make an engine wrong, each in one place.

A change gives gradients in place of the right ones: change(right, kept, g, *inputs).
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from chainrule.questions.capstone.engines import (
    GRADIENTS,
    OPERATIONS,
    Engine,
    unbroadcast,
)

KINDS = {  # how the notebook lists them, and what a suite lacks where one survives
    "sign": "compare every gradient of every operation",
    "factor": "compare every gradient of every operation",
    "upstream": "draw g at random, as no g of ones can tell",
    "exchange": "give the two inputs different numbers",
    "transpose": "give a product random numbers, and compare entry by entry",
    "path": "ask about fork at random numbers",
    "order": "ask about fork at random numbers",
    "stretch": "stretch an input along a new axis, and along an axis of length 1",
    "length": "give the mean more rows than columns, or fewer",
    "gate": "give relu numbers of both signs, and g both signs",
    "memory": "ask twice, at the same shapes and with other numbers",
    "shape": "compare shapes too: np.allclose stretches what it is given",
    "digits": "allow a smaller difference",
}


class Change(NamedTuple):
    """kind: one of KINDS; rules: {an operation that is wrong: its change}."""

    kind: str
    rules: dict[str, Callable]


def of_one(k, by):
    """Changes gradient number k alone."""

    def rule(right, kept, g, *inputs):
        return [by(d) if i == k else d for i, d in enumerate(right)]

    return rule


def upstream(name):
    def rule(right, kept, g, *inputs):
        return OPERATIONS[name].backward(np.ones_like(g), *inputs)

    return rule


def exchanged(right, kept, g, a, b):
    return unbroadcast(g * a, a.shape), unbroadcast(g * b, b.shape)


def first_path(right, kept, g, x):
    return [g * x**2]


def second_path(right, kept, g, x):
    return [g * (2 * x + 2 * x**2)]


def too_early(right, kept, g, x):
    """a passes on what has come from the sum, before the product has sent its share."""
    return [g * (2 * x + x**2)]


def stretched(factors, new_axis, by):
    """Sums rightly along one kind of stretched axis, and not along the other."""

    def one(g, shape):
        extra = g.ndim - len(shape)
        along = [i for i in range(g.ndim) if i < extra or shape[i - extra] == 1]
        along = tuple(i for i in along if (i < extra) == new_axis and g.shape[i] > 1)
        return by(g, shape, along) if along else unbroadcast(g, shape)

    def rule(right, kept, g, a, b):
        return [one(g * f, x.shape) for f, x in zip(factors(a, b), (a, b), strict=True)]

    return rule


def as_mean(g, shape, along):
    return unbroadcast(g, shape) / np.prod([g.shape[i] for i in along])


def not_summed(g, shape, along):
    return g


def other_length(right, kept, g, x):
    return [np.broadcast_to(g / x.shape[1], x.shape)]


def leaky(slope):
    return lambda right, kept, g, x: [g * np.where(x > 0, 1, slope)]


def gated_by_g(right, kept, g, x):
    return [g * (g > 0)]


def adds_up(right, kept, g, *inputs):
    at = str([x.shape for x in inputs])
    before = kept.get(at, [0] * len(right))
    kept[at] = [d + earlier for d, earlier in zip(right, before, strict=True)]
    return kept[at]


def repeats(right, kept, g, *inputs):
    return kept.setdefault(str([x.shape for x in inputs]), right)


def in_half(right, kept, g, *inputs):
    return [np.clip(d, -6e4, 6e4).astype(np.float16) for d in right]


PAIRS = [("add", "relu"), ("mul", "mean"), ("matmul", "fork")]
STRETCHED = {"add": lambda a, b: (1, 1), "mul": lambda a, b: (b, a)}


def changes(rng):
    """One change after another: every gradient, every operation and every kind."""
    for name, k in GRADIENTS:
        by, kind = (-1, "sign") if rng.integers(2) else (rng.choice([0.5, 2]), "factor")
        yield kind, {name: of_one(k, lambda d, by=by: by * d)}
    for pair in PAIRS:
        yield "upstream", {name: upstream(name) for name in pair}
    yield "exchange", {"mul": exchanged}
    for k in range(2):
        yield "transpose", {"matmul": of_one(k, lambda d: d.T.reshape(d.shape))}
    for rule in (first_path, second_path):
        yield "path", {"fork": rule}
    yield "order", {"fork": too_early}
    for name, factors in STRETCHED.items():
        for new_axis in (True, False):
            by = as_mean if rng.integers(2) else not_summed
            yield "stretch", {name: stretched(factors, new_axis, by)}
    yield "length", {"mean": other_length}
    for rule in (leaky(rng.choice([1, 0.1])), gated_by_g):
        yield "gate", {"relu": rule}
    for pair, rule in zip(PAIRS, (adds_up, repeats, adds_up), strict=True):
        yield "memory", dict.fromkeys(pair, rule)
    yield "shape", {str(rng.choice(list(OPERATIONS))): of_one(0, lambda d: d[None])}
    yield "digits", {str(rng.choice(["mul", "matmul", "fork"])): in_half}


def another_order(right, kept, g, *inputs):
    """Rightly, in other last digits: sums were taken in another order."""
    rng = np.random.default_rng(0)
    return [d * (1 + 1e-14 * rng.uniform(1, 9, d.shape)) for d in right]


RIGHT = 2


def bench(seed):
    """(change or None, a function that makes the engine): the correct engines first."""
    rng = np.random.default_rng(seed)
    found = [(None, {}), (None, dict.fromkeys(OPERATIONS, another_order))]
    found += [(Change(*change), change[1]) for change in changes(rng)]
    labels = rng.permutation(9000)[: len(found)] + 1000
    return [
        (change, partial(Engine, f"engine {label}", rules))
        for (change, rules), label in zip(found, labels, strict=True)
    ]


def decoys(rng):
    """15 engines as `bench` makes them, that count for nothing.

    Every gradient is right in 7 of them and times the same factor in 8. So with a right
    engine among them, each of both is met equally often.
    """
    by = np.array(
        [rng.permutation([1] * 7 + [rng.choice([-1, 0.5, 2])] * 8) for _ in GRADIENTS]
    )
    for factors in by.T:
        rules = {}
        for (name, _), factor in zip(GRADIENTS, factors, strict=True):
            rules[name] = (*rules.get(name, ()), factor)
        rules = {name: partial(times, each) for name, each in rules.items()}
        label = f"engine {rng.integers(1000, 10000)}"
        yield Change("decoy", rules), partial(Engine, label, rules)


def times(factors, right, kept, g, *inputs):
    return [d * factor for d, factor in zip(right, factors, strict=True)]
