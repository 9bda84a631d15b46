"""Right answers with one thing changed: none that is wrong is found right."""

import itertools

import figures
import pytest
from chainrule.questions import NOTEBOOKS
from corpus import decide, mutants
from corpus.catalogue import corpus, judged
from corpus.lessons import lesson

# A mutant's alarm may ring inside a callback of the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
EVERY = 240  # figures.py judges them all
RIGHT = [
    pytest.param(notebook, name, source, id=f"{name}-{i}")
    for notebook in NOTEBOOKS
    for i, (name, source) in enumerate(mutants.right_answers(notebook))
]


@pytest.fixture(scope="module")
def sample():
    """(notebook, question, text, "right", "wrong" or "neither") of some mutants."""
    return [
        (notebook, name, source, decide.decided(lesson(notebook), name, source))
        for notebook in NOTEBOOKS
        for name, source in mutants.some_mutants(notebook, EVERY)
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_question_has_a_decider_and_some_dozen_mutants(notebook):
    found = {name: set() for name in judged(notebook)}
    for name, source, left_alone in mutants.sources_of_mutants(notebook):
        found[name] |= {*itertools.islice(mutants.mutants(source, left_alone), 13)}
    for name, several in found.items():
        assert corpus(notebook)[name].decider and len(several) > 12


@pytest.mark.parametrize("notebook, name, source", RIGHT)
def test_a_right_answer_is_off_nowhere(notebook, name, source):
    assert decide.decided(lesson(notebook), name, source, inputs=20) == "right"


def test_no_wrong_mutant_is_found_right(sample):
    wrong = [(n, name, source) for n, name, source, what in sample if what == "wrong"]
    assert len(wrong) > 100
    for notebook, name, source in wrong:
        (times,) = figures.times_accepted(notebook, [(name, source)], [0], "", True)
        assert times == 0, source


def test_no_equivalent_mutant_is_found_wrong(sample):
    for notebook, name, source, what in sample:
        if what == "right" and "float32" not in source:  # no decider is so exact
            assert figures.accepted(notebook, name, source, seed=0), source


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_answer_that_remembers_or_changes_what_it_should_not_is_found_right(
    notebook,
):
    habitual = [*mutants.habitual(mutants.own_answers(notebook))]
    assert len(habitual) > 5
    found = figures.times_accepted(notebook, habitual, [0], "")
    assert [*found] == [0] * len(habitual)
