"""Answers that are out for points without doing what is asked: what they deserve, by
both graders and by the notebook's own check."""

import json
import subprocess
import sys

import nbformat
import pytest
import unearned
from graders import autograde, begin, marks
from proctor.grading import run
from unearned import SOURCES, UNEARNED

IDS = {f"s{number:02}": tries for number, tries in enumerate(UNEARNED, 1)}
PLACES = sorted(
    {(SOURCES[u.notebook].parent.name, u.notebook) for u in UNEARNED.values()}
)
each = pytest.mark.parametrize("student", IDS, ids=IDS.get)


@pytest.fixture(scope="module")
def course(tmp_path_factory, warm):
    """A course in which each of these answers stands in a notebook of its own."""
    course = tmp_path_factory.mktemp("unearned")
    begin(course, *dict.fromkeys(unit for unit, _ in PLACES))
    for student, tries in IDS.items():
        path = SOURCES[UNEARNED[tries].notebook]
        folder = course / "submitted" / student / path.parent.name
        folder.mkdir(parents=True)
        nbformat.write(unearned.handed_in(tries), folder / f"{path.stem}.ipynb")
    return course


def all_marks(course):
    found = {}
    for unit, notebook in PLACES:
        found |= {
            student: points
            for student, points in marks(course, unit, notebook).items()
            if UNEARNED[IDS[student]].notebook == notebook
        }
    return found


@pytest.fixture(scope="module")
def graded(course):
    for unit, notebook in PLACES:
        run.run(course, unit, notebooks=notebook)
    return all_marks(course)


@pytest.fixture(scope="module")
def by_nbgrader(graded, course):
    for unit, notebook in PLACES:
        autograde(course, unit, notebook)
    return all_marks(course)


@each
def test_it_earns_no_more_than_is_fair(graded, student):
    assert graded[student] <= UNEARNED[IDS[student]].fair


@each
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
