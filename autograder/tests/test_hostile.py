"""Whatever is handed in, everyone else is graded and its own state is said: the corpus
of hostile files by both graders."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import nbformat
import numpy as np
import pytest
from chainrule.questions import bank
from corpus import hostile
from corpus.graders import autograde, marks
from corpus.handins import filled_in, right_answers, sent_out
from corpus.hostile import EVERYTHING, FULL, NAME, SECRET, UNIT
from proctor.grading import grade as grades
from proctor.grading import run
from proctor.grading.grade import Job, grade
from proctor.out import course as course_page
from proctor.out import report
from proctor.room.server import Limits, RoomServer

IDS = {f"s{number:02}": name for number, name in enumerate(EVERYTHING, 1)}
FAIR = {student: EVERYTHING[name].points for student, name in IDS.items()}
RIGHT = {"s00": FULL, "s99": FULL}


@pytest.fixture(scope="module")
def course(new_course, warm):
    """A course in which a right submission stands before and after the hostile ones."""
    course = new_course()
    right = hostile.file(hostile.FILE, hostile.as_bytes(hostile.right()))
    writers = {student: EVERYTHING[name].write for student, name in IDS.items()}
    for student, write in {"s00": right, **writers, "s99": right}.items():
        folder = course / "submitted" / student / UNIT
        folder.mkdir(parents=True)
        write(folder)
    return course


@pytest.fixture(scope="module")
def graded(course):
    """The summary of `proctor grade` over the course, and the gradebook's marks."""
    summary = run.run(course, UNIT, notebooks=NAME)
    return summary, marks(course, UNIT, NAME)


@pytest.fixture(scope="module")
def by_nbgrader(graded, course):
    """What `nbgrader autograde` says, and the marks that it gives."""
    said = autograde(course, UNIT, NAME)
    return said, marks(course, UNIT, NAME)


def test_everyone_has_the_fair_value_by_proctor_grade(graded):
    assert graded[1] == RIGHT | FAIR


def test_everyone_has_the_fair_value_by_nbgrader(by_nbgrader):
    assert by_nbgrader[1] == RIGHT | FAIR


def test_the_report_says_the_state_of_each(graded, tmp_path):
    summary, _ = graded
    rows = {row["student"]: row for row in summary["rows"]}
    course_page.write([summary], tmp_path / "report.html")
    for student, name in IDS.items():
        row = rows[student]
        assert EVERYTHING[name].says in " ".join([*row["notes"], row["person"]]), name


def test_a_table_of_marks_has_a_line_for_each_student_and_no_other(graded):
    lines = report.table(graded[0]).split("\n")
    assert len(lines) == 1 + len(RIGHT | FAIR) + 2  # head, legend, sum
    assert all(line.isprintable() for line in lines)


def test_no_text_from_elsewhere_is_learned(graded, by_nbgrader, course):
    assert SECRET not in by_nbgrader[0]
    for path in (course / "results").rglob("*.json"):
        assert SECRET not in path.read_text(encoding="utf-8")


def test_nbgrader_reports_no_failure_of_its_own(by_nbgrader):
    assert "Traceback" not in by_nbgrader[0]


def job(name, limits, **answers):
    """A job of a notebook with the course's own answers, but for those given."""
    book = filled_in(name, right_answers(name) | answers)
    raw = nbformat.writes(book).encode()
    return Job("s01", name, sent_out(name), raw, limits=limits)


ENDLESS = "def topo_order(root):\n    return [root] * 60_000"


def test_an_order_without_end_costs_its_own_question_and_a_short_verdict(warm):
    limits = Limits(cell=3, call=5, whole=60)
    result = grade(job("03_reverse_mode", limits, topo_order=ENDLESS))
    verdict = result.verdicts["topo_order"]
    assert verdict.state == "wrong" and len(verdict.story) < 1000
    assert result.verdicts["backward"].state == "right" and not result.person


def test_answers_that_end_the_room_share_one_budget_of_time(warm, monkeypatch):
    """However many end it, the slow cell above them is not run for each of them."""
    entered, enter = [], RoomServer.enter

    def counted(self, *args):
        entered.append(self)
        return enter(self, *args)

    monkeypatch.setattr(RoomServer, "enter", counted)
    name = "01_three_derivatives"
    slow = "import os, time\ntime.sleep(0.4)\ndef {}(*args):\n    os._exit(0)"
    ends = {q: slow.format(q) for q in bank(name)}
    result = grade(job(name, Limits(cell=3, call=2, whole=2), **ends))
    assert "2 seconds that a submission may take are used up" in result.person
    assert 0 < len(entered) <= 5


def lists(count):
    """A right notebook with so many empty lists in its metadata."""
    book = hostile.right()
    book["metadata"]["lists"] = [[] for _ in range(count)]
    return hostile.as_bytes(book)


LITTLE = "from proctor.grading import guard; guard.MOST_MEMORY = 16 << 20"


def test_a_file_that_takes_too_much_memory_to_read_is_left_to_a_person(warm):
    plain = Job("s01", NAME, sent_out(NAME), lists(0))
    fresh = multiprocessing.get_context("spawn")  # it has no memory left over to use
    with ProcessPoolExecutor(1, fresh, exec, (LITTLE,)) as pool:
        result = pool.submit(grade, replace(plain, raw=lists(400_000))).result()
    assert "takes more than 16 MB of memory" in result.person and result.points == 0
    result = grade(plain)
    assert result.points == FULL and not result.person


def test_no_submission_takes_a_gigabyte_of_the_grader_s_own_memory(warm, monkeypatch):
    held, step = [], 64 << 20

    def without_end(*_):
        while len(held) < 64:
            held.append(np.ones(step, np.uint8))

    job = Job("s01", NAME, sent_out(NAME), lists(0))
    with monkeypatch.context() as patch:
        patch.setattr(grades, "repair", without_end)
        result = grade(job)
    assert "takes more than 1024 MB of memory" in result.person
    assert 14 <= len(held) <= 16
    held.clear()
    assert grade(job).points == FULL
