"""What chance decides when weights are judged, and how seldom.

The sum of N squares of normal weights follows a chi-square law, so a measure of many
thousand weights is drawn as one number.
"""

import numpy as np
import pytest
from chainrule.questions.initialization.weights import (
    bounds,
    leaky_weights,
    measured,
    sizes,
)

(PART,) = leaky_weights.parts
LAYERS_IN_A_CHECK = len(PART.cases) + 2
FEWEST = {"n_out": 200, "n_in": 380}


def drawn(variance, n_out, n_in, rng, count=1):
    """What is measured of normal weights: one row for each of `count` draws."""
    weights = 2 * n_out * n_in
    freedom = weights, 2 * n_out, 2 * n_in
    total, rows, columns = (rng.chisquare(n, count) / n for n in freedom)
    mean = rng.normal(0, np.sqrt(1 / variance / weights), count)
    return variance * np.stack([total, mean, rows, columns], axis=1)


def accepted(found, right, n_out, n_in):
    off = np.abs(found - right)
    return np.all(off <= bounds(right[0], n_out, n_in), axis=-1)


def test_a_right_answer_is_rejected_less_often_than_once_in_ten_thousand_checks():
    rng, right, draws = np.random.default_rng(0), np.array([1.0, 0, 1, 1]), 10**6
    for fans in (FEWEST, {"n_out": 380, "n_in": 200}):
        found = drawn(1.0, **fans, rng=rng, count=draws)
        rejected = draws - accepted(found, right, **fans).sum()
        assert LAYERS_IN_A_CHECK * rejected / draws < 1e-4 / 2


def test_what_is_drawn_here_is_what_the_judge_measures():
    rng, variance = np.random.default_rng(1), 0.004

    def normal(n_out, n_in, slope, seed):
        return np.random.default_rng(seed).normal(0, variance**0.5, (n_out, n_in))

    seen = [measured(normal, **FEWEST, slope=0.3, seed=3 * k) for k in range(150)]
    told = drawn(variance, **FEWEST, rng=rng, count=10**4)
    assert np.std(seen, axis=0) == pytest.approx(np.std(told, axis=0), rel=0.25)
    assert np.mean(seen, axis=0) == pytest.approx(np.mean(told, axis=0), 0.01, 6e-5)


def test_weights_from_a_uniform_law_stay_well_inside():
    def uniform(n_out, n_in, slope, seed):
        return np.random.default_rng(seed).uniform(-(3**0.5), 3**0.5, (n_out, n_in))

    for k in range(100):
        found = measured(uniform, **FEWEST, slope=0.3, seed=3 * k)
        assert np.all(np.abs(found - [1, 0, 1, 1]) < 0.8 * bounds(1.0, **FEWEST))


@pytest.mark.parametrize("mistake", PART.mistakes, ids=lambda m: m.says[:30])
def test_a_listed_mistake_passes_never_in_a_thousand_layers(mistake):
    rng = np.random.default_rng(2)
    for _ in range(1000):
        args = sizes(rng)
        fans = {key: args[key] for key in ("n_out", "n_in")}
        right = PART.oracle(**args)
        variance = mistake.wrong(PART.oracle, **args)[0]
        found = drawn(variance, **fans, rng=rng) if variance else np.zeros(4)
        assert not accepted(found, right, **fans).any()
