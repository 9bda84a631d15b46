"""What the lesson on gradient descent goes on with: right by another way."""

import numpy as np
from chainrule.lessons import descents

RNG = np.random.default_rng(7)


def test_a_descent_ends_after_its_first_short_step():
    found, taken = descents.descent(lambda x: 2 * x, np.array([8.0]), 0.25, 9, 1.5)
    assert taken == 3 and found == [1.0]  # steps of 4, 2 and 1
    assert descents.descent(lambda x: 2 * x, np.array([8.0]), 0.25, 2, 0.0)[1] == 2


def test_a_rate_by_trial_is_two_over_the_largest_curvature():
    X = RNG.normal(size=(9, 3)) * [1, 2, 4]
    bound = 2 / np.linalg.eigvalsh(X.T @ X / 9)[-1]
    np.testing.assert_allclose(descents.stable_rate(X), bound, rtol=1e-6)


def test_a_way_down_follows_the_lowest_eigenvector():
    H = np.array([[1.0, 2.0], [2.0, 1.0]])
    np.testing.assert_allclose(np.abs(descents.way_down(H)), np.sqrt([0.5, 0.5]))
    assert not descents.way_down(np.eye(2)).any()


def test_an_epoch_has_each_row_once_and_a_short_end():
    batches = descents.epoch(7, 3, RNG.permutation)
    assert [len(rows) for rows in batches] == [3, 3, 1]
    assert sorted(np.concatenate(batches)) == [*range(7)]


def test_a_slope_by_ends_is_that_of_a_power_law():
    def gradients(size):
        return np.array([[1.0], [-1.0]]) / np.sqrt(size)

    np.testing.assert_allclose(descents.slope_by_ends(gradients, np.array([2, 9])), -1)


def test_a_random_search_takes_longer_in_a_narrow_valley():
    wide, narrow = np.ones(4), np.geomspace(1, 100, 4)
    calls = [descents.losses_of_random_search(c, 0) for c in (wide, narrow)]
    assert 20 < calls[0] < calls[1]
