"""The mean square that an activation passes on of a normal signal."""

from dataclasses import dataclass
from math import erfc, exp, pi, sqrt

import numpy as np

from chainrule.judge import close
from chainrule.oracle import closed_form
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import called


def above(a, q):
    """The mean of (z - a)² over the z above a, for z ~ N(0, q)."""
    return (q + a * a) * erfc(a / sqrt(2 * q)) / 2 - a * sqrt(q / 2 / pi) * exp(
        -a * a / 2 / q
    )


# The activation, its value, and the mean square of its value for z ~ N(0, q).
KINDS = {
    "{a} max(z, 0)": (
        lambda a, z: a * np.maximum(z, 0),
        lambda a, q: a * a * q / 2,
    ),
    "max(z, {a} z)": (
        lambda a, z: np.maximum(z, a * z),
        lambda a, q: (1 + a * a) * q / 2,
    ),
    "max(z - {a}, 0)": (lambda a, z: np.maximum(z - a, 0), above),
    "sin({a} z)": (
        lambda a, z: np.sin(a * z),
        lambda a, q: (1 - np.exp(-2 * a * a * q)) / 2,
    ),
    "cos({a} z)": (
        lambda a, z: np.cos(a * z),
        lambda a, q: (1 + np.exp(-2 * a * a * q)) / 2,
    ),
    "z + {a} z²": (
        lambda a, z: z + a * z * z,
        lambda a, q: q + 3 * (a * q) ** 2,
    ),
}


@dataclass(frozen=True)
class Activation:
    """One of the kinds, with its constant."""

    kind: str
    a: float

    def __call__(self, z):
        return KINDS[self.kind][0](self.a, np.asarray(z, float))

    def __str__(self):
        return self.kind.format(a=self.a)


def maker(kind):
    def make(rng):
        low, high = rng.choice([[0.3, 0.7], [1.5, 3.0]])
        f = Activation(kind, uniform(rng, 0.3, 0.8))
        return {"f": f, "q": uniform(rng, low, high)}

    return make


def mean_over(f, q):
    """The mean of f(z) for z ~ N(0, q), on a fine grid."""
    u = np.linspace(-9, 9, 20_001)
    weights = np.exp(-u * u / 2)
    return np.sum(f(np.sqrt(q) * u) * weights) / weights.sum()


passed_on = called(
    "passed_on",
    closed_form(lambda f, q: KINDS[f.kind][1](f.a, q)),
    {"an activation": [maker(kind) for kind in KINDS]},
    {
        "That is the variance of f(z). For the mean square, don't subtract the square "
        "of the mean.": lambda f, q, right: right - mean_over(f, q) ** 2,
        "That is the mean of f(z). Square f(z) first, then take the mean.": mean_over,
        "That is the square of the mean of f(z). Square first, then take the mean.": (
            lambda f, q: mean_over(f, q) ** 2
        ),
        "That is f(z)² for the single value z = √q. Take the mean over all values of "
        "z.": lambda f, q: f(np.sqrt(q)) ** 2,
        "q was used as the standard deviation of z. It is the mean square: the "
        "standard deviation is √q.": lambda oracle, f, q: oracle(f=f, q=q * q),
        "q isn't used: that is right for q = 1. Apply f to √q · u.": (
            lambda oracle, f: oracle(f=f, q=1.0)
        ),
        "The mean square for q = 1 was multiplied by q. That is right for ReLU, but "
        "not for every f: apply f to √q · u.": (
            lambda oracle, f, q: q * oracle(f=f, q=1.0)
        ),
        "That is the root of the mean square. The question asks for the mean square.": (
            lambda right: np.sqrt(right)
        ),
        "Only positive z were counted. Half of all z are negative, and f has values "
        "there too.": lambda f, q: mean_over(lambda z: (z > 0) * f(z) ** 2, q),
    },
    points=3,
    agree=close(1e-4),
    hints=[
        "A mean over a normal distribution is an integral. Replace it by a sum over a "
        "fine grid: add up f(z)² times the density of z, times the step of the grid.",
        "Let u run from -8 to 8 in small steps, with the weight exp(-u²/2) for each u. "
        "With these weights, z = √q · u has the mean square q.",
        "Sum the weights times f(√q · u)², and divide by the sum of the weights. Then "
        "the step and the factor 1/√(2π) cancel.",
    ],
)
