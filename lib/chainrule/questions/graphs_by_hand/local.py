"""The local derivatives that a Value keeps, one for each of its inputs."""

import math

import numpy as np

from chainrule.judge import Part
from chainrule.oracle import Oracle
from chainrule.questions.graphs_by_hand.operations import (
    cases_of,
    leaf,
    mistakes_in,
)
from chainrule.questions.kinds import mistakes
from chainrule.questions.probes import graphs_by_hand as probes
from chainrule.questions.probes.graphs_by_hand import OF_TWO, OPERATE


def torch_slopes(op, a, b=None):
    import torch

    at = [leaf(a), leaf(b)] if op in OF_TWO else [leaf(a)]
    y = OPERATE[op](at[0], at[1] if len(at) == 2 else b)
    return np.array([slope.item() for slope in torch.autograd.grad(y, at)])


def sigma(a):
    return 1 / (1 + math.exp(-a))


# __add__ is given, so it keeps both.
NOT_KEPT = {
    "Your result doesn't keep its slopes. Compute them here, where the inputs' numbers "
    "are known, and give them to Value as `slopes`.": (
        lambda right, op: right if op == "+" else right[:0]
    ),
}
NOT_KEPT_ONE = NOT_KEPT | {
    "You keep a plain number. Keep a tuple even for one slope: the comma in (slope,) "
    "makes it one.": lambda right: np.squeeze(right),
}

WRONG = {
    "*": {
        "You swapped the factors. Hold b still and move a by 0.01: by how much "
        "does the product move?": lambda right: right[::-1],
        "You gave the slopes of a sum, 1 and 1. Hold b still and move a by "
        "0.01: by how much does the product move?": lambda: [1, 1],
    },
    "+": {
        "Your slopes of a sum are its terms. But when a moves by a little, the sum "
        "moves by as much.": lambda a, b: [a, b],
    },
    "**": {
        "You lost a factor. Try n = 2: how fast does a² rise at a = 1?": (
            lambda right, b: right / b
        ),
        "You didn't lower the power. Try n = 1: how fast does a itself rise?": (
            lambda right, a: right * a
        ),
        "You keep a slope along the base and one along n. "
        "Here n is a plain number, not an input: keep one slope.": (
            lambda right, a, b: [right[0], abs(a) ** b * math.log(abs(a))]
        ),
    },
    "sin": {
        "Your slope is the sine itself. At 0 the sine is 0, and yet it "
        "rises.": lambda a: math.sin(a),
        "Your slope has the wrong sign. At 0 the sine rises, so its slope is positive "
        "there.": lambda right: -right,
    },
    "exp": {
        "You used the rule for powers, a · e^(a − 1). It holds where the base moves. "
        "In exp the exponent moves: compare the slope of exp at 0 and at 1 with the "
        "value of exp there.": lambda a: a * math.exp(a - 1),
    },
    "relu": {
        "Your slope is right above 0. Below 0 relu is flat.": lambda: 1,
        "Your slope is relu itself. How fast does relu rise?": lambda a: max(a, 0),
        "Your slope is right everywhere but at 0, where this course, like torch.relu, "
        "takes 0.": lambda a: a >= 0,
        "Your slope is that of the absolute value. Below 0 relu is flat.": (
            lambda a: np.sign(a)
        ),
    },
    "sigmoid": {
        "Your slope is σ itself. The slope is made of σ too, but is at most ¼.": sigma,
        "Your slope is 1 − σ, one of two factors. Far below 0 the slope is 0, not "
        "1.": lambda a: 1 - sigma(a),
        "Your slope is a(1 − a). The form is right: put σ(a), the value that you have "
        "just computed, in place of a.": lambda a: a * (1 - a),
        "Your slope has the opposite sign, yet σ rises everywhere. The −x inside exp "
        "has a slope as well.": lambda right: -right,
        "Your slope is σ², that of 1/(…) but for its minus. The chain rule goes on: "
        "multiply by the slope of 1 + e⁻ᵃ, and mind both minus signs.": (
            lambda a: sigma(a) ** 2
        ),
    },
}


def tell_slopes(yours, right, **_):
    if yours.shape != right.shape:
        wanted = "one slope is" if len(right) == 1 else "two slopes are"
        return f"    {wanted} to be kept here, in a tuple; you keep {yours.size}"
    i = int(np.argmax(~np.isclose(yours, right, 1e-9, 1e-12)))
    which = "slope" if len(right) == 1 else ("first slope", "second slope")[i]
    return (
        f"    the {which}\n"
        f"    you say           {yours[i]:.8g}\n"
        f"    torch.autograd    {right[i]:.8g}"
    )


def local(*ops, kept=NOT_KEPT):
    """One point for the local derivatives of a few operations."""
    return Part(
        1,
        Oracle("torch.autograd", torch_slopes),
        cases_of(ops),
        [*mistakes_in(ops, WRONG), *mistakes(kept)],
        probe=probes.slopes,
        tell=tell_slopes,
    )
