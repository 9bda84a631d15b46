"""A loop: the recorded trace is differentiated, whichever way it went."""

import numpy as np

from chainrule.judge import close
from chainrule.questions.kinds import called
from chainrule.questions.three_derivatives.algebra import autograd_of


def halved(x):
    while abs(x) > 5:
        x = x / 2
    return x


def far(low, high, sign=1):
    """Not within 5 % of 5 · 2^k, where the number of halvings jumps."""

    def make(rng):
        while True:
            x = sign * rng.uniform(low, high)
            if abs(halved(abs(x)) - 3.75) < 1.1 or abs(x) < 4.5:
                return {"x": x}

    return make


def near_a_jump(low, high):
    """Numbers a little off ±5, ±10, ±20 ..., on one side."""

    def make(rng):
        jump = 5 * 2.0 ** rng.integers(0, 7) * rng.choice([-1, 1])
        return {"x": jump * rng.uniform(low, high)}

    return make


halving_slope = called(
    "halving_slope",
    autograd_of(lambda m, v: halved(v[0])),
    {
        "no halving": far(0.5, 4),
        "near 0": far(0.1, 2.2),
        "a few halvings": far(11, 70),
        "many halvings": far(200, 5000),
        "a negative number": far(11, 70, sign=-1),
        "one halving": far(5.5, 9.5),
        "just below a jump": near_a_jump(0.82, 0.98),
        "just above a jump": near_a_jump(1.02, 1.18),
    },
    {
        "Your slope is always 1, but each round of the loop divides x by 2.": lambda: (
            1.0
        ),
        "You gave the value that the loop ends with, not its slope.": halved,
        "You counted one round only. The loop may run many times, and each round "
        "multiplies the slope by ½.": lambda right: max(right, 0.5),
        "Your slope contains the sign of x, which comes from abs(x) in the condition. "
        "The condition decides how often the loop runs; no number is made from it.": (
            lambda right, x: np.sign(x) * right
        ),
        "Your loop never runs for a negative x: its condition should be about "
        "abs(x).": (lambda right, x: right if x > 0 else 1.0),
        "You double the slope where x is halved, but half of x moves half as fast as "
        "x.": (lambda right: 1 / right),
        "You have one halving too many: the loop stops as soon as abs(x) is 5 or "
        "less.": lambda right: right / 2,
        "You have one halving too few: the loop runs as long as abs(x) is above 5.": (
            lambda right: min(2 * right, 1.0)
        ),
        "Your slope is always 0, but a loop does not make the result "
        "constant.": lambda: 0.0,
    },
    hints=[
        "Run the loop on paper for x = 37 and write down what happens to x each time.",
        "For this x the program has computed x/2/2/2: an ordinary function.",
        "What does one round of the loop do to the slope? Let the same loop run in "
        "your answer, beside a slope that starts at 1.",
    ],
    points=3,
    agree=close(1e-6, 1e-9),  # a difference quotient is an answer, too
)
