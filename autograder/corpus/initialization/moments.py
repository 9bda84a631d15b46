"""The mean square that an activation passes on."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def peak(c, q):
    """The mean of exp(-c z²), a peak at 0."""
    return 1 / np.sqrt(1 + 2 * c * q)


KNOWN = {  # an activation with a constant c, and the mean of its square for N(0, q)
    "square": (lambda z, c: c * z**2, lambda q, c: 3 * (c * q) ** 2),
    "cube": (lambda z, c: c * z**3, lambda q, c: 15 * c**2 * q**3),
    "moved": (lambda z, c: z + c, lambda q, c: q + c**2),
    "rising": (lambda z, c: np.exp(c * z), lambda q, c: np.exp(2 * c**2 * q)),
    "size": (lambda z, c: c * np.abs(z), lambda q, c: c**2 * q),
    "cut": (lambda z, c: c * np.minimum(z, 0), lambda q, c: c**2 * q / 2),
    "peak": (lambda z, c: np.exp(-20 * c * z**2), lambda q, c: peak(40 * c, q)),
    "waves": (
        lambda z, c: np.sin(c * z) * np.cos(c * z),
        lambda q, c: (1 - np.exp(-8 * c**2 * q)) / 8,
    ),
}


def passed_on(student, rng):
    """Other activations than the judge's, whose mean squares are known."""
    f, passes = KNOWN[rng.choice([*KNOWN])]
    q, c, asked = rng.uniform(0.2, 3), rng.uniform(0.3, 0.6), []

    def activation(z):
        asked.append(np.size(z))
        return f(z, c) if sum(asked) <= 200_000 else None

    return near(student.passed_on(activation, q), passes(q, c), 1e-4, 0)


ANSWERS["passed_on"] = Answers(
    args="f, q",
    decider=passed_on,
    right=[
        """
z = np.linspace(-10, 10, 6001) * np.sqrt(q)
density = np.exp(-z**2 / (2 * q)) / np.sqrt(2 * np.pi * q)
return np.trapezoid(f(z) ** 2 * density, z)""",
        """
step = 0.005
u = np.arange(-8, 8, step) + step / 2
return np.sum(f(q**0.5 * u) ** 2 * np.exp(-0.5 * u * u)) * step / (2 * np.pi) ** 0.5""",
        """
u = np.linspace(-9, 9, 4001)
return np.average(f(u * np.sqrt(q)) ** 2, weights=np.exp(-u * u / 2))""",
    ],
    wrong=[
        "f(q) ** 2",
        "f(np.sqrt(q))",
        "np.mean(f(np.sqrt(q) * np.random.default_rng(0).normal(size=1000)) ** 2)",
        """
u = np.linspace(-8, 8, 4001)
return np.mean(f(np.sqrt(q) * u) ** 2)""",
        """
u = np.linspace(-1, 1, 4001)
return np.average(f(np.sqrt(q) * u) ** 2, weights=np.exp(-u * u / 2))""",
        """
u = np.linspace(-8, 8, 4001)
return np.average(f(np.sqrt(q) * u) ** 2, weights=np.exp(-u * u))""",
        """
u = np.linspace(-8, 8, 4001)
return np.average(np.abs(f(np.sqrt(q) * u)), weights=np.exp(-u * u / 2))""",
        """
u = np.linspace(-8, 8, 15)
return np.average(f(np.sqrt(q) * u) ** 2, weights=np.exp(-u * u / 2))""",
    ],
    told={
        """
u = np.linspace(-9, 9, 4001)
return 2 * np.average(f(u * np.sqrt(q)) ** 2, weights=np.exp(-u * u / 2))""": (
            "Every entry is 2 times the right one."
        ),
        """
u = np.linspace(-9, 9, 4001)
return -np.average(f(u * np.sqrt(q)) ** 2, weights=np.exp(-u * u / 2))""": (
            "Every entry is -1 times the right one."
        ),
        """
u = np.linspace(-9, 9, 4001)
return np.array([np.average(f(u * np.sqrt(q)) ** 2, weights=np.exp(-u * u / 2))])""": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "0.0": "Every entry is 0.",
    },
)
