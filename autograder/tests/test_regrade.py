"""Regrading without fear: what would change is told first, and why; and every mark can
say where it came from."""

import importlib.util
import json
import shutil
import sys
from dataclasses import replace

import nbformat
import pytest
from chainrule.questions import bank
from corpus.graders import autograde, proctor
from corpus.handins import filled_in, put, right, right_answers
from nbgrader.api import Gradebook
from proctor.grading import origin, run
from proctor.grading.pages import write_pages
from proctor.grading.regrade import dry_run, told
from proctor.grading.run import Stop
from proctor.grading.trace import trace
from proctor.out.gradebook import Marks

UNIT, NAME, QUESTION = "1-derivatives", "00_shapes_and_checks", "affine"
WRONG = "def affine(X, W, b):\n    return 0 * (X @ W.T) + b"


def hand_in(course, student, **answers):
    book = filled_in(NAME, {**right_answers(NAME), **answers})
    put(course, student, NAME, nbformat.writes(book))


@pytest.fixture(scope="module")
def graded(new_course, warm):
    """s01 all right, s02 with one wrong answer; both are graded."""
    made = new_course()
    hand_in(made, "s01")
    hand_in(made, "s02", affine=WRONG)
    run.run(made, UNIT, notebooks=NAME)
    return made


@pytest.fixture
def course(graded, tmp_path):
    return shutil.copytree(graded, tmp_path / "course")


def tried(course, **options):
    return dry_run(course, UNIT, notebooks=NAME, force=True, **options)


def files(course):
    """All that a dry run may not touch."""
    there = [course / "gradebook.db", *course.glob("results/*/*/*")]
    there += [*course.glob("autograded/*/*/*"), *course.glob("submitted/*/*/*")]
    return {path: path.read_bytes() for path in there}


def changes(found):
    return [(c.student, c.question, c.before, c.after, c.why) for c in found.changes]


@pytest.fixture
def stricter(monkeypatch):
    """The bank's question, changed so that no answer agrees with it."""
    question = bank(NAME)[QUESTION]
    parts = [replace(part, agree=lambda *_, **__: False) for part in question.parts]
    monkeypatch.setattr(question, "parts", tuple(parts))
    now = {**origin.versions(NAME), QUESTION: "another"}
    monkeypatch.setattr(origin, "versions", lambda notebook: now)


def test_where_nothing_has_changed_nothing_would(course):
    before = files(course)
    found = tried(course)
    assert (found.changes, found.new, found.stay) == ([], [], 6)
    assert files(course) == before


def test_a_changed_question_is_told_with_who_loses_what_and_no_mark_is_touched(
    course, stricter
):
    before = files(course)
    found = tried(course)
    assert changes(found) == [("s01", QUESTION, 4, 0, "changed: question")]
    assert "s01 loses 4 points" in list(told(found))
    assert files(course) == before


def test_another_answer_is_told_as_such_and_one_who_is_new_too(course):
    hand_in(course, "s02")
    hand_in(course, "s03")
    found = tried(course)
    assert changes(found) == [("s02", QUESTION, 0, 4, "changed: answer, seed")]
    assert found.new == [("s03", NAME, 10)]
    assert "s02 gains 4 points" in list(told(found))


def test_another_grader_is_told(course, monkeypatch):
    monkeypatch.setattr(origin, "grader", lambda: "another")
    hand_in(course, "s02")
    (change,) = tried(course).changes
    assert change.why == "changed: answer, seed, grader"


def test_what_a_person_must_look_at_is_no_loss_of_points_in_silence(course):
    put(course, "s01", NAME, nbformat.writes(right(NAME))[:3000])
    found = tried(course)
    assert [c.after for c in found.changes] == [None, None, None]
    assert any("-> a person" in line for line in told(found))


def test_the_run_meets_the_cases_that_the_dry_run_drew(course):
    hand_in(course, "s02")
    tried(course)
    path = f"{UNIT}/s02/{NAME}.json"
    seed = json.loads((course / "build" / "tried" / path).read_text())["seed"]
    run.run(course, UNIT, notebooks=NAME)
    kept = json.loads((course / "results" / path).read_text())
    assert kept["seed"] == seed and kept["saved"]


def test_points_that_a_person_gave_stay_and_are_counted(course, stricter):
    give(course, "s01", 3)
    found = tried(course)
    assert (found.changes, found.by_person) == ([], 1)


