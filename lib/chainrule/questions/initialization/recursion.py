"""Mean squares from layer to layer."""

from dataclasses import dataclass
from math import log

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import cases, mistakes


@dataclass(frozen=True)
class TwoSlopes:
    """What max(z, 0) and its like pass on: f is `up` z above 0, and `down` z below."""

    up: float
    down: float

    def __call__(self, q):
        return (self.up**2 + self.down**2) / 2 * q

    def activation(self, z):
        return np.where(z > 0, self.up * z, self.down * z)

    def __str__(self):
        return f"({self.up}² + {self.down}²) q / 2"


@dataclass(frozen=True)
class Flattens:
    """What an activation that saturates might pass on."""

    c: float
    p: float

    def __call__(self, q):
        return self.c * q**self.p

    def __str__(self):
        return f"{self.c} q^{self.p}"


def every_sign(count):
    """All vectors of 1 and -1 of some length, one in each row."""
    numbers = np.arange(2**count)[:, None]
    return 1.0 - 2 * (numbers >> np.arange(count) & 1)


def over_all_signs(phi, q, n, s):
    """The mean of z² over all networks whose weights are ±√s, each sign once."""
    outputs = [*n[1:], 1]
    signs = every_sign(sum(m * k for m, k in zip(n, outputs, strict=True)))
    a = np.full((len(signs), n[0]), np.sqrt(q))
    found, used = [], 0
    for m, k, variance in zip(n, outputs, s, strict=True):
        W = np.sqrt(variance) * signs[:, used : used + m * k].reshape(-1, k, m)
        used += m * k
        z = np.einsum("nkm,nm->nk", W, a)
        found.append(np.mean(z**2))
        a = phi.activation(z)
    return np.array(found)


def in_logarithms(phi, q, n, s):
    """log p of layer r is one sum over the layers up to it, each damped by powers."""
    found = []
    for r in range(len(n)):
        total = phi.p**r * log(q)
        for k in range(r + 1):
            total += phi.p ** (r - k) * log(n[k] * s[k])
        total += log(phi.c) * sum(phi.p**k for k in range(r))
        found.append(np.exp(total))
    return np.array(found)


def straight(rng):
    n = rng.choice([[2, 3, 2], [3, 2, 2], [2, 2, 3]])
    return layers(rng, TwoSlopes(uniform(rng, 0.6, 0.9), uniform(rng, 0.1, 0.4)), n)


def bent(rng):
    n = rng.permutation([20, 30, 50, 80])[: rng.integers(3, 5)]
    return layers(rng, Flattens(uniform(rng, 0.5, 0.8), uniform(rng, 0.4, 0.7)), n)


def layers(rng, phi, n):
    s = rng.permutation(np.linspace(0.3, 0.8, len(n))) * rng.uniform(0.8, 1.2, len(n))
    return {"phi": phi, "q": uniform(rng, 1.5, 3), "n": n, "s": 2 * s / n.mean()}


def walked(phi, q, n, s):
    """The recursion as a loop, for what goes wrong in it."""
    found = []
    for m, variance in zip(n, s, strict=True):
        found.append(m * variance * q)
        q = phi(found[-1])
    return np.array(found)


WRONG = {
    "s was squared. It is already the variance of the weights, not their standard "
    "deviation.": lambda phi, q, n, s: walked(phi, q, n, s**2),
    "The activation is left out: the next layer gets phi of the mean square of z.": (
        lambda q, n, s: walked(lambda q: q, q, n, s)
    ),
    "Those are root mean squares. The question asks for mean squares.": (
        lambda right: np.sqrt(right)
    ),
    "The number of inputs is left out: z is a sum of n products.": (
        lambda phi, q, n, s: walked(phi, q, 0 * n + 1, s)
    ),
    "Every layer starts from q again. A layer gets what the layer before passes on.": (
        lambda phi, q, n, s: np.append(n[0] * s[0] * q, n[1:] * s[1:] * phi(q))
    ),
    "The list begins with the input's q. It should begin with the z of layer 1.": (
        lambda right, q: np.append(q, right)
    ),
    "That is the last layer alone. Return one number for each layer.": (
        lambda right: right[-1]
    ),
    "Those are the factors n·s alone. Multiply each by its input's mean square.": (
        lambda n, s: n * s
    ),
}

INPUT_TOO = "phi was applied to the input as well. The first layer gets x as it is."
AFTER = (
    "Those are the mean squares after the activation. The question asks for those of "
    "z, before it."
)
EITHER = (
    "phi was used once too often: the first layer gets x as it is, and z is the value "
    "before the activation."
)


def input_too(phi, q, n, s):
    return walked(phi, phi(q), n, s)


mean_squares = Question(
    "mean_squares",
    Part(
        1,
        Oracle("logarithms", in_logarithms),
        cases({"an activation that flattens": [bent] * 3}),
        mistakes(
            {
                **WRONG,
                INPUT_TOO: input_too,
                AFTER: lambda phi, right: np.array([phi(v) for v in right]),
            }
        ),
    ),
    Part(
        1,
        Oracle("all networks", over_all_signs),
        cases({"straight pieces": [straight] * 3}),
        mistakes({**WRONG, EITHER: input_too}),
    ),
    hints=[
        "z is a sum of n products. Its mean square is n times s times the mean square "
        "of what the layer gets.",
        "The first layer gets the mean square q. Each later layer gets phi of the mean "
        "square of the z before it.",
        "Loop over n and s together. Append n·s·q to a list, then let q be phi of "
        "what you appended.",
    ],
)
