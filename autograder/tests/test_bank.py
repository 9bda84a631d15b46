"""Every question of the bank against answers as students write them."""

import contextlib
import functools
import io
import re

import numpy as np
import pytest
from chainrule.questions import NOTEBOOKS, bank, find, numbers, verdict
from corpus.catalogue import catalogued, corpus, judged, mistakes
from corpus.lessons import nearly_all
from corpus.mutants import cells
from proctor.source.percent import solved, stub

# How many seeds each kind of answer meets. figures.py tries more, and the bank's own
# tests hold each mistake to its sentence on five.
SEEDS = {"right": 2, "mistakes": 1}
# Walks of 5,000 nodes, with one number drawn, and a training that takes seconds.
LONG = dict.fromkeys(("topo_order", "backward", "epoch_loss", "fit", "train_pairs"), 1)


def answers(kind):
    """(notebook, question, source) for each answer of one kind in the corpus."""
    for notebook in NOTEBOOKS:
        for i, (name, source) in enumerate(catalogued(notebook, kind)):
            yield pytest.param(notebook, name, source, id=f"{name}-{i}")


MISTAKES = [
    pytest.param(notebook, *found, id=f"{found[0]}-{found[-1].says[:30]}")
    for notebook in NOTEBOOKS
    for found in mistakes(notebook)
]


REFERENCES = [
    pytest.param(notebook, cell.name, id=cell.name)
    for notebook in NOTEBOOKS
    for cell in cells(notebook)
    if cell.role == "answer"
]


def namespace(notebook, student, text_of):
    """What a notebook's cells define, demos and checks left out."""
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells(notebook):
            if cell.role in ("setup", "code", "answer"):
                exec(text_of(cell), names)
                names["STUDENT"] = student
    return names


@functools.cache
def answered(notebook, student):
    """A notebook's names with the course's own answers, for one student."""
    return namespace(notebook, student, lambda cell: solved(cell.text))


@pytest.fixture(scope="module")
def lesson():
    """A notebook's names before any answer is written, made once."""
    made = {notebook: namespace(notebook, "", stubbed) for notebook in NOTEBOOKS}
    return made.__getitem__


def stubbed(cell):
    return stub(cell.text) if cell.role == "answer" else cell.text


def write(names, source, student):
    names = {**names, "STUDENT": student}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source, names)
    return names


def verdicts(names, name, source, seeds, above=-1):
    """The verdict on an answer for each seed, and for each student's own numbers; what
    is said is left out where it earns no more points than `above`."""
    for seed in range(min(seeds, LONG.get(name, seeds))):
        student = f"student {seed}"
        with contextlib.redirect_stdout(io.StringIO()):
            written = write(names, source, student)
            yield verdict(find(name), written, student, seed, above)


@pytest.mark.parametrize("notebook, name", REFERENCES)
def test_the_reference_answer_is_right_on_every_seed(notebook, name):
    for seed in range(LONG.get(name, 5)):
        student = f"student {seed}"
        names = answered(notebook, student)
        assert verdict(find(name), names, student, seed).state == "right"


@pytest.mark.parametrize("notebook, name, source", [*answers("right")])
def test_another_right_answer_is_right_on_every_seed(lesson, notebook, name, source):
    found = verdicts(lesson(notebook), name, source, SEEDS["right"])
    assert {v.state for v in found} == {"right"}


@pytest.mark.parametrize("notebook, name, source", [*answers("wrong")])
def test_a_wrong_answer_never_earns_full_marks(lesson, notebook, name, source):
    most = nearly_all(find(name))
    (found,) = verdicts(lesson(notebook), name, source, 1, most)
    assert found.state in ("wrong", "partly right")


@pytest.mark.parametrize("notebook, name, source, mistake", MISTAKES)
def test_a_mistake_is_told_its_own_sentence_on_every_seed(
    lesson, notebook, name, source, mistake
):
    found = verdicts(lesson(notebook), name, source, SEEDS["mistakes"])
    told = {(v.state == "right", v.advice) for v in found}
    assert told == {(False, mistake.says)}


@pytest.mark.parametrize("notebook, name", REFERENCES)
def test_an_untouched_answer_is_not_written(lesson, notebook, name):
    found = verdict(find(name), lesson(notebook))
    assert (found.state, found.points) == ("not written", 0)


