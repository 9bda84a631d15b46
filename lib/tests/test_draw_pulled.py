"""The Jacobian drawn beside its product: every number, and which of them are 0."""

import re

import numpy as np
import pytest
from chainrule import draw
from packed import pages

G = np.array([0.5, -2.0, 1.25])
FULL = np.array([[1.0, 2.5], [0.75, -1.0], [4.0, 3.0]])
GATES = np.diag([1.0, 0.0, 1.0])


def numbers_on(page):
    shown = re.findall(r">(−?[\d.]+)</text>", page)
    return [float(text.replace("−", "-")) for text in shown]


def test_a_page_shows_g_then_the_jacobian_then_their_product():
    (page,) = pages(draw.pulled(G, {"f": FULL}))
    expected = np.concatenate([G, FULL.ravel(), G @ FULL])
    np.testing.assert_allclose(numbers_on(page), expected, atol=0.005)


def test_the_alt_text_counts_the_entries_that_are_not_0():
    alt = draw.pulled(G, {"gates": GATES, "f": FULL}).alt
    assert "gates, 3 inputs and 3 outputs: 2 of J's 9 entries aren't 0" in alt
    assert "f, 2 inputs and 3 outputs: 6 of J's 6 entries aren't 0" in alt


def test_what_is_not_there_is_a_plain_0_and_what_is_small_is_not():
    (page,) = pages(draw.pulled(G, {"f": FULL * [[0], [1], [0.001]]}))
    assert (
        page.count(">0</text>") == 2 and len(re.findall(r">0\.00\d</text>", page)) == 2
    )


def test_slopes_may_be_yes_and_no():
    assert draw.pulled(G, {"f": GATES}).html == draw.pulled(G, {"f": GATES > 0}).html


def test_numbers_without_a_row_for_each_are_refused():
    with pytest.raises(ValueError, match="3 rows and g only 2"):
        draw.pulled(G[:2], {"f": FULL})
