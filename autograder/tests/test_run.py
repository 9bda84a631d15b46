"""A whole unit graded: the same marks by every way, and nothing lost on the way."""

import contextlib
import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from corpus.graders import BIN, ENV, Failed, nbgrader, proctor
from corpus.handins import filled_in, put, right, right_answers
from nbgrader.api import Gradebook
from proctor.grading import batch, run, scale
from proctor.grading.grade import Job
from proctor.grading.run import Stop, locked
from proctor.out import report
from proctor.source import build

UNIT, NAME = "1-derivatives", "01_three_derivatives"


def call(course, *command):
    return subprocess.run(
        command, cwd=course, env=ENV, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="session")
def files():
    """Submitted files by the marks that they deserve."""
    half = "def best_h(f, x, dtype):\n    return 6e-6"
    return {
        "right": nbformat.writes(right(NAME)),
        "half": nbformat.writes(
            filled_in(NAME, {**right_answers(NAME), "best_h": half})
        ),
        "empty": nbformat.writes(filled_in(NAME, {})),
        "broken": nbformat.writes(right(NAME))[:5000],
    }


@pytest.fixture
def course(new_course, warm):
    return new_course()


def hand_in(course, student, text):
    put(course, student, NAME, text)


@pytest.fixture
def klass(course, files):
    for number, kind in enumerate(("right", "half", "empty", "broken"), 1):
        hand_in(course, f"s0{number}", files[kind])
    return course


EXPECTED = {
    "s01": (20, False), "s02": (18, False), "s03": (0, False), "s04": (0, True)
}  # fmt: skip