def give(course, student, points):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        row = book.find_grade(f"check-{QUESTION}", NAME, UNIT, student)
        row.manual_score = points
        book.db.commit()


def test_a_mark_of_which_nothing_is_kept_is_told_so(course):
    (course / "results" / UNIT / "s02" / f"{NAME}.json").unlink()
    hand_in(course, "s02")
    (change,) = tried(course).changes
    assert change.why == "nothing is kept of how it was given"
    assert any("nothing is kept" in line for line in trace(course, UNIT, "s02"))


def test_without_marks_there_is_nothing_to_compare(course, monkeypatch):
    monkeypatch.setattr(Marks, "has", lambda self, unit: False)
    with pytest.raises(Stop, match=f"Grade it first: python -m proctor grade {UNIT}"):
        tried(course)


def test_what_is_kept_and_damaged_is_told_with_the_remedy(course):
    path = course / "results" / UNIT / "s02" / f"{NAME}.json"
    path.write_text("{")
    with pytest.raises(Stop, match="Delete it and grade the unit again"):
        write_pages(course)
    path.unlink()
    run.run(course, UNIT, notebooks=NAME)
    assert len(write_pages(course)) == 2


def test_every_mark_says_where_it_came_from(course):
    path = course / "results" / UNIT / "s01" / f"{NAME}.json"
    seed = json.loads(path.read_text())["seed"]
    said = list(trace(course, UNIT, "s01"))
    head = next(line for line in said if NAME in line)
    assert f"release v0.1.0  seed {seed}  grader {origin.grader()}" in head
    (line,) = [line for line in said if QUESTION in line]
    assert f"4 of 4  question {origin.versions(NAME)[QUESTION]}" in line
    assert not any("s02" in line for line in said)


def test_a_mark_of_an_older_question_or_from_elsewhere_says_so(course, monkeypatch):
    give(course, "s01", 3)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        book.find_grade(f"check-{QUESTION}", NAME, UNIT, "s02").auto_score = 2
        book.db.commit()
    now = {**origin.versions(NAME), QUESTION: "another"}
    monkeypatch.setattr("proctor.grading.trace.versions", lambda notebook: now)
    lines = [line for line in trace(course, UNIT) if f" {QUESTION} " in line]
    assert "3 of 4" in lines[0] and "given by a person" in lines[0]
    assert "not from here, where it had 0" in lines[1]
    assert all("since then it became another" in line for line in lines)


def test_the_marks_of_nbgrader_itself_say_where_they_came_from(new_course, warm):
    course = new_course()
    hand_in(course, "s01")
    autograde(course, UNIT, NAME)
    assert any("seed" in line for line in trace(course, UNIT))


def test_the_commands_say_it_and_write_the_course_page(course):
    say = lambda *args: proctor(course, *args).stdout  # noqa: E731
    dry = say("grade", UNIT, "--force", "--dry-run", "--notebook", NAME)
    assert "0 marks would change, 6 stay. Nothing was written" in dry
    assert not (course / "report").exists()
    assert "seed" in say("origin", UNIT, "--only", "s01")
    assert "course-without-ids.html" in say("report")
    assert "s02" in (course / "report" / "course.html").read_text()


BANK = """
from chainrule.questions.draws import numbers_of

def helper(x):  # a remark
    return x + 1

def other(x):
    return x

first = (helper, numbers_of)
second = other
"""


def version(text, tmp_path, monkeypatch):
    """The version of `first` in a module of a bank with this text."""
    name, path = "chainrule.questions.trial", tmp_path / "trial.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    origin.statements.cache_clear()
    found = {}
    origin.gather(name, "first", found)
    return found


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("x + 1", "x + 2", True),
        ("(helper, numbers_of)", "(helper, 3, numbers_of)", True),
        ("# a remark", "# another", False),
        ("    return x\n", "    return 2 * x\n", False),
        ("second = other", "second = 3", False),
    ],
)
def test_a_question_s_version_is_what_makes_it(
    before, after, changes, tmp_path, monkeypatch
):
    assert before in BANK
    first = version(BANK, tmp_path, monkeypatch)
    monkeypatch.setattr("linecache.cache", {})
    again = version(BANK.replace(before, after), tmp_path, monkeypatch)
    assert (first != again) == changes
    assert ("chainrule.questions.draws", "numbers_of") in first


def test_each_question_has_a_version_of_its_own():
    found = origin.versions(NAME)
    assert len({*found.values()}) == len(bank(NAME)) == len(found)
