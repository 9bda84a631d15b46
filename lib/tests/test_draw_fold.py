"""A stretch run backward: copies that belong together are marked, then added."""

import re

import numpy as np
import pytest
from chainrule import draw
from packed import pages

G = np.array([[1.0, 2, 30], [4, 5, 60]])


def numbers_on(page):
    return [int(text) for text in re.findall(r">(\d+)</text>", page)]


@pytest.mark.parametrize(
    ("shape", "total", "together"),
    [((3,), [5, 7, 90], 2), ((2, 1), [33, 69], 3), ((), [102], 6), ((1, 3), None, 2)],
)
def test_a_gradient_is_summed_over_the_copies(shape, total, together):
    arrives, marked, summed = pages(draw.fold(G, {"b": shape}))
    assert numbers_on(arrives) == numbers_on(marked) == [1, 2, 30, 4, 5, 60]
    assert marked.count('stroke-width="3" fill=') == together
    assert numbers_on(summed)[6:] == (total or [5, 7, 90])


def test_the_words_name_the_axes_and_every_shape_on_the_way():
    alt = draw.fold(G, {"b": (3,)}).alt
    assert "the sum over axis 0 has shape (1, 3), and without the new axes (3,)" in alt


def test_a_shape_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"shape|broadcast"):
        draw.fold(G, {"b": (2,)})
    with pytest.raises(ValueError, match="can't be stretched"):
        draw.fold(G, {"b": (5, 2, 3)})
