"""The shape ledger: one box per entry, dotted until its step has come."""

import re

import numpy as np
from chainrule import draw
from packed import pages

SHAPES = {"X": (5, 4), "b": (3,), "s": ()}
STEPS = {"X b s": "Given.", "dX db": "Two are pulled back.", "ds": "And the last."}
MEETS = {"dX db": {"X": np.s_[:, 0], "b": (), "dX": (0, 0)}}
ENTRIES = 5 * 4 + 3 + 1


def test_each_array_and_each_gradient_has_a_box_per_entry():
    for page in pages(draw.ledger(SHAPES, STEPS, MEETS)):
        assert page.count("<rect") == 2 * ENTRIES


def test_what_is_not_known_yet_is_dotted():
    dotted = [p.count("dasharray") for p in pages(draw.ledger(SHAPES, STEPS, MEETS))]
    assert dotted == [ENTRIES, 1, 0]


def test_what_a_step_makes_known_is_bold_on_its_page():
    (bold,) = [
        re.findall(r'font-weight="700"[^>]*>(d\w)', page)
        for page in pages(draw.ledger(SHAPES, STEPS, MEETS))[1:2]
    ]
    assert bold == ["dX", "db"]


def test_the_alt_text_says_every_shape():
    assert "X 5 × 4, b 3, s 1" in draw.ledger(SHAPES, STEPS, MEETS).alt


def test_the_boxes_that_meet_in_an_entry_are_dark_on_their_steps_page():
    shown = pages(draw.ledger(SHAPES, STEPS, MEETS))
    assert [page.count('fill-opacity="0.75"') for page in shown] == [0, 5 + 1, 0]


def test_what_is_not_kept_is_dotted_again():
    shown = pages(draw.ledger(SHAPES, STEPS, MEETS, leaves={"ds": "X b"}))
    assert [p.count("dasharray") for p in shown] == [ENTRIES, 1, 5 * 4 + 3]
