"""Broadcasting drawn: every shape on the way, and no page for what does not fit."""

import re

import numpy as np
import pytest
from chainrule import draw
from packed import pages

ROW, COLUMN = np.arange(3), np.arange(3)[:, None]


def test_the_alt_text_says_the_shapes_before_and_after():
    alt = draw.stretch(ROW, COLUMN, ("p", "t")).alt
    assert "p (3,) and t (3, 1)" in alt and "p + t has shape (3, 3)" in alt


def test_the_last_page_shows_numbers_as_numpy_adds_them():
    shown = re.findall(r">(\d+)</text>", pages(draw.stretch(10 * ROW, COLUMN))[-1])
    assert shown[-9:] == [str(x) for x in (10 * ROW + COLUMN).ravel()]


def test_copies_are_dashed_and_as_many_as_the_stretch_makes():
    stretched = pages(draw.stretch(ROW, COLUMN))[2]
    assert stretched.count("stroke-dasharray") == (9 - 3) + (9 - 3)


def test_numbers_of_an_array_s_own_are_coloured_and_so_are_no_copies():
    stretched = pages(draw.stretch(ROW, COLUMN))[2]
    assert stretched.count('stroke="#2347b5"') == 3 + 3


def test_a_stretched_array_keeps_its_own_shape_in_its_title():
    last = pages(draw.stretch(ROW, COLUMN, ("p", "t")))[-1]
    assert "p (3,) → (3, 3)" in last and "t (3, 1) → (3, 3)" in last


@pytest.mark.parametrize("b", [np.ones(2), np.ones((2, 3, 3))])
def test_shapes_that_do_not_fit_the_rule_or_the_page_are_refused(b):
    with pytest.raises(ValueError, match=r"shape|axes"):
        draw.stretch(ROW, b)
