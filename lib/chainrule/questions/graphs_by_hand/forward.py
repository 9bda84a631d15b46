"""The forward values of a Value's operations, and what it keeps of their making."""

import math

import numpy as np

from chainrule.judge import Part, close
from chainrule.oracle import Oracle
from chainrule.questions.graphs_by_hand.operations import (
    cases_of,
    kind_of,
    leaf,
    mistakes_in,
)
from chainrule.questions.kinds import mistakes
from chainrule.questions.probes.graphs_by_hand import OF_TWO, OPERATE, recorded


def torch_forward(op, a, b=None):
    b = leaf(b) if op in OF_TWO else b
    return np.array([OPERATE[op](leaf(a), b).item(), 1.0, 1.0])


def tell_record(yours, right, op, a, b=None):
    if yours.shape == right.shape and close()(yours[0], right[0]):
        if yours[1] != 1:
            name = f"**{b}" if op == "**" else kind_of(op)
            return f'    the number is right, but its op should be the text "{name}"'
        return (
            "    the number is right, but inputs should be a tuple\n"
            "    of the Values it was made of, in order"
        )
    return f"    you say   {yours.ravel()[0]:.8g}\n    torch     {right[0]:.8g}"


# __add__ is given, so it keeps both.
NOT_KEPT = mistakes(
    {
        "Your result doesn't keep its inputs. It has to remember the Values "
        "themselves: hand them to Value as a tuple. A tuple of one needs a comma, "
        "(self,).": lambda right, op: right * [1, 1, op == "+"],
        "Your result doesn't keep the name of its operation: hand it to Value as "
        "`op`.": lambda right, op: right * [1, op == "+", 1],
    }
)

WRONG = {
    "*": {"Your product is a sum. Multiply.": lambda a, b: a + b},
    "**": {
        "Your power is a product, a times n. A power has n factors a.": (
            lambda a, b: a * b
        ),
        "You swapped base and exponent: that is n to the power of a. The "
        "Value's own number is the base.": lambda a, b: float(b) ** a,
    },
    "sin": {
        "Your sine takes the angle in degrees. In calculus, and in "
        "math.sin, angles are in radians.": lambda a: math.sin(math.radians(a)),
        "Your sine is a cosine. At 0 a sine is 0, and yours is 1.": (
            lambda a: math.cos(a)
        ),
    },
    "exp": {
        "Your exp is 10 to the power of x. The base of exp is e, as in math.exp.": (
            lambda a: 10.0**a
        ),
        "Your exp is e times x, not e to the power of x. At 0 it should be 1.": (
            lambda a: math.e * a
        ),
    },
    "relu": {
        "Your relu is the absolute value: below 0 relu is 0.": lambda a: abs(a),
        "Your relu is 0 above 0 and x below. It should be the opposite.": (
            lambda a: min(a, 0.0)
        ),
        "You gave relu's slope, not its value. Above 0 the number itself "
        "passes.": lambda a: a > 0,
        "Your relu lets negative numbers through. Below 0 relu is 0.": lambda a: a,
    },
    "sigmoid": {
        "Your result is σ(−x): the minus in front of x, inside exp, is missing.": (
            lambda a: 1 / (1 + math.exp(a))
        ),
        "Your result is tanh, a function like σ, but between −1 and 1. σ is between 0 "
        "and 1.": lambda a: math.tanh(a),
        "Your result is exp(−x). There is more to do with it: see the docstring.": (
            lambda a: math.exp(-a)
        ),
        "Your result is 1 / 1 + exp(−x), read from left to right. Put brackets "
        "around all that you divide by.": lambda a: 1 + math.exp(-a),
    },
}


def forward(*ops):
    """One point for the numbers and the records of a few operations."""
    return Part(
        1,
        Oracle("torch", torch_forward),
        cases_of(ops),
        [*mistakes_in(ops, WRONG), *NOT_KEPT],
        probe=recorded,
        tell=tell_record,
        entries=False,
    )
