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


def torch_slopes(op, a, b):
    import torch

    at = [leaf(a), leaf(b)] if op in OF_TWO else [leaf(a)]
    y = OPERATE[op](at[0], at[1] if len(at) == 2 else b)
    return np.array([slope.item() for slope in torch.autograd.grad(y, at)])


def sigma(a):
    return 1 / (1 + math.exp(-a))


# __add__ is given, so it keeps both.
NOT_KEPT = {
    "No slopes are kept. Compute them here, where the inputs' numbers are known, and "
    "give them to Value as `slopes`.": (
        lambda right, op: right if op == "+" else right[:0]
    ),
}
NOT_KEPT_ONE = NOT_KEPT | {
    "That is a plain number. Keep a tuple even for one slope: the comma in (slope,) "
    "makes it one.": lambda right: np.squeeze(right),
}

WRONG = {
    "*": {
        "The factors are swapped. Hold b still and move a by 0.01: by how much "
        "does the product move?": lambda right: right[::-1],
        "These are the slopes of a sum, 1 and 1. Hold b still and move a by "
        "0.01: by how much does the product move?": lambda: [1, 1],
    },
    "+": {
        "A sum's slopes don't depend on its numbers: when a moves by a little, "
        "the sum moves by as much.": lambda a, b: [a, b],
    },
    "**": {
        "A factor is lost. Try n = 2: how fast does a² rise at a = 1?": (
            lambda right, b: right / b
        ),
        "The power is not lowered. Try n = 1: how fast does a itself rise?": (
            lambda right, a: right * a
        ),
        "That is a slope along the base and one along n. "
        "Here n is a plain number, not an input: keep one slope.": (
            lambda right, a, b: [right[0], abs(a) ** b * math.log(abs(a))]
        ),
    },
    "sin": {
        "That is sin itself, not its slope. At 0 the sine is 0, and yet it "
        "rises.": lambda a: math.sin(a),
        "A sign is off. At 0 the sine rises, so its slope is positive there.": (
            lambda right: -right
        ),
    },
    "exp": {
        "The rule for powers is about a moving base. In exp the exponent "
        "moves: look up what is special about e.": lambda a: a * math.exp(a - 1),
    },
    "relu": {
        "That is right above 0. Below it relu is flat.": lambda: 1,
        "That is relu itself, not its slope. How fast does it rise?": (
            lambda a: max(a, 0)
        ),
        "Right everywhere but at 0, where this course, like torch.relu, takes "
        "0.": lambda a: a >= 0,
        "That is the slope of the absolute value. Below 0 relu is flat.": (
            lambda a: np.sign(a)
        ),
    },
    "sigmoid": {
        "That is σ itself. Its slope is made of σ too, but is at most ¼.": sigma,
        "That is 1 − σ, one of two factors. Far below 0 the slope is 0, not "
        "1.": lambda a: 1 - sigma(a),
        "That is a(1 − a). The form is right, but it is about σ's value, not "
        "about its input.": lambda a: a * (1 - a),
        "All signs are opposite, yet σ rises everywhere. The −x inside exp has "
        "a slope as well.": lambda right: -right,
        "That is σ², the size of the slope of 1/v at v = 1 + e⁻ᵃ. The chain rule "
        "goes on inside: v moves, too.": lambda a: sigma(a) ** 2,
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
