"""What stopping early and an L2 penalty keep of each component."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import entries


def by_descent(s, rate, steps):
    """Fractions by walking, and by least squares for each eigenvalue."""
    walked = np.zeros(len(s))
    for _ in range(steps):
        walked = walked - rate * s * (walked - 1)
    lam = 1 / (rate * steps)
    pairs = [np.array([[a], [lam]]) ** 0.5 for a in s]
    asked = [np.append(pair[:1], [0.0]) for pair in pairs]
    both = zip(pairs, asked, strict=True)
    return walked, np.array([np.linalg.lstsq(p, a)[0][0] for p, a in both])


def curvatures(rng):
    s = np.exp(rng.uniform(np.log(0.02), np.log(2), rng.integers(3, 6)))
    return {"s": s, "rate": uniform(rng, 0.2, 0.45), "steps": int(rng.integers(3, 30))}


def decayed_by(strength):
    return lambda s, rate, steps: s / (s + strength(rate, steps))


kept_shares = Question(
    "kept_shares",
    *entries(
        ("the fractions after some steps", "the fractions under the penalty"),
        (1, 1),
        Oracle("descent, and least squares", by_descent),
        {"several eigenvalues": [curvatures] * 3},
        {
            "the fractions after some steps": {
                "That is the fraction that is still missing. Return 1 minus this.": (
                    lambda right: 1 - right
                ),
                "That is the limit of many small steps. Each step multiplies 1 - u by "
                "1 - η s.": lambda s, rate, steps: 1 - np.exp(-rate * s * steps),
                "That makes every step as long as the first step. Compute the "
                "slope anew at each u.": (lambda s, rate, steps: rate * s * steps),
                "The rate is missing: a step multiplies 1 - u by 1 - η s.": (
                    lambda s, steps: 1 - (1 - s) ** steps
                ),
                "That is one step too many: take `steps` of them.": (
                    lambda s, rate, steps: 1 - (1 - rate * s) ** (steps + 1)
                ),
                "That is one step too few: take `steps` of them.": (
                    lambda s, rate, steps: 1 - (1 - rate * s) ** (steps - 1)
                ),
                "u stays 0. The slope of ½ s (u - 1)² is s (u - 1), not s u.": (
                    lambda s: 0 * s
                ),
                "Each step is twice as long as it should be. The ½ of the loss cancels "
                "the 2 of its slope.": (
                    lambda s, rate, steps: 1 - (1 - 2 * rate * s) ** steps
                ),
            },
            "the fractions under the penalty": {
                "That is the fraction that the penalty takes away. Return 1 minus "
                "this.": lambda right: 1 - right,
                "λ is 1/(η t) here, not η t: more steps mean a smaller penalty.": (
                    decayed_by(lambda rate, steps: rate * steps)
                ),
                "λ is 1/(η t) here: the number of steps is missing.": (
                    decayed_by(lambda rate, steps: 1 / rate)
                ),
                "λ is 1/(η t) here: the rate is missing.": (
                    decayed_by(lambda rate, steps: 1 / steps)
                ),
                "That penalizes twice as much. Both terms of this loss have a ½.": (
                    decayed_by(lambda rate, steps: 2 / (rate * steps))
                ),
                "That penalizes half as much. Both terms of this loss have a ½.": (
                    decayed_by(lambda rate, steps: 0.5 / (rate * steps))
                ),
                "That is 1/(s + λ). Set s (u - 1) + λ u to 0, and solve for "
                "u.": lambda s, rate, steps: 1 / (s + 1 / (rate * steps)),
            },
        },
        "the fractions after some steps, and the fractions under the penalty",
    ),
    hints=[
        "Take one eigenvalue. Its loss is ½ s (u - 1)², where u is the fraction of the "
        "way, 0 at first and 1 at the minimum. What does one step do to 1 - u?",
        "A step multiplies 1 - u by (1 - η s). With the penalty the loss is "
        "½ s (u - 1)² + ½ λ u²: set its slope to 0.",
        "After t steps 1 - u is (1 - η s) to the power t. And s (u - 1) + λ u = 0 "
        "gives u = s / (s + λ), with λ = 1 / (η t).",
    ],
)

QUESTIONS = [kept_shares]
