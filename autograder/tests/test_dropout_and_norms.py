"""How often chance decides on `gaussian_dropout`: measured on thousands of answers."""

from math import erfc, sqrt

import numpy as np
import pytest
from chainrule.questions import find
from chainrule.questions.dropout_and_norms.noise import (
    ERRORS,
    SHAPE,
    off,
    right_spread,
    statistics,
)

QUESTION = find("gaussian_dropout")
(PART,) = QUESTION.parts
ASKED = len(PART.cases) + 2  # one more is drawn, and one is asked again


def case(rng, number):
    return PART.cases[number](rng, None).args


def scores(count):
    """How many standard errors each statistic of right answers is off."""
    rng = np.random.default_rng(0)
    for number in range(count):
        p = case(rng, number % len(PART.cases))["p_drop"]
        factors = 1 + right_spread(p) * rng.normal(size=SHAPE)
        found = statistics(factors, p).values()
        yield [(value - right) / error for value, right, error in found]


def test_the_standard_errors_are_no_smaller_than_what_chance_does():
    found = np.array([*scores(3000)])
    assert np.all(found.std(axis=0) < 1.05)
    assert np.abs(found).max() < 5 < ERRORS


def test_a_right_answer_is_rejected_less_than_once_in_10_000_checks():
    """The tail of each statistic, were it normal, with a hundredfold allowance."""
    tail = erfc(ERRORS / sqrt(2))
    assert 100 * tail * 5 * ASKED < 1e-4


@pytest.mark.parametrize("mistake", PART.mistakes, ids=lambda m: m.says[:40])
def test_a_listed_wrong_answer_never_passes_in_1_000_checks(mistake):
    rng = np.random.default_rng(1)
    passed = 0
    for _ in range(1000):
        for number in rng.permutation(len(PART.cases)):
            args = case(rng, number)
            yours = mistake.wrong(PART.oracle, **args)
            if off(yours, args["x"], args["p_drop"]):
                break
        else:
            passed += 1
    assert passed == 0
