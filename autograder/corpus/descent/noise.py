"""The noise of a batch's gradient."""

from fractions import Fraction

import numpy as np

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def noise_slope(student, rng):
    """Normal noise around a mean that is no power law itself, with any power."""
    power = rng.uniform(-1.5, 1.5)
    mean, scale = some(rng, 4) * 3, rng.uniform(0.5, 2, 4)
    sizes = np.unique(np.geomspace(rng.integers(1, 4), 90, 8).astype(int))

    def gradients(size):
        noise = rng.normal(size=(2000, 4)) * scale
        return mean + noise * float(size) ** (power / 2)

    found = student.noise_slope(gradients, sizes.copy())
    return np.ndim(found) == 0 and near(found, power, 0, 0.05)


def measured(spread="G.var(axis=0).sum()", fit="np.log(sizes), np.log(seen)"):
    """A measurement in which some part is another's."""
    return f"""
seen = []
for size in sizes:
    G = gradients(size)
    seen.append({spread})
return np.polyfit({fit}, 1)[0]"""


ANSWERS["noise_slope"] = Answers(
    args="gradients, sizes",
    decider=noise_slope,
    right=[
        measured(spread="np.trace(np.cov(G.T))", fit="np.log2(sizes), np.log2(seen)"),
        """
seen = [((G - G.mean(0)) ** 2).sum() for G in map(gradients, sizes)]
x, y = np.log10(sizes), np.log10(seen)
return np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)""",
        """
y = [np.log(np.var(gradients(B), axis=0, ddof=1).mean()) for B in sizes]
A = np.stack([np.log(sizes), np.ones(len(sizes))], axis=1)
return np.linalg.lstsq(A, y)[0][0]""",
        """
seen = []
for size in sizes:
    G = gradients(size)
    seen.append(np.mean((G[1:] - G[:-1]) ** 2))
return np.polyfit(np.log(sizes), np.log(seen), 1)[0]""",
    ],
    wrong=[
        "-1.0",
        "-0.5",
        measured(fit="np.log(sizes), seen"),
        measured(fit="sizes, seen"),
        measured(spread="np.abs(G).mean()"),
        measured(spread="G.var(axis=1).sum()"),
        measured(spread="G.mean()**2"),
        measured(spread="np.linalg.norm(G.mean(axis=0))"),
        measured(fit="np.log(sizes), np.log(seen)") + " * len(sizes)",
        measured().replace("[0]", "[1]"),
        measured().replace("[0]", ""),
    ],
)


def batch_variance(student, rng):
    """E[m²] - E[m]² from how often one example, and a pair, are in a batch."""
    n, d = int(rng.integers(2, 9)), int(rng.integers(1, 4))
    size = int(rng.integers(1, n + 1))
    G = some(rng, n, d)
    alone = Fraction(size, n) / size**2
    pair = Fraction(size * (size - 1), n * (n - 1)) / size**2
    squares, total = (G**2).sum(0), G.sum(0)
    mean_of_square = float(alone) * squares + float(pair) * (total**2 - squares)
    found = student.batch_variance(G.copy(), size)
    return near(found, mean_of_square - (total / n) ** 2, 1e-6, 1e-9)


ANSWERS["batch_variance"] = Answers(
    args="G, size",
    decider=batch_variance,
    right=[
        "G.var(0) / size * (len(G) - size) / (len(G) - 1)",
        "G.var(axis=0, ddof=1) * (1 / size - 1 / len(G))",
        """
n = len(G)
away = ((G - G.mean(0)) ** 2).sum(0) / (n - 1)
return (1 - size / n) * away / size""",
        """
from itertools import combinations

means = [np.mean([G[i] for i in rows], axis=0)
         for rows in combinations(range(len(G)), size)]
return np.var(means, axis=0)""",
    ],
    wrong=[
        "G.var(axis=0, ddof=1) / size",
        "G.var(axis=0) / np.sqrt(size)",
        "G.var() / size * (len(G) - size) / (len(G) - 1)",
        "G.var(axis=0) * (len(G) - size) / (len(G) - 1)",
        "G.var(axis=1) / size",
        "G.var(axis=0) / size - G.var(axis=0) / len(G)",
        "G[:size].mean(axis=0)",
        "G[:size].var(axis=0)",
        "(G**2).mean(axis=0) / size * (len(G) - size) / (len(G) - 1)",
        "np.zeros(G.shape[1])",
    ],
    told={
        "2 * G.var(0) / size * (len(G) - size) / (len(G) - 1)": (
            "On the cases that are off, every entry is 2 times the right one."
        ),
        "(G.var(0) / size * (len(G) - size) / (len(G) - 1))[None]": (
            "It is the right result, with an axis of length 1 too many."
        ),
    },
)
