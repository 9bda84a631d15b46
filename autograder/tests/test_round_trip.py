"""From a download to the LMS's own table: each file's mark comes back to its student.

The marks are made of the files' bytes, not by a room; rooms have tests of their own.
"""

import csv
import hashlib
import io
import shutil

import pytest
from chainrule.questions import bank
from chainrule.verdict import State, Verdict
from corpus import downloads
from proctor.grading.grade import Result
from proctor.grading.run import course_at
from proctor.lms import export, roster
from proctor.lms.collect import Collection
from proctor.lms.given import given
from proctor.out.gradebook import Marks

UNIT, NOTEBOOK, TITLE = "1-derivatives", "01_three_derivatives", "Unit 1"
OUT_OF = sum(question.points for question in bank(NOTEBOOK).values())
CLASS = downloads.a_class(200)
FILES = downloads.handed_in(CLASS, NOTEBOOK)
LAST = {file.student.id: file.raw for file in downloads.latest(FILES)}
LMS = {
    "canvas": (downloads.canvas, downloads.canvas_gradebook, "SIS Login ID"),
    "moodle": (downloads.moodle, downloads.moodle_worksheet, "ID number"),
    "gradescope": (downloads.gradescope, downloads.gradescope_grades, "SID"),
}


def points_of(raw):
    """A mark that tells files apart."""
    return int.from_bytes(hashlib.sha256(raw).digest()[:2]) % (2 * OUT_OF + 1) / 2


def graded(student, raw):
    """A Result with that mark, all of it for the first question."""
    verdicts = {name: Verdict(name, State.WRONG, 0, 1) for name in bank(NOTEBOOK)}
    first = next(iter(verdicts))
    verdicts[first] = Verdict(first, State.RIGHT, points_of(raw), 1)
    return Result(student, NOTEBOOK, 1, verdicts)


def collect(course, who):
    """{student: the bytes of the file that counts} of the course's download."""
    Collection(course, UNIT, who).add(course / "download.zip")
    homes = (course / "submitted").iterdir()
    found = {home.name: [*(home / UNIT).glob("*.ipynb")] for home in homes}
    return {student: path.read_bytes() for student, (path,) in found.items()}


def grade(course):
    """Put the marks of all last files into the gradebook; what it gives."""
    coursedir, config = course_at(course)
    with Marks(coursedir, config) as marks:
        for student, raw in LAST.items():
            marks.save(UNIT, graded(student, raw))
        marks.commit()
    return marks_of(course)


def marks_of(course):
    return given(course_at(course)[0].db_url, UNIT, [], NOTEBOOK)


@pytest.fixture(scope="module")
def marked(new_course):
    """A course whose gradebook holds the mark of each student's last file."""
    course = new_course()
    grade(course)
    return course


def test_marks_that_are_saved_again_stay_as_they_are(marked, tmp_path):
    course = shutil.copytree(marked, tmp_path / "course")
    before = marks_of(course)
    assert {*before.marks} == {*LAST}
    assert grade(course) == before


def fill(course, lms, marks):
    """The table with the marks, as text."""
    column = "" if lms == "moodle" else TITLE
    return export.filled(course / "table.csv", lms, marks, column)


@pytest.mark.parametrize("lms", LMS)
def test_two_hundred_marks_go_to_whom_they_belong_and_a_second_run_changes_nothing(
    lms, marked, tmp_path
):
    download, table, column_of_ids = LMS[lms]
    course = shutil.copytree(marked, tmp_path / "course")
    (course / "download.zip").write_bytes(download(FILES))
    (course / "table.csv").write_text(table(CLASS, TITLE, OUT_OF), "utf-8")
    who = roster.read(course / "table.csv")

    assert collect(course, who) == LAST
    filled = fill(course, lms, marks_of(course))

    (column,) = [c for c in ("Unit 1 (512)", "Grade", TITLE) if f'"{c}"' in filled.text]
    rows = csv.DictReader(io.StringIO(filled.text, newline=""))
    there = {row[column_of_ids]: row[column] for row in rows if row[column_of_ids]}
    assert {s: float(mark) for s, mark in there.items() if mark} == {
        student: points_of(raw) for student, raw in LAST.items()
    }
    assert {*there} == {student.id for student in CLASS}

    assert collect(course, who) == LAST
    (course / "table.csv").write_text(filled.text, "utf-8", newline="")
    again = fill(course, lms, marks_of(course))
    assert (again.text, again.changed) == (filled.text, [])
