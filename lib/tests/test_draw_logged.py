"""Losses of several runs in small panels."""

import pytest
from chainrule import draw
from chainrule.draw.logged import _ticks

RUNS = {name: [[2.0, 1.5, 1.0, 0.5], [1.8, 1.2]] for name in "ABCDEF"}


@pytest.mark.parametrize("count", [1, 3, 6])
def test_every_run_is_told_with_its_last_losses(count):
    some = dict(list(RUNS.items())[:count])
    picture = draw.logged(some, "All runs are equal", 1.79)
    assert picture.alt.startswith("All runs are equal. Last losses: A: training 0.5")
    assert picture.alt.count("validation 1.2") == count


@pytest.mark.parametrize("ends", [(0.3, 4), (0.01, 100), (0.6, 1e5), (0.02, 5)])
def test_an_axis_has_a_few_numbers_between_its_ends(ends):
    ticks = _ticks(*ends)
    assert 2 <= len(ticks) <= 6 and all(ends[0] < t < ends[1] for t in ticks)
