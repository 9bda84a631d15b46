"""How many steps a walk on a quadratic function takes, and whether it arrives."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes


def counted(curvatures, rate, shrink):
    """The steps, taken one after the other in all directions at once."""
    left, steps = np.ones(len(curvatures)), 0
    if np.abs(1 - rate * curvatures).max() >= 1:
        return np.inf
    while np.abs(left).max() > shrink:
        left, steps = left * (1 - rate * curvatures), steps + 1
    return steps


def valley(slowest):
    """Curvatures and a rate at which so the "flat" or the "steep" end is slowest."""

    def make(rng):
        d = int(rng.integers(2, 5))
        low, ratio = rng.uniform(0.1, 5), rng.uniform(5, 40)
        inside = low * ratio ** rng.uniform(0.2, 0.8, d - 2)
        curvatures = rng.permutation(np.append(inside, [low, low * ratio]))
        best = 2 / (low + low * ratio)
        if slowest == "flat":
            rate = best * rng.uniform(0.4, 0.9)
        else:
            rate = best + (2 / (low * ratio) - best) * rng.uniform(0.4, 0.8)
        factor = np.abs(1 - rate * curvatures).max()
        shrink = factor ** (int(rng.integers(12, 40)) - rng.uniform(0.3, 0.7))
        return {"curvatures": curvatures, "rate": rate, "shrink": shrink}

    return make


def nearly_too_fast(rng):
    """A rate just below the largest stable one."""
    args = valley("flat")(rng)
    rate = rng.uniform(1.96, 1.98) / args["curvatures"].max()
    factor = np.abs(1 - rate * args["curvatures"]).max()
    return {**args, "rate": rate, "shrink": factor ** (rng.integers(12, 40) - 0.5)}


def too_fast(low, high):
    """A rate between these multiples of 1/λmax."""

    def make(rng):
        args = valley("flat")(rng)
        return {**args, "rate": rng.uniform(low, high) / args["curvatures"].max()}

    return make


def steps_by(factor):
    """The count that goes with another factor per step."""

    def rule(curvatures, rate, shrink):
        return np.ceil(np.log(shrink) / np.log(factor(curvatures, rate)))

    return rule


def alike(yours, right, **_):
    """Agreement that lets infinity agree with infinity."""
    yours = np.asarray(yours, float)
    return yours.shape == () and bool(yours == right)


NEEDED = Oracle("steps, counted", counted)

steps_needed = Question(
    "steps_needed",
    Part(
        2,
        NEEDED,
        cases(
            {
                "the flattest direction is slowest": [valley("flat")] * 2,
                "the steepest direction is slowest": [valley("steep")] * 2,
            }
        ),
        mistakes(
            {
                "That looks at the flattest direction alone. At a large rate the "
                "steepest direction is slower.": steps_by(
                    lambda curvatures, rate: abs(1 - rate * curvatures.min())
                ),
                "That looks at the steepest direction alone. It may be the fastest.": (
                    steps_by(lambda curvatures, rate: abs(1 - rate * curvatures.max()))
                ),
                "That counts until the *fastest* direction has come near. "
                "Every direction has to come near: the slowest decides.": steps_by(
                    lambda curvatures, rate: np.abs(1 - rate * curvatures).min()
                ),
                "That is one step too few. After so many steps, more than `shrink` of "
                "the distance is left: round up.": lambda right: right - 1,
                "That is one step too many: one step earlier, the distance is small "
                "enough. Does your count begin at 0?": lambda right: right + 1,
                "That isn't rounded. A number of steps is whole: take the next larger "
                "one.": lambda curvatures, rate, shrink: (
                    np.log(shrink) / np.log(np.abs(1 - rate * curvatures).max())
                ),
                "That is right at the best rate only. Use the rate that is "
                "given.": steps_by(
                    lambda curvatures, rate: (
                        1 - 2 * curvatures.min() / (curvatures.min() + curvatures.max())
                    )
                ),
                "The count is negative. Divide log(shrink) by the logarithm of the "
                "factor: both are negative.": lambda right: -right,
            }
        ),
        agree=alike,
    ),
    Part(
        1,
        NEEDED,
        cases(
            {
                "too large a rate": [too_fast(2.05, 2.8), too_fast(3.2, 4)],
                "nearly too large a rate": nearly_too_fast,
            }
        ),
        mistakes(
            {
                "At this rate the distance grows, so no number of steps is enough. "
                "Return np.inf.": (
                    lambda right: right if np.isfinite(right) else 0,
                    lambda yours, wrong, **_: bool(
                        np.isfinite(yours) and wrong in (0, yours)
                    ),
                ),
                "That is NaN. Ask first whether the factor is below 1.": (
                    lambda right: right if np.isfinite(right) else np.nan,
                    lambda yours, wrong, **_: np.array_equal(
                        yours, wrong, equal_nan=True
                    ),
                ),
                "You return np.inf, but at this rate descent converges: a factor such "
                "as -0.97 is below 1 in size.": lambda: np.inf,
            }
        ),
        agree=alike,
    ),
    hints=[
        "In a direction of curvature c, a step multiplies the distance by 1 - rate * "
        "c. Which direction is the last to come near?",
        "The slowest direction has the factor r = max |1 - rate * c|. After t steps "
        "r**t of the distance is left. If r is 1 or more, return np.inf.",
        "r**t <= shrink means t >= log(shrink) / log(r), since log(r) is negative. "
        "np.ceil rounds up.",
    ],
)

QUESTIONS = [steps_needed]
