"""The gradient, one entry at a time."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near


class Counting:
    """A function of many variables that remembers where it was asked."""

    def __init__(self, rng, d):
        self.a, self.b = rng.uniform(0.5, 2, (2, d))
        self.asked = []

    def __call__(self, x):
        x = np.array(x, float)
        self.asked.append(x)
        return self.a @ np.sin(self.b * x) + x[:-1] @ x[1:]

    def slopes(self, x):
        around = np.r_[x[1:], 0] + np.r_[0, x[:-1]]
        return self.a * self.b * np.cos(self.b * x) + around


def gradient_by_differences(student, rng):
    d = int(rng.integers(2, 12))
    f, x = Counting(rng, d), rng.uniform(-1.5, 1.5, d)
    yours = student.gradient_by_differences(f, x.copy())
    apart = max(np.sum(np.abs(p - x) > 1e-12) for p in f.asked)
    return (
        near(yours, f.slopes(x), 1e-4, 1e-4)
        and len(f.asked) in (d + 1, 2 * d)
        and apart == 1
    )


def each(slope="(f(x + h * e) - f(x - h * e)) / (2 * h)", h="1e-6", then="return g"):
    """An answer that finds one entry after the other, and some changes to it."""
    return f"""
h, g = {h}, np.zeros(len(x))
for i in range(len(x)):
    e = np.eye(len(x))[i]
    g[i] = {slope}
{then}"""


ANSWERS = {}

ANSWERS["gradient_by_differences"] = Answers(
    args="f, x",
    decider=gradient_by_differences,
    right=[
        """
h, here = 1e-7, f(x)
return np.array([(f(x + h * e) - here) / h for e in np.eye(len(x))])""",
        """
h = 1e-5
g = []
for i in range(x.size):
    up, down = x.copy(), x.copy()
    up[i] += h
    down[i] -= h
    g.append((f(up) - f(down)) / (2 * h))
return g""",
        """
h, g = 1e-6, np.empty_like(x)
for i in range(len(x)):
    keep = x[i]
    x[i] = keep + h
    above = f(x)
    x[i] = keep - h
    below = f(x)
    x[i] = keep
    g[i] = (above - below) / 2e-6
return g""",
    ],
    wrong=[
        each(h="0.3"),
        each().replace("zeros(len(x))", "zeros(len(x), dtype=int)"),
        each().replace("range(len(x))", "range(len(x) - 1)"),
        each(then="return g[None]"),
        "np.gradient(x)",
        each(h="1e-16"),
        each().replace("len(x)", "3"),
    ],
    told={
        each().replace("range(len(x))", "range(1, len(x))"): (
            "Every entry is either right or 0."
        ),
        each("f(x + h * e) - f(x - h * e)"): (
            "Every entry is 1/500000 of the right one."
        ),
        each(then="return [[slope] for slope in g]"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        each(then="return g[::-1]"): (
            "It is the right result, turned round along axis 0."
        ),
        each("abs(f(x + h * e) - f(x - h * e)) / (2 * h)"): (
            "Every entry has the size of the right one, and none is negative."
        ),
        each(then="return np.diag(g)"): "Its diagonal is the right result.",
    },
    mistakes={
        "You move only the first entry": each(then="    return g"),
        "Your entries are all 0": """
h, g = 1e-6, np.zeros(len(x))
for i in range(len(x)):
    moved = x
    moved[i] += h
    g[i] = (f(moved) - f(x)) / h
return g""",
        "Each of your entries is the sum": """
h, here, moved = 1e-6, f(x), x.copy()
g = np.zeros(len(x))
for i in range(len(x)):
    moved[i] += h
    g[i] = (f(moved) - here) / h
return g""",
        "Each of your entries is the slope along": """
h, g = 1e-6, np.zeros(len(x))
for i in range(len(x)):
    g[i] = (f(x + h) - f(x - h)) / (2 * h)
return g""",
        "Your result is twice": each("(f(x + h * e) - f(x - h * e)) / h"),
        "Your result is half": each("(f(x + h * e) - f(x)) / (2 * h)"),
        "Your result is the slope along one direction": """
h = 1e-6
return (f(x + h) - f(x - h)) / (2 * h)""",
        "You make one call too many": """
h, g = 1e-6, np.zeros(len(x))
for i in range(len(x)):
    e = np.eye(len(x))[i]
    here = f(x)
    ahead, behind = (f(x + h * e) - here) / h, (here - f(x - h * e)) / h
    g[i] = (ahead + behind) / 2
return g""",
        "Your entries of x stay moved": """
h, g = 1e-6, np.zeros(len(x))
for i in range(len(x)):
    before = f(x)
    x[i] += h
    g[i] = (f(x) - before) / h
return g""",
    },
)
