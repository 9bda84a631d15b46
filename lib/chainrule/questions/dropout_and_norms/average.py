"""The mean over all thinned networks, arithmetic and geometric."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.dropout_and_norms.masks import some_p
from chainrule.questions.kinds import cases, mistakes


class Exponential:
    """exp(c · mask), whose mean over all masks is a product of n factors."""

    def __init__(self, c):
        self.c = c

    def __call__(self, mask):
        return float(np.exp(self.c @ np.asarray(mask, float)))

    def __str__(self):
        return f"exp({np.array2string(self.c, precision=2, separator=', ')} · mask)"


def mean_of(net, n, p_drop):
    return np.prod(p_drop + (1 - p_drop) * np.exp(net.c))


def networks(p):
    def make(rng):
        n = int(rng.integers(3, 6))
        c = numbers_of(rng, n) / 2
        return {"net": Exponential(c), "n": n, "p_drop": p or some_p(rng)}

    return make


def all_zero(net, p_drop, n):
    """What the mask that drops all units adds to the mean."""
    return p_drop**n


EVERYWHERE = {
    "That is one pass with every unit scaled by 1 - p_drop. Run the network for each "
    "mask of zeros and ones.": lambda net, n, p_drop: net(np.full(n, 1 - p_drop)),
    "That is the network with all units kept: one of the 2ⁿ masks.": (
        lambda net, n: net(np.ones(n))
    ),
    "That is the network with all units dropped: one of the 2ⁿ masks.": lambda: 1.0,
    "One mask is left out, that which drops every unit.": (
        lambda right, net, n, p_drop: right - all_zero(net, p_drop, n)
    ),
    "One mask is left out, that which keeps every unit.": (
        lambda right, net, n, p_drop: right - (1 - p_drop) ** n * net(np.ones(n))
    ),
    "That is the sum over all masks. A mean weighs each mask with its probability.": (
        lambda oracle, net, n, p_drop: 2**n * oracle(net=net, n=n, p_drop=0.5)
    ),
    "Each mask is weighed with p_drop for a kept unit. A kept unit has the probability "
    "1 - p_drop.": (
        lambda oracle, net, n, p_drop: oracle(net=net, n=n, p_drop=1 - p_drop)
    ),
}


def without(table, *begins):
    return {s: rule for s, rule in table.items() if not s.startswith(begins)}


mask_mean = Question(
    "mask_mean",
    Part(
        1,
        Oracle("the closed form", mean_of),
        cases({"p_drop = 0.5": [networks(0.5)] * 2}),
        mistakes(without(EVERYWHERE, "Each mask")),  # kept and dropped weigh the same
    ),
    Part(
        2,
        Oracle("the closed form", mean_of),
        cases({"another p_drop": [networks(None)] * 3}),
        mistakes(
            {
                **EVERYWHERE,
                "Every mask counts the same there. That is right for p_drop = 0.5 "
                "only.": lambda oracle, net, n: oracle(net=net, n=n, p_drop=0.5),
                "The number of kept units decides the weight, but masks with the same "
                "number count as one. There are several of them.": (
                    lambda net, n, p_drop: by_count(net, n, p_drop)
                ),
            }
        ),
    ),
    hints=[
        "itertools.product([0, 1], repeat=n) goes through all 2ⁿ masks.",
        "The units are independent, so the probability of a mask is a product: "
        "1 - p_drop for each unit that is kept, p_drop for each that is dropped.",
        "With k = sum(mask), add (1 - p_drop)**k * p_drop**(n - k) * "
        "net(np.array(mask)).",
    ],
)


def by_count(net, n, p_drop):
    """The weight of each number of kept units, once, with its first units kept."""
    kept = np.arange(n + 1)
    chances = (1 - p_drop) ** kept * p_drop ** (n - kept)
    values = np.exp(np.concatenate([[0.0], np.cumsum(net.c)]))
    return np.sum(chances * values)


QUESTIONS = [mask_mean]
