"""How often chance decides about an answer to `noise_slope`, the statistical question.

A slope is a sum of many small errors, so it is normal: five standard errors are passed
by chance six times in ten million, and an answer meets five cases.
"""

import functools

import numpy as np
import pytest
from chainrule.questions import find
from chainrule.questions.descent.noise import NEAR, fitted, source, spread

LAWS = {"means": 1, "sums": -1, "alike": None}
MISTAKES = find("noise_slope").parts[0].mistakes


def draws(law, count):
    """A case's arguments, its gradients drawn once for all who measure, and the law."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        args = source(law)(rng)
        drawn = functools.cache(args["gradients"])
        yield {**args, "gradients": drawn}, -args["gradients"].law


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_a_right_answer_stays_five_standard_errors_inside_the_bound(law):
    errors = [fitted(spread)(**args) - right for args, right in draws(law, 200)]
    assert np.std(errors) < NEAR / 5 and abs(np.mean(errors)) < np.std(errors) / 3


def wrong(mistake, right, args):
    asked = mistake.rule.__code__.co_varnames[: mistake.rule.__code__.co_argcount]
    known = {**args, "right": right}
    return mistake.rule(**{name: known[name] for name in asked})


def test_no_listed_mistake_is_taken_for_right_in_a_thousand_draws():
    others = draws(None, 1000)
    for args, right in draws(1, 1000):
        alike, slope = next(others)
        for mistake in MISTAKES:
            near = abs(wrong(mistake, right, args) - right) <= NEAR
            assert not near or abs(wrong(mistake, slope, alike) - slope) > NEAR
