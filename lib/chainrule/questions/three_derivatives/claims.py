"""Claimed gradients: the right one, and wrong ones of each kind."""

from chainrule.oracle import torch_gradient
from chainrule.questions.three_derivatives.coordinates import landscape


def claim(spoil, **form):
    """A landscape and a claimed gradient: the true one, spoiled on purpose."""

    def make(rng):
        case = landscape(4, 9, **form)(rng)
        g = torch_gradient(case["f"], case["x"])
        return {"f": case["f"], "grad": spoil(rng, g.copy()), "x": case["x"]}

    return make


def true(rng, g):
    return g


def off_by(rng, shape):
    return rng.uniform(1, 3, shape) * rng.choice([-1, 1])


def anywhere(rng, g):
    return g + off_by(rng, g.shape)


def one_entry(rng, g):
    g[rng.integers(1, len(g))] += off_by(rng, ())
    return g


def too_long(rng, g):
    return 1.1 * g


def zero_sum(rng, g):
    """Wrong in two entries by opposite amounts: the direction (1, ..., 1) is blind.

    By much, so that a random direction is hardly ever nearly blind as well.
    """
    by = rng.uniform(20, 60)
    i, j = rng.choice(len(g), 2, replace=False)
    g[i] += by
    g[j] -= by
    return g
