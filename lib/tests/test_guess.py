"""A guess is shown beside the truth, whatever it is, and told how near it came."""

import numpy as np
import pytest
from chainrule import guess


def said(capsys, *args):
    guess.beside(*args)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("guessed", "truth", "told"),
    [
        (0.551, 0.55144, "Close: your guess lies 0.1% below."),
        (0.5514, 0.55144, "That is right."),
        (0.7, 0.55144, "Your guess lies 26.9% above."),
        (-0.7, -0.55144, "Your guess lies 26.9% below."),
        (10, 0.5, "20 times too large."),
        (0.01, 0.5, "50 times too small."),
        (-1, 2, "has the other sign."),
        (0.25, 0, "is off by 0.25."),
        (0, 3, "is off by 3."),
        (float("nan"), 1, "Only one of the two is finite."),
        (1000, float("inf"), "Only one of the two is finite."),
        (float("inf"), float("inf"), "That is right."),
        (" Softmax ", "softmax", "That is right."),
        ("normalise", "softmax", "Your guess says something else."),
        ("many", 3, "Your guess says something else."),
        (True, False, "Your guess says something else."),
        ((2, 3), (2, 3), "That is right."),
        ((3, 2), (3, 3), "1 of 2 are right; the largest gap is 1."),
        ([0.5, 0.25], np.array([0.5, 0.75]), "the largest gap is 0.5."),
        (3, (2, 3), "Here 2 numbers were asked for."),
        ((2, 3, 4), (2, 3), "Here 2 numbers were asked for."),
        ((1, 4), (4,), "Found: (4,). Here 1 number was asked for."),
        ((2, "x"), (2, 3), "something else than numbers"),
        ((2, ...), (2, 3), "something else than numbers"),
    ],
)
def test_a_guess_is_told_how_near_it_came(capsys, guessed, truth, told):
    assert told in said(capsys, guessed, truth)


def test_both_are_shown_with_the_unit_of_the_truth(capsys):
    line = said(capsys, 600, 1234567.0, "bytes")
    assert line.startswith("You guessed 600. Found: 1,234,567 bytes.")


def test_no_guess_is_said_and_the_truth_is_shown(capsys):
    line = said(capsys, ..., np.float32(0.25), "nats")
    assert line == "You made no guess. Found: 0.25 nats.\n"


def test_a_close_guess_is_called_close(capsys):
    assert "Close: your guess lies" in said(capsys, 0.95, 1.0)
    assert "Close" not in said(capsys, 0.8, 1.0)


def test_a_guess_within_a_given_factor_is_right(capsys):
    for guessed in (2e-7, 1e-5):
        guess.beside(guessed, 1.8e-6, within=10)
        assert "right within a factor of 10." in capsys.readouterr().out
    for guessed in (1e-7, -1e-6, 0):
        guess.beside(guessed, 1.8e-6, within=10)
        assert "right" not in capsys.readouterr().out
