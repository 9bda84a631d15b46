"""How many steps a walk takes."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths

ANSWERS = {}


def steps_needed(student, rng):
    """The distance from a start along the slowest direction, step by step."""
    (d,) = lengths(rng, 1)
    curvatures = rng.uniform(0.2, 4, d)
    rate = rng.uniform(0.1, 2.6) / curvatures.max()
    slowest = max(abs(1 - rate * c) for c in curvatures)
    taken = int(rng.integers(1, 60))
    shrink = slowest ** (taken - rng.uniform(0.2, 0.8)) if slowest < 1 else 0.1
    found = student.steps_needed(curvatures.copy(), rate, min(shrink, 0.999))
    return np.ndim(found) == 0 and found == (taken if slowest < 1 else np.inf)


FACTOR = """
def factor(curvatures, rate):
    return np.abs(1 - rate * curvatures).max()
"""

ANSWERS["steps_needed"] = Answers(
    args="curvatures, rate, shrink",
    above=FACTOR,
    decider=steps_needed,
    right=[
        """
r = max(abs(1 - rate * curvatures.min()), abs(1 - rate * curvatures.max()))
return np.inf if r >= 1 else int(np.log(shrink) / np.log(r)) + 1""",
        """
left, steps = np.ones(len(curvatures)), 0
if rate * curvatures.max() >= 2:
    return np.inf
while np.abs(left).max() > shrink:
    left = left - rate * curvatures * left
    steps += 1
return steps""",
        """
each = np.abs(1 - rate * curvatures)
if np.any(each >= 1):
    return float("inf")
return np.max(np.ceil(np.log(shrink) / np.log(each)))""",
    ],
    wrong=[
        "np.log(shrink) / np.log(factor(curvatures, rate))",
        "np.ceil(np.log(1 / shrink) / (rate * curvatures.min()))",
        "np.ceil(curvatures.max() / curvatures.min() / 2 * np.log(1 / shrink))",
        """
r = np.abs(1 - rate * curvatures).mean()
return np.inf if r >= 1 else np.ceil(np.log(shrink) / np.log(r))""",
        """
r = factor(curvatures, rate)
return np.inf if r >= 1 else np.ceil(np.log(shrink) / np.log(r**2))""",
        """
r = (1 - rate * curvatures).max()
return np.inf if abs(r) >= 1 else np.ceil(np.log(shrink) / np.log(r))""",
        """
r = factor(curvatures, rate)
return 1000 if r >= 1 else np.ceil(np.log10(shrink) / np.log10(r))""",
        """
r = factor(curvatures, rate)
return np.inf if r >= 1 else np.ceil(shrink / r)""",
        """
r = factor(curvatures, rate)
return np.inf if rate >= 1 else np.ceil(np.log(shrink) / np.log(r))""",
        """
r = np.abs(1 - rate * curvatures)
return np.ceil(np.log(shrink) / np.log(np.minimum(r, 0.999)))""",
    ],
    told={
        """
r = factor(curvatures, rate)
return np.inf if r >= 1 else 2 * np.ceil(np.log(shrink) / np.log(r))""": (
            "Every entry is 2 times the right one."
        ),
        "0": "Every entry is 0.",
    },
)