def marks(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        own = {}
        for student in gradebook.students:
            rows = gradebook.find_submission_notebook(NAME, UNIT, student.id).grades
            points = sum(row.auto_score or 0 for row in rows)
            own[student.id] = points, any(row.needs_manual_grade for row in rows)
        return own


def grade(course, **options):
    only = {"notebooks": NAME}
    return run.run(course, UNIT, **only, **options)


def test_a_first_run_by_any_path_builds_and_assigns_by_itself(tmp_path, files):
    course, link = tmp_path / "course", tmp_path / "link"
    course.mkdir()
    link.symlink_to(sys.prefix)
    shutil.copy(build.ROOT / "autograder" / "nbgrader_config.py", course)
    for student in ("s01", "s02"):
        hand_in(course, student, files["right"])
    python = f"{link}/lib/../bin/python"
    done = subprocess.run(
        [python, "-m", "proctor", "grade", UNIT, "--notebook", NAME, "--only", "s01"],
        cwd=course,
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert "building and assigning it" in done.stdout, done.stderr
    assert "0 missing" in done.stdout
    assert marks(course) == {"s01": EXPECTED["s01"]}


def test_one_worker_two_workers_and_nbgrader_itself_give_the_same_marks(
    klass, new_course
):
    grade(klass)
    assert marks(klass) == EXPECTED
    for way in (
        ["nbgrader", "autograde", UNIT, "--notebook", NAME, "--force"],
        ["python", "-m", "proctor", "grade", UNIT, "--workers", "2", "--force"],
    ):
        shutil.rmtree(klass / "autograded")
        shutil.copy(new_course() / "gradebook.db", klass)
        done = call(klass, f"{BIN}/{way[0]}", *way[1:])
        assert done.returncode == 0, done.stderr
        assert marks(klass) == EXPECTED


def test_feedback_and_export_work_after_a_run(klass):
    grade(klass)
    nbgrader(klass, "generate_feedback", UNIT, "--notebook", NAME)
    page = (klass / "feedback" / "s02" / UNIT / f"{NAME}.html").read_text()
    assert "best_h is partly right" in page and 'src="http' not in page
    nbgrader(klass, "export")
    assert "s02" in (klass / "grades.csv").read_text()


def test_a_second_run_grades_only_what_is_new(klass, files, capsys):
    grade(klass)
    hand_in(klass, "s03", files["right"])
    grade(klass)
    assert "3 are graded already, 1 are not" in capsys.readouterr().out
    assert marks(klass)["s03"] == (20, False)


def test_points_of_an_earlier_file_do_not_stay(klass, files):
    grade(klass)
    hand_in(klass, "s01", files["broken"])
    grade(klass)
    assert marks(klass)["s01"] == (0, True)


def test_the_submitted_folder_is_only_read(klass):
    before = {p: p.read_bytes() for p in (klass / "submitted").rglob("*.ipynb")}
    grade(klass)
    assert {p: p.read_bytes() for p in (klass / "submitted").rglob("*")
            if p.is_file()} == before  # fmt: skip


def test_two_runs_at_once_are_refused_in_a_sentence(klass):
    with locked(klass), pytest.raises(Stop, match="Another grading run"):
        grade(klass)


def test_nbgrader_is_refused_while_a_run_is_at_work(klass):
    with locked(klass), pytest.raises(Failed, match="Another grading run") as failed:
        nbgrader(klass, "autograde", UNIT)
    assert "Traceback" not in str(failed.value)


def test_no_bubblewrap_is_one_sentence_and_loses_nothing(klass):
    grade(klass)
    for command in (["nbgrader", "autograde", UNIT, "--force"],
                    ["python", "-m", "proctor", "grade", UNIT, "--force"]):  # fmt: skip
        done = subprocess.run(
            [f"{BIN}/{command[0]}", *command[1:]], cwd=klass, capture_output=True,
            text=True, env={**ENV, "PATH": BIN},
        )  # fmt: skip
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert "apt-get install bubblewrap" in done.stderr
    assert marks(klass) == EXPECTED
    assert (klass / "autograded" / "s01" / UNIT / f"{NAME}.ipynb").exists()


def test_a_unit_that_is_not_there_is_told(klass):
    with pytest.raises(Stop, match="notebooks/9-nothing holds no notebook"):
        run.run(klass, "9-nothing")


def test_a_locked_gradebook_is_a_sentence_and_loses_nothing(klass):
    other = sqlite3.connect(klass / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(Stop, match="open in another program"):
            grade(klass)
    finally:
        other.close()
    grade(klass)
    assert marks(klass) == EXPECTED


def test_a_full_disk_is_a_sentence_and_the_next_run_goes_on(klass, monkeypatch):
    def full(path, text):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(run, "write_whole", full)
        with pytest.raises(Stop, match="No space left on device"):
            grade(klass)
    grade(klass)
    assert marks(klass) == EXPECTED


def started_with(mark):
    """The processes that carry a mark in their environment: a run's, and its rooms'."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark.encode() in environ.read_bytes().split(b"\0"):
                found.append(environ.parent.name)
    return found


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_in_the_middle_is_completed_by_the_next(course, files, how):
    for number in range(12):
        hand_in(course, f"s{number:02}", files["right"])
    mark = f"STARTED_BY={course}"
    command = [f"{BIN}/python", "-m", "proctor", "grade", UNIT, "--workers", "2"]
    process = subprocess.Popen(
        command, cwd=course, env={**ENV, "STARTED_BY": str(course)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    results = course / "results"
    while not list(results.rglob(f"{NAME}.json")):
        time.sleep(0.05)
        assert process.poll() is None, process.stdout.read()
    assert len(started_with(mark)) > 1
    process.send_signal(how)
    said = process.communicate(timeout=300)[0]
    assert "Traceback" not in said
    grade(course)
    assert marks(course) == {f"s{number:02}": (20, False) for number in range(12)}
    for _ in range(50):
        if not started_with(mark):
            break
        time.sleep(0.1)
    assert not started_with(mark)


class Bomb:
    """Ends whatever process tries to read it."""

    def __reduce__(self):
        return os._exit, (1,)

    def __deepcopy__(self, memo):
        return self


def test_a_job_that_ends_its_worker_is_left_to_a_person_and_the_others_are_graded(
    files, warm
):
    book = batch.released(UNIT)[NAME]
    jobs = [Job("s01", NAME, book, files["right"].encode()),
            Job("s02", NAME, Bomb(), b""),
            Job("s03", NAME, book, files["empty"].encode())]  # fmt: skip
    found = {r.student: r for r in scale.grade_all(jobs, workers=2)}
    assert found["s02"].person == "Its grading ended without a result, twice."
    assert (found["s01"].points, found["s03"].points) == (20, 0)


def test_a_cluster_that_loses_a_worker_still_grades_everyone(course, files):
    for number in range(8):
        hand_in(course, f"s{number:02}", files["right"])
    address, logs = "tcp://127.0.0.1:18786", course / "dask.log"
    with logs.open("w") as log:
        start = lambda *c: subprocess.Popen(  # noqa: E731
            [f"{BIN}/dask", *c], env=ENV, stdout=log, stderr=log, cwd=course
        )
        scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "18786",
                          "--no-dashboard")  # fmt: skip
        options = ["--nthreads", "1", "--no-dashboard", "--no-nanny"]
        workers = [start("worker", address, *options) for _ in range(2)]
        try:
            time.sleep(6)
            command = [f"{BIN}/python", "-m", "proctor", "grade", UNIT]
            grading = subprocess.Popen(
                [*command, "--scheduler", address], cwd=course, env=ENV,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
            results = course / "results"
            while grading.poll() is None and not list(results.rglob("*.json")):
                time.sleep(0.1)
            workers[0].kill()
            said = grading.communicate(timeout=120)[0]
        finally:
            for process in (*workers, scheduler):
                process.kill()
                process.wait()
    assert grading.returncode == 0, said + logs.read_text()
    assert marks(course) == {f"s{number:02}": (20, False) for number in range(8)}


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere"])
def test_a_scheduler_that_does_not_answer_is_a_sentence(klass, monkeypatch, address):
    monkeypatch.setattr(scale, "PATIENCE", 0.5)
    before = marks(klass)
    with pytest.raises(Stop, match=f"No dask scheduler answers at {address}"):
        run.run(klass, UNIT, notebooks=NAME, scheduler=address, force=True)
    assert marks(klass) == before


def test_without_isolation_every_line_says_so_and_a_safe_run_grades_again(klass):
    way = ("--notebook", NAME, "--unsafe-no-isolation")
    done = proctor(klass, "grade", UNIT, *way)
    assert done.returncode == 0, done.stderr
    assert marks(klass) == EXPECTED
    lines = [line for line in done.stdout.splitlines() if line.startswith("s0")]
    assert len(lines) == 4 and all("Not isolated" in x for x in lines)
    page = "\n".join(path.read_text() for path in (klass / "report").glob("*.html"))
    assert (
        page.count("not isolated") == 2 * 4
        and page.count("graded without isolation") == 2
    )
    again = report.table(grade(klass))
    assert "Not isolated" not in again and marks(klass) == EXPECTED


def test_nbgrader_itself_can_be_told_to_do_without_isolation(klass):
    way = ("--notebook", NAME, "--StagedExporter.isolated=False")
    nbgrader(klass, "autograde", UNIT, *way)
    assert marks(klass) == EXPECTED
    graded = klass / "autograded" / "s01" / UNIT / f"{NAME}.ipynb"
    assert "Not isolated" in graded.read_text()


def seeds(course):
    kept = sorted((course / "results" / UNIT).glob("*/*.json"))
    return [json.loads(path.read_text())["seed"] for path in kept]


def test_a_file_meets_the_same_cases_when_it_is_graded_again(klass, files):
    grade(klass)
    first = seeds(klass)
    grade(klass, force=True)
    assert seeds(klass) == first and len(set(first)) == len(first)
    hand_in(klass, "s03", files["right"])
    grade(klass)
    again = seeds(klass)
    assert again[2] != first[2] and again[:2] == first[:2]
