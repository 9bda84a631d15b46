"""The mean over all thinned networks."""

from itertools import product

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.dropout_and_norms.masks import some_p
from chainrule.questions.kinds import cases, mistakes


class Difference:
    """exp(c · mask) - k exp(d · mask): its mean over all masks has a closed form."""

    def __init__(self, c, d, k):
        self.c, self.d, self.k = c, d, k

    def __call__(self, mask):
        mask = np.asarray(mask, float)
        return float(np.exp(self.c @ mask) - self.k * np.exp(self.d @ mask))

    def __str__(self):
        c, d = (f"[{', '.join(f'{v:.2f}' for v in a)}]" for a in (self.c, self.d))
        return f"exp({c} · mask) - {self.k} exp({d} · mask)"


def mean_of(net, n, p_drop):
    first, second = (np.prod(p_drop + (1 - p_drop) * np.exp(a)) for a in (net.c, net.d))
    return first - net.k * second


def networks(p, sign):
    """A network that gives numbers of both signs; its mean has the sign given."""

    def make(rng):
        n, p_drop = int(rng.integers(3, 6)), p or some_p(rng)
        while True:
            c, d = numbers_of(rng, n) / 2, numbers_of(rng, n) / 2
            net = Difference(c, d, uniform(rng, 1.2, 2))
            found = [net(mask) for mask in product([0, 1], repeat=n)]
            mean = mean_of(net, n, p_drop)
            if min(found) < 0 < max(found) and sign * mean > 0.05:
                return {"net": net, "n": n, "p_drop": p_drop}

    return make


EVERYWHERE = {
    "That is one pass with every unit scaled by 1 - p_drop. Run the network for each "
    "mask of zeros and ones.": lambda net, n, p_drop: net(np.full(n, 1 - p_drop)),
    "That is the network with all units kept, one of the 2ⁿ masks. Add up all of them, "
    "each weighted.": (lambda net, n: net(np.ones(n))),
    "That is the network with all units dropped, one of the 2ⁿ masks. Add up all of "
    "them, each weighted.": (lambda net, n: net(np.zeros(n))),
    "One mask is left out, that which drops every unit.": (
        lambda right, net, n, p_drop: right - p_drop**n * net(np.zeros(n))
    ),
    "One mask is left out, that which keeps every unit.": (
        lambda right, net, n, p_drop: right - (1 - p_drop) ** n * net(np.ones(n))
    ),
    "That is the sum over all masks. A mean weights each mask by its probability.": (
        lambda oracle, net, n, p_drop: 2**n * oracle(net=net, n=n, p_drop=0.5)
    ),
    "Each mask has the factor p_drop for a kept unit. A kept unit has the probability "
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
        cases({"p_drop = 0.5": [networks(0.5, 1), networks(0.5, -1)]}),
        mistakes(without(EVERYWHERE, "Each mask")),  # kept and dropped are as likely
    ),
    Part(
        2,
        Oracle("the closed form", mean_of),
        cases({"another p_drop": [networks(None, sign) for sign in (1, -1, -1)]}),
        mistakes(
            {
                **EVERYWHERE,
                "Every mask has the same weight there. That is right for p_drop = 0.5 "
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
    values = [net(np.arange(n) < k) for k in kept]
    return np.sum(chances * values)


QUESTIONS = [mask_mean]
