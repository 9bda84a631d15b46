"""What is right, decided without the judge, by the decider of each question.

A decider meets an answer on one random input: decider(student, rng) is true when what
`student` has written is right there. It compares with formulas written by hand, with
small complex steps, with adjoints, and draws from a wider range than the judge does.

A mutant is right when it is off nowhere, and wrong when it is off on at least a tenth
of the inputs. What is off on fewer is neither: no judge who asks a few times can be
sure to see it, and a tolerance that the question grants (a factor of ten in `best_h`, a
small relative error in `directional_check`) has an edge on which some answers stand.
"""

import warnings
from types import SimpleNamespace

import numpy as np
from chainrule.questions import find, notebook_of, numbers

from corpus.catalogue import corpus
from corpus.lessons import TooLong, in_time, silent, written

CURVE = 10  # numbers in a list
INPUTS = 60
# Trainings take their time, and are off on all inputs or on none.
FEWER = {"fit": 12, "train_pairs": 12}
CLEARLY = 6  # inputs on which a wrong answer is off


def decider(name):
    return corpus(notebook_of(name))[name].decider


def decided(names, name, source, inputs=INPUTS):
    """ "right", "wrong" or "neither": what an answer to a question is."""
    rng = np.random.default_rng(list(name.encode()))
    off = 0
    for number in range(min(inputs, FEWER.get(name, inputs))):
        student = written(names, name, source, f"student {number}")
        try:
            off += not is_right(decider(name), student, rng)
        except TooLong:
            return "wrong"
        if off == CLEARLY:
            return "wrong"
    return "neither" if off else "right"


def fits(names, name, source, student):
    """Whether a wrong answer is right for one student's numbers, and not by chance.

    It is when it is right for all numbers near them too: what it gets wrong then lies
    on a branch that this student's numbers don't take. Only values can be so.
    """
    if not find(name).value:
        return False
    own, rng = numbers(name, student), np.random.default_rng(0)
    for _ in range(4):
        moved = {key: nudged(value, rng) for key, value in own.items()}
        near = {**names, "numbers": lambda *_, moved=moved: moved}
        try:
            if not is_right(decider(name), written(near, name, source, student), rng):
                return False
        except TooLong:
            return False
    return True


def nudged(value, rng):
    """A number, or lists of them, moved by a few hundredths; a curve moves as one, and
    text stays."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) > CURVE:
        return (rng.uniform(0.96, 1.04) * np.array(value)).tolist()
    if isinstance(value, list):
        return [nudged(v, rng) for v in value]
    return value * rng.uniform(0.96, 1.04)


def is_right(decider, student, rng):
    """Whether an answer is right on one input. Raises TooLong where it does not end."""
    if student is None:
        return False
    with silent(), warnings.catch_warnings(action="ignore"):
        try:
            with in_time(2):
                return bool(decider(SimpleNamespace(**student), rng))
        except Exception:
            return False
