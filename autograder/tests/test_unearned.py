"""Answers that are out for points without doing what is asked: what they deserve, by
both graders and by the notebook's own check."""

import json
import subprocess
import sys

import pytest
from corpus import unearned
from corpus.graders import autograde, marks
from corpus.handins import put, unit_of
from corpus.unearned import UNEARNED
from proctor.grading import run

IDS = {f"s{number:02}": tries for number, tries in enumerate(UNEARNED, 1)}
NOTEBOOKS = sorted({answer.notebook for answer in UNEARNED.values()})
LAST = {UNEARNED[tries].notebook: student for student, tries in IDS.items()}
each = pytest.mark.parametrize("student", IDS, ids=IDS.get)


@pytest.fixture(scope="module")
def course(new_course, warm):
    """A course in which each of these answers stands in a notebook of its own."""
    course = new_course()
    for student, tries in IDS.items():
        put(course, student, UNEARNED[tries].notebook, unearned.handed_in(tries))
    return course


def all_marks(course):
    found = {}
    for notebook in NOTEBOOKS:
        found |= {
            student: points
            for student, points in marks(course, unit_of(notebook), notebook).items()
            if UNEARNED[IDS[student]].notebook == notebook
        }
    return found


@pytest.fixture(scope="module")
def graded(course):
    for notebook in NOTEBOOKS:
        run.run(course, unit_of(notebook), notebooks=notebook)
    return all_marks(course)


@pytest.fixture(scope="module")
def by_nbgrader(graded, course):
    """The marks where nbgrader itself has graded the last answer of each notebook."""
    for notebook, student in LAST.items():
        autograde(course, unit_of(notebook), notebook, student)
    return all_marks(course)


@each
def test_it_earns_no_more_than_is_fair(graded, student):
    assert graded[student] <= UNEARNED[IDS[student]].fair


@pytest.mark.parametrize("student", LAST.values(), ids=LAST)
def test_it_earns_no_more_than_is_fair_by_nbgrader(by_nbgrader, student):
    assert by_nbgrader[student] <= UNEARNED[IDS[student]].fair


@pytest.fixture(scope="module")
def checked():
    command = [sys.executable, unearned.__file__]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@each
def test_the_notebook_s_own_check_says_no_more(checked, student):
    answer = UNEARNED[IDS[student]]
    most = answer.fair if answer.checked is None else answer.checked
    assert checked[IDS[student]] is not None and checked[IDS[student]] <= most


def test_what_is_right_but_for_its_loops_earns_the_rest(graded):
    (student,) = [s for s, tries in IDS.items() if "loops over copies" in tries]
    assert graded[student] == 3