@pytest.mark.parametrize("given", ["return None", "return 0", "return []", "pass"])
@pytest.mark.parametrize("notebook, name", REFERENCES)
def test_a_stub_that_no_longer_says_it_is_one_earns_nothing(
    lesson, notebook, name, given
):
    (cell,) = [c for c in cells(notebook) if (c.role, c.name) == ("answer", name)]
    source = re.sub(r"raise NotImplementedError.*", given, stub(cell.text))
    (found,) = verdicts(lesson(notebook), name, source, 1, above=0)
    assert found.points == 0


@pytest.mark.parametrize("kind", ["right", "wrong"])
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_corpus_holds_enough_answers_to_every_question(notebook, kind):
    least = {"right": 2, "wrong": 5}[kind]
    written = corpus(notebook)
    assert all(len(set(written[name].of(kind))) >= least for name in judged(notebook))


def values():
    """The wrong answers to questions that ask for a value."""
    for kind in ("wrong", "told", "mistakes"):
        for case in answers(kind):
            notebook, name, _ = case.values
            if bank(notebook)[name].value:
                yield case


@pytest.mark.parametrize("notebook, name, source", [*values()])
def test_no_verdict_on_a_wrong_value_gives_the_right_one_away(
    lesson, notebook, name, source
):
    found_by_seed = verdicts(lesson(notebook), name, source, SEEDS["right"])
    for seed, found in enumerate(found_by_seed):
        given = numbers(name, f"student {seed}")
        right = bank(notebook)[name].parts[0].oracle(**given)
        answer = write(lesson(notebook), source, f"student {seed}")[name]
        said = set(re.findall(r"[\d.]+", str(found))) - set(map(str, given.values()))
        assert not told(right) & said - told(answer)


def told(values):
    """How a verdict would write these numbers; of several, those of three signs or
    more, since a point count or an index may be as short by chance."""
    try:
        values = np.ravel(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        return set()
    texts = {f"{abs(value):.6g}" for value in values}
    return {text for text in texts if len(text) > 2 or len(values) == 1}


def told_answers():
    """(notebook, question, cell, what may be said of it)."""
    for notebook in NOTEBOOKS:
        for name, answers in corpus(notebook).items():
            for i, (text, says) in enumerate(answers.told.items()):
                said = {says} if isinstance(says, str) else {*says}
                cell = answers.cell(name, text)
                yield pytest.param(notebook, name, cell, said, id=f"{name}-{i}")


TOLD = [*told_answers()]


def beyond(verdict):
    """What the story says beside its indented lines."""
    lines = [line for line in verdict.story.split("\n") if line[:1] != " "]
    return " ".join(line for line in lines if not line.endswith(" off too."))


@pytest.mark.parametrize("notebook, name, cell, said", TOLD)
def test_what_is_said_of_an_unlisted_answer_is_true(lesson, notebook, name, cell, said):
    for found in verdicts(lesson(notebook), name, cell, 2):
        assert found.state in ("wrong", "partly right") and not found.advice
        in_words = any(says and says in found.story for says in said)
        assert beyond(found) in said or (in_words and not beyond(found))


def test_three_of_four_unlisted_answers_are_told_more_than_numbers():
    told = [case for case in TOLD if "" not in case.values[-1]]
    assert len(TOLD) >= 90 and len(told) >= 0.75 * len(TOLD)


def test_the_unlisted_answers_are_to_questions_of_every_notebook():
    assert {case.values[0] for case in TOLD} == {*NOTEBOOKS}


def test_what_a_number_should_be_is_not_told_where_the_number_is_asked_for():
    for notebook, name, _, said in (case.values for case in TOLD):
        if bank(notebook)[name].value:
            assert said == {""}


def test_what_only_a_student_s_code_can_show_stands_in_the_corpus():
    """A mistake of a class, or of what a probe uses, is written as a student would."""
    for notebook in NOTEBOOKS:
        written = {(name, mistake.says) for name, _, mistake in mistakes(notebook)}
        for name, question in judged(notebook).items():
            probed = [part for part in question.parts if part.probe]
            missing = {m.says for part in probed for m in part.mistakes}
            assert {(name, says) for says in missing} <= written
