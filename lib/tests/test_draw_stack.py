"""A stack and the list that grows beside it."""

import pytest
from chainrule import draw

STATES = [(["y"], []), (["y ✓", "a"], []), ([], ["a", "y"])]
SAID = ["y waits.", "y is marked.", "Both are listed."]


def test_each_step_is_said_in_words_and_the_picture_names_what_waits():
    shown = draw.stack(STATES, SAID)
    assert all(said in shown.html and said in shown.alt for said in SAID)
    assert "On the stack, from its foot: y ✓ a. Listed: nothing." in shown.html


def test_a_step_without_its_sentence_is_refused():
    with pytest.raises(ValueError, match="one sentence for each picture"):
        draw.stack(STATES, SAID[:2])


def test_a_title_stands_above_its_picture_and_before_its_words():
    shown = draw.titled("Inputs come first", draw.stack(STATES, SAID))
    assert shown.html.index("Inputs come first") < shown.html.index("y waits.")
    assert shown.alt.startswith("Inputs come first. A stack")
