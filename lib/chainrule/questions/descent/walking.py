"""The descent loop: so many steps, or until a step is short."""

from dataclasses import dataclass

import numpy as np

from chainrule.judge import AnswerError, Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import cases, mistakes


def rotated(rng, curvatures):
    """A symmetric matrix with these eigenvalues, its eigenvectors along no axis."""
    d = len(curvatures)
    while True:
        Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
        if np.abs(Q).min() > 0.15:
            H = Q @ np.diag(curvatures) @ Q.T
            return (H + H.T) / 2


@dataclass
class Slope:
    """The gradient of a quadratic function with this Hessian and minimum."""

    H: np.ndarray
    minimum: np.ndarray

    def __call__(self, theta):
        return self.H @ (np.asarray(theta, float) - self.minimum)

    def __str__(self):
        return "gradient"


def lengths(gradient, theta, rate, count):
    """The length of each of the first steps: every eigendirection shrinks by itself."""
    curvatures, V = np.linalg.eigh(gradient.H)
    away = V.T @ (theta - gradient.minimum)
    t = np.arange(count)[:, None]
    steps = rate * curvatures * (1 - rate * curvatures) ** t * away
    return np.sqrt((steps**2).sum(1))


def count(gradient, theta, rate, most, small):
    """How many steps are taken."""
    short = lengths(gradient, theta, rate, most) < small
    return int(np.argmax(short)) + 1 if short.any() else most


def place(gradient, theta, rate, most, small):
    """Where the walk ends."""
    taken = count(gradient, theta, rate, most, small)
    curvatures, V = np.linalg.eigh(gradient.H)
    away = V.T @ (theta - gradient.minimum)
    return gradient.minimum + V @ ((1 - rate * curvatures) ** taken * away)


def walk(steps, most):
    """A walk whose step number `steps` is the first short one; `most` is drawn."""

    def make(rng):
        d = int(rng.integers(2, 4))
        curvatures = np.sort(rng.uniform(1, 2.5, d))
        curvatures[-1] = 2 * curvatures[-1]
        gradient = Slope(rotated(rng, curvatures), numbers_of(rng, d))
        rate = uniform(rng, 0.5, 0.9) / curvatures[-1]
        args = {"gradient": gradient, "theta": numbers_of(rng, d), "rate": rate}
        first = int(rng.integers(*steps))
        before, here = lengths(*args.values(), first)[-2:]
        small = float(np.sqrt(before * here))
        return {**args, "most": int(rng.integers(*most)), "small": small}

    return make


def one_of(number):
    """Drives a walk that returns where it ends and how many steps it took."""

    def drive(answer, **args):
        found = answer(*args.values())
        if type(found) not in (tuple, list) or len(found) != 2:
            raise AnswerError(
                "    It should return two things, separated by a comma: theta, and the "
                "number of steps."
            )
        return found[number]

    return drive


def long_steps(gradient, theta, rate, most, small):
    """How many steps are taken that are not short."""
    return int(np.sum(lengths(gradient, theta, rate, most) >= small))


def without_the_short_step(**args):
    return place(**{**args, "most": long_steps(**args), "small": 0.0})


GIVEN = {
    "until a step is short": [walk((6, 12), (40, 60))] * 2,
    "until all steps are taken": walk((20, 24), (5, 9)),
}
WALKS = {
    "The test asks whether the gradient is short. A step is the rate times the "
    "gradient: compare the length of the step with `small`.": (
        lambda oracle, rate, small, **args: oracle(
            rate=rate, small=small * rate, **args
        )
    ),
    "The test compares the square of the length with `small`. Take the root first.": (
        lambda oracle, small, **args: oracle(small=np.sqrt(small), **args)
    ),
    "It never stops early: `small` isn't used.": (
        lambda oracle, small, **args: oracle(small=0.0, **args)
    ),
    "It takes one step. Is the return inside the loop?": (
        lambda oracle, most, **args: oracle(most=1, **args)
    ),
}

descend_until = Question(
    "descend_until",
    Part(
        1,
        Oracle("closed form", place),
        cases(GIVEN),
        mistakes(
            {
                "That goes uphill: a step is minus the rate times the gradient.": (
                    lambda oracle, rate, **args: oracle(rate=-rate, **args)
                ),
                **WALKS,
                "The short step is left out. Take the step first, then ask whether it "
                "was short.": without_the_short_step,
            }
        ),
        drive=one_of(0),
    ),
    Part(
        1,
        Oracle("closed form", count),
        cases(GIVEN),
        mistakes(
            {
                **WALKS,
                "Where a short step ends the walk, the count is one too small. The "
                "short step counts too.": long_steps,
                "The count is one too small. When the loop variable is k, k + 1 steps "
                "have been taken.": lambda right: right - 1,
                "The count is one too large. Does it begin at 0?": (
                    lambda right: right + 1
                ),
            }
        ),
        drive=one_of(1),
    ),
    hints=[
        "Inside the loop: compute the step, take it, and then ask whether it was "
        "short.",
        "The step is -rate * gradient(theta), and its length is np.linalg.norm(step). "
        "Make a new theta, so that the array that was given stays as it was.",
        "Begin with taken = 0. In `for k in range(most)`: take the step, add 1 to "
        "taken, and leave the loop with `break` if the step was shorter than small.",
    ],
)

QUESTIONS = [descend_until]
