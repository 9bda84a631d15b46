"""A lesson goes on with the student's own function where that is right."""

import numpy as np
import pytest
from chainrule.questions import check, last_verdict
from chainrule.standby import Kept, if_right, yours


def right(x):
    return x**2, x.sum()


def also_right(x):
    return [x * x, float(np.sum(x))]


def stops(x):
    raise NotImplementedError


WRONG = [
    stops,
    ...,
    lambda x: x**2,
    lambda x: (x**2,),
    lambda x: (x**3, x.sum()),
    lambda x: (x[None] ** 2, x.sum()),
    lambda x: (x**2, np.nan),
    lambda x: (x**2, "many"),
]
TRIAL = np.array([1.0, 2.0, -3.0])


def test_an_answer_that_agrees_is_taken_without_a_word(capsys):
    assert yours(also_right, right, TRIAL) is also_right
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("answer", WRONG)
def test_a_stand_in_is_taken_for_any_other_and_that_is_said(capsys, answer):
    assert yours(answer, right, TRIAL) is right
    assert "isn't right yet" in capsys.readouterr().out


def test_a_trial_stays_as_it_is_and_warns_of_nothing(recwarn):
    def divides(x):
        x /= np.zeros(3)
        return x, x.sum()

    trial = TRIAL.copy()
    assert yours(divides, right, trial) is right
    assert np.array_equal(trial, TRIAL) and not recwarn


def test_the_line_names_the_answer(capsys):
    yours(stops, right, TRIAL)
    assert capsys.readouterr().out.startswith("Your stops isn't right yet")


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def test_an_answer_whose_check_passes_is_taken_without_a_word(capsys):
    assert if_right("central_difference", central, forward) is central
    assert capsys.readouterr().out == ""


def test_a_stand_in_is_taken_for_an_answer_whose_check_fails(capsys):
    assert if_right("central_difference", forward, central) is central
    assert "Your central_difference isn't right yet" in capsys.readouterr().out


def test_the_last_verdict_is_remembered_for_the_very_same_answer():
    found = check("central_difference", forward)
    assert last_verdict("central_difference", forward) is found
    assert last_verdict("central_difference", central) is None


def test_a_kept_answer_is_the_lesson_s_and_no_name_leads_to_it():
    kept = Kept("descents").descent
    assert kept.__module__ == "chainrule.standby"
    places = kept(lambda w: w, np.ones(2), 0.5, 3, 0.0)
    assert np.allclose(places[0], 0.125)
