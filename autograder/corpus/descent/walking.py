"""The descent loop."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise, some

ANSWERS = {}


def descend_until(student, rng):
    """A function with no constant curvature; the walk is written down step by step."""
    d = rng.integers(1, 5)
    pull, theta = rng.uniform(0.5, 2, d), some(rng, d)
    rate, most = rng.uniform(0.1, 0.9), int(rng.integers(1, 60))
    small = 10 ** rng.uniform(-5, -1)

    def gradient(theta):
        return np.tanh(pull * np.asarray(theta)) + 0.1 * np.asarray(theta)

    places, moved = [theta], np.inf
    while moved >= small and len(places) <= most:
        places.append(places[-1] - rate * gradient(places[-1]))
        moved = np.sqrt(np.sum((places[-1] - places[-2]) ** 2))
    found = student.descend_until(gradient, theta.copy(), rate, most, small)
    end, steps = found
    return precise(end, places[-1]) and precise(steps, len(places) - 1)


def walk(before="", step="-rate * gradient(theta)", test="", end="theta, k"):
    """A walk in which some lines are another's."""
    return f"""
{before or "k = 0"}
for k in range(1, most + 1):
    step = {step}
    theta = theta + step
    if {test or "np.linalg.norm(step) < small"}:
        break
return {end}"""


ANSWERS["descend_until"] = Answers(
    args="gradient, theta, rate, most, small",
    decider=descend_until,
    right=[
        """
taken = 0
while taken < most:
    before = theta
    theta = before - rate * gradient(before)
    taken += 1
    if np.sqrt(np.sum((theta - before) ** 2)) < small:
        return theta, taken
return theta, taken""",
        """
path = [theta]
for _ in range(most):
    path.append(path[-1] - rate * gradient(path[-1]))
    if np.linalg.norm(path[-1] - path[-2]) < small:
        break
return path[-1], len(path) - 1""",
        """
step, count = np.inf, 0
while count < most and not np.linalg.norm(step) < small:
    step = rate * gradient(theta)
    theta, count = theta - step, count + 1
return theta, count""",
    ],
    wrong=[
        walk(step="-gradient(theta)"),
        walk(step="-rate * gradient(theta) / np.linalg.norm(gradient(theta))"),
        walk(before="g = gradient(theta)", step="-rate * g"),
        walk(step="-rate / k * gradient(theta)"),
        walk(test="np.sum(step) < small"),
        walk(test="np.linalg.norm(theta) < small"),
        walk(test="np.linalg.norm(step) > small"),
        walk(end="theta, most"),
        walk(end="k, theta"),
        walk(end="theta"),
    ],
    told={
        walk(end="theta[None], k"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        walk(end="np.round(theta, 3), k"): (
            "It is the right result, rounded to 3 decimals."
        ),
        walk(end="2 * theta, k"): "Every entry is 2 times the right one.",
        walk(end="np.abs(theta), k"): (
            "Every entry has the size of the right one, and none is negative.",
            "On the cases that are off, every entry has the size of the right one, "
            "and none is negative.",
        ),
        walk(end="np.zeros(len(theta)), k"): "Every entry is 0.",
    },
)
