"""Right answers with one thing changed: none that is wrong is found right."""

import sys
from pathlib import Path

import pytest

AUTOGRADER = Path(__file__).parents[1]
sys.path[:0] = [str(AUTOGRADER), str(AUTOGRADER / "tests" / "corpus")]

import figures  # noqa: E402
import mutants  # noqa: E402

EVERY = 9  # figures.py judges them all


@pytest.fixture(scope="module")
def names():
    return mutants.lesson()


@pytest.fixture(scope="module")
def met(names):
    """(share of inputs on which it is off, times found right, text) of each mutant."""
    found = mutants.every_mutant()[::EVERY]
    return [
        (
            mutants.share_wrong(names, name, source),
            figures.accepted(names, name, source, seed=0),
            source,
        )
        for name, source in found
    ]


def test_there_are_several_hundred_mutants_and_some_of_every_question():
    found = [name for name, _ in mutants.every_mutant()]
    assert len(found) > 500 and all(found.count(name) > 50 for name in mutants.INPUTS)


@pytest.mark.parametrize("name, source", [*mutants.right_answers()])
def test_a_right_answer_is_off_nowhere(names, name, source):
    assert mutants.share_wrong(names, name, source) == 0


def test_no_wrong_mutant_is_found_right(met):
    assert [s for share, found, s in met if share >= mutants.CLEARLY and found] == []


def test_no_equivalent_mutant_is_found_wrong(met):
    assert [s for share, found, s in met if share == 0 and not found] == []
