"""Histograms of layers side by side."""

import numpy as np
import pytest
from chainrule import draw


@pytest.fixture
def ax():
    _, ax = draw.figure("Layers differ", "layer", "z")
    return ax


def width_at(collection, height):
    """How wide a histogram is at a height."""
    corners = collection.get_paths()[0].vertices
    near = corners[np.abs(corners[:, 1] - height) < 0.06]
    return np.ptp(near[:, 0])


def test_a_layer_is_widest_where_most_of_its_values_are(ax):
    values = np.repeat([-0.5, 0.5], [100, 300])
    draw.levels(ax, [7], [values], draw.TAPE, (-1, 1))
    (drawn,) = ax.collections
    assert width_at(drawn, 0.5) == pytest.approx(3 * width_at(drawn, -0.5), rel=0.01)


def test_each_layer_stands_above_its_number_and_none_overlaps(ax):
    values = [np.linspace(-1, 1, 50), np.zeros(50)]
    draw.levels(ax, [1, 50], values, draw.TAPE, (-1, 1))
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "50"]
    first, second = (c.get_paths()[0].vertices[:, 0] for c in ax.collections)
    assert first.max() < second.min()


def test_values_beyond_the_span_count_at_its_ends(ax):
    draw.levels(ax, [1], [np.full(9, 8.0)], draw.TAPE, (-1, 1))
    (drawn,) = ax.collections
    assert width_at(drawn, 0.98) > 0.5
