"""One operation at a time: on which numbers it is asked, and mistakes in it alone."""

import numpy as np

from chainrule.judge import Mistake, close
from chainrule.questions.kinds import asking, cases


def leaf(number):
    """A number as torch's, whose gradient it can tell."""
    import torch

    return torch.tensor(float(number), dtype=torch.float64, requires_grad=True)


def between(low, high):
    return lambda rng: rng.uniform(low, high)


def always(number):
    return lambda rng: number


def one_of(*exponents):
    return lambda rng: int(rng.choice(exponents))


ABOVE, BELOW = between(0.6, 2.9), between(-2.9, -0.6)
FAR_ABOVE, FAR_BELOW = between(3.1, 4.9), between(-4.9, -3.1)


def of(op, a=ABOVE, b=None):
    """An operation and its operands; b where there is a second one."""
    operands = {"a": a} if b is None else {"a": a, "b": b}
    return lambda rng: {"op": op} | {n: make(rng) for n, make in operands.items()}


CASES = {
    "+": {"a sum": [of("+", ABOVE, FAR_BELOW), of("+", BELOW, FAR_ABOVE)]},
    "*": {
        "a product": [of("*", ABOVE, FAR_BELOW), of("*", BELOW, FAR_BELOW)],
        "a product with 0": of("*", always(0.0), FAR_ABOVE),
        "a product with a number": [
            of("* a number", ABOVE, FAR_BELOW),
            of("* a number", BELOW, FAR_BELOW),
        ],
    },
    "**": {
        "a square": [of("**", b=always(2)), of("**", BELOW, always(2))],
        "a power": of("**", b=one_of(3, 4, 5)),
        "an even power of a negative number": of("**", BELOW, one_of(4, 6)),
        "an odd power of a negative number": of("**", BELOW, one_of(3, 5)),
        "a reciprocal": of("**", b=always(-1)),
        "a power with a negative exponent": of("**", BELOW, one_of(-2, -3)),
        "a square root": of("**", b=always(0.5)),
    },
    "sin": {
        "a sine that rises": of("sin", between(0.6, 1.4)),
        "a sine that falls": of("sin", between(-2.9, -1.8)),
    },
    "exp": {
        "an exponential": of("exp"),
        "an exponential below zero": of("exp", BELOW),
    },
    "relu": {
        "relu above zero": of("relu"),
        "relu below zero": of("relu", BELOW),
        "relu just above zero": of("relu", between(0.05, 0.4)),
        "relu just below zero": of("relu", between(-0.4, -0.05)),
        "relu at zero": of("relu", always(0.0)),
        "relu at minus zero": of("relu", always(-0.0)),
    },
    "sigmoid": {
        "a sigmoid": of("sigmoid"),
        "a sigmoid below zero": of("sigmoid", BELOW),
    },
}


def counts(op, b):
    """Whether an operation is no power, or one that multiplies b times."""
    return op != "**" or b in range(2, 10)


REPEATED = Mistake(
    "Your power is right where n is 2, 3, ..., but n may also be −1 or ½. Multiplying "
    "n times can't give these powers: use **.",
    lambda right, op, b=None: right if counts(op, b) else np.append(1.0, right[1:]),
    lambda yours, wrong, op, b=None, **_: not counts(op, b) or close()(yours, wrong),
)


def kind_of(op):
    """The operation, whether its second operand is a Value or a plain number."""
    return op.removesuffix(" a number")


def cases_of(ops):
    return [case for op in ops for case in cases(CASES[op])]


def mistakes_in(ops, tables):
    """The mistakes in some operations; tables are {op: {sentence: rule}}.

    What a rule gives stands for the first of the right numbers, or for all of them.
    """
    found = [
        Mistake(says, only_in(op, rule))
        for op, table in tables.items()
        if op in ops
        for says, rule in table.items()
    ]
    return [*found, REPEATED] if "**" in ops else found


def only_in(op, rule):
    def wrong(right, **args):
        if kind_of(args["op"]) != op:
            return right
        found = asking(rule, {**args, "right": right})
        return np.append(found, right[np.size(found) :])

    return wrong
