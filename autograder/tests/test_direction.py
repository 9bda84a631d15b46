"""How often chance decides about `directional_check`, whose answers draw a direction.

A direction is blind to an error where the measured slope and the claimed one differ by
less than the ten-thousandth that the question allows. It is hardly ever so twice.
"""

import numpy as np
from chainrule.judge import State, judge
from chainrule.oracle import torch_gradient
from chainrule.questions import find

QUESTION = find("directional_check")
CLAIMS, DIRECTIONS = 20, 5000


def shares_of_blind(maker, rng):
    """For each wrong claim of a kind, the share of directions that are blind to it."""
    for _ in range(CLAIMS):
        args = maker(rng, rng).args
        right = torch_gradient(args["f"], args["x"])
        if not np.array_equal(args["grad"], right):
            v = rng.normal(size=(DIRECTIONS, len(right)))
            yield np.mean(abs(v @ (args["grad"] - right)) < 1e-4 * abs(v @ right))


def test_two_directions_in_a_row_are_blind_once_in_a_hundred_thousand_answers():
    rng = np.random.default_rng(0)
    cases = [[*shares_of_blind(m, rng)] for p in QUESTION.parts for m in p.cases]
    shares = np.array([case for case in cases if case])
    assert shares.mean(1).sum() > 1e-4 and (shares**2).mean(1).sum() < 1e-5


def test_an_answer_that_was_blind_once_is_right():
    blind_to = []

    def once_blind(f, grad, x):
        v = np.random.default_rng(0).normal(size=len(x))
        measured = (f(x + 1e-5 * v) - f(x - 1e-5 * v)) / 2e-5
        right = bool(abs(measured - grad @ v) < 1e-4 * abs(measured))
        if right or blind_to:
            return right
        blind_to.append(grad)
        return True

    assert judge(QUESTION, once_blind, seed=0).state is State.RIGHT and blind_to
