"""The memory of a call is that of the moment when it holds most."""

import tracemalloc

import numpy as np
import pytest
from chainrule.weigh import most_held

KILOBYTES_8 = 8 * 1000


def two_at_once(n):
    return [np.ones(n), np.ones(n)]


def one_after_the_other(n):
    first = np.ones(n).sum()
    return first + np.ones(n).sum()


def stops(n):
    raise ValueError("It stops.")


@pytest.mark.parametrize(
    ("call", "arrays"), [(np.ones, 1), (two_at_once, 2), (one_after_the_other, 1)]
)
def test_arrays_count_while_they_are_held_together(call, arrays):
    held = most_held(call, 1000)
    assert arrays * KILOBYTES_8 <= held < (arrays + 0.5) * KILOBYTES_8


def test_a_call_that_stops_leaves_nothing_switched_on():
    with pytest.raises(ValueError, match="stops"):
        most_held(stops, 1000)
    assert not tracemalloc.is_tracing()
