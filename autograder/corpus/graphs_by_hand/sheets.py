"""What is written on any sheet: a list of numbers, worked out from one's own."""

import math

import numpy as np

from corpus.answers import Answers
from corpus.measures import near

OWN = """
own = numbers({name!r}, STUDENT)
globals().update(own)"""
WRONG = [
    "0",
    "own",
    '"see my paper"',
    "filled[:-1]",
    "[filled]",
    "filled[::-1]",
    "[filled[0] + 3, ..., *filled[2:]]",
    "[0.7 * filled[0] + 5, *filled[1:]]",
]


def sheet(name, filled, right, told=()):
    """Answers to a sheet; `filled` is lines of algebra that fill it in by that name."""

    def decider(student, rng):
        known = {"math": math, "np": np, **student.numbers(name, student.STUDENT)}
        exec(filled, known)
        return near(getattr(student, name), known["filled"], 1e-3, 1e-3)

    return Answers(
        above=OWN.format(name=name) + filled,
        decider=decider,
        right=["filled", *right],
        wrong=WRONG,
        told=dict.fromkeys(told, ""),
    )
