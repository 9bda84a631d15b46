"""Mean squares from layer to layer."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise

ANSWERS = {}

PHIS = [
    lambda q: np.log1p(q),
    lambda q: q / (1 + q),
    lambda q: 0.7 * q,
    lambda q: (1 - np.exp(-2 * q)) / 2,
    lambda q: q + 0.1 * q * q,
]


def mean_squares(student, rng):
    """The last layer's from those of the layers below, each worked out anew."""
    layers = rng.integers(1, 6)
    phi, q = PHIS[rng.integers(len(PHIS))], rng.uniform(0.2, 3)
    n, s = rng.integers(2, 40, layers), rng.uniform(0.05, 0.5, layers)

    def of(layer):
        return n[layer] * s[layer] * (phi(of(layer - 1)) if layer else q)

    found = student.mean_squares(phi, q, n.copy(), s.copy())
    return precise(found, [of(layer) for layer in range(layers)])


def loop(first="q", found="n[r] * s[r] * a", a="phi(p[-1])", end="p"):
    """The recursion, in which some lines are another's."""
    return f"""
p, a = [], {first}
for r in range(len(n)):
    p.append({found})
    a = {a}
return {end}"""


ANSWERS["mean_squares"] = Answers(
    args="phi, q, n, s",
    decider=mean_squares,
    right=[
        """
p = np.zeros(len(n))
for r in range(len(n)):
    p[r] = n[r] * s[r] * (q if r == 0 else phi(p[r - 1]))
return p""",
        """
factors, p = np.multiply(n, s), []
for c in factors:
    p.append(c * q)
    q = phi(p[-1])
return tuple(p)""",
    ],
    wrong=[
        loop(found="n[r] * s[r] * a / 2"),
        loop(found="np.sqrt(n[r]) * s[r] * a"),
        loop(found="n[r] / s[r] * a"),
        loop(found="n[r] * s[r] + a"),
        loop(found="n[0] * s[r] * a"),
        loop(found="n[r] * s[0] * a"),
        loop(a="phi(a)"),
        loop(a="p[-1] * phi(q)"),
        loop(first="np.sqrt(q)"),
        loop(end="p[::-1]"),
    ],
    told={
        loop(end="np.multiply(p, 2)"): "Every entry is 2 times the right one.",
        loop(end="p[:-1]"): "It is right as far as it goes; entries are missing.",
        loop(end="np.array(p)[None]"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        loop(end="0 * np.array(p)"): "Every entry is 0.",
        loop(end="np.round(p, 2)"): "It is the right result, rounded to 2 decimals.",
    },
)
