"""The sample class, graded: each mark is the manifest's, and nothing is left behind."""

import csv
import hashlib
import os
import shutil
import tempfile
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from chainrule.questions import NOTEBOOKS, bank
from corpus.catalogue import judged, mistakes
from corpus.graders import autograde, nbgrader
from nbgrader.api import Gradebook
from proctor import nbgrader_plugin
from proctor.grading.batch import Batch
from proctor.grading.grade import open_room, room_for
from proctor.out.page import judged_notebook
from sample import forms, make, students

AUTOGRADER = Path(__file__).parents[1]
MANIFEST = tomllib.loads((AUTOGRADER / "sample" / "manifest.toml").read_text())
COURSE_CLASS = tomllib.loads((AUTOGRADER / "sample" / "class.toml").read_text())
BANK = bank(make.NAME)
GRADED = [name for name, entry in MANIFEST.items() if not entry.get("person")]
PERSON = [name for name in MANIFEST if name not in GRADED]
# One of each kind: right, untouched, mistaken, cells gone, cells copied, packed, broken
# off, nothing, runs away, forged. `make demo` takes the whole class through nbgrader.
BY_NBGRADER = ("s02", "s05", "s06", "s14", "s15", "s19", "s20", "s21", "s24", "s29")

pytestmark = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="bubblewrap is not installed"
)


def digest(folder):
    """Every file below a folder with a hash of its bytes and its time."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
    }


def our_processes():
    """The command lines of all processes that descend from this one."""
    parents, commands = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path("/proc", pid, "stat").read_text()
            commands[pid] = Path("/proc", pid, "cmdline").read_bytes().decode()
        except OSError:
            continue
        parents[pid] = stat.rpartition(")")[2].split()[1]
    ours, more = set(), {str(os.getpid())}
    while more:
        more = {pid for pid, parent in parents.items() if parent in more} - ours
        ours |= more
    return sorted(commands[pid] for pid in ours)


def settled():
    """Our processes once those that have just ended are reaped."""
    deadline = time.monotonic() + 60
    while "" in our_processes() and time.monotonic() < deadline:
        time.sleep(0.05)
    return our_processes()


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course") / "submitted"
    make.make(folder)
    return folder


@pytest.fixture(scope="module")
def graded(submitted, limits, tmp_path_factory):
    """The class, graded once: results, judged notebooks, and what is around them."""
    scratch, build = tmp_path_factory.mktemp("tmp"), tmp_path_factory.mktemp("build")
    before = digest(submitted)
    batch = Batch(submitted, make.UNIT, build, limits=limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(scratch))
        patch.setenv("TMPDIR", str(scratch))
        room_for(make.NAME, limits)
        open_room(limits)
        running = settled()
        results = {name: batch.grade(name, make.NAME) for name in batch.students}
    return SimpleNamespace(
        results=results,
        judged={n: nbformat.writes(judged_notebook(r)) for n, r in results.items()},
        kept="".join(path.read_text() for path in build.rglob("*.json")),
        submitted=(before, digest(submitted)),
        processes=(running, settled()),
        scratch=list(scratch.rglob("*")),
    )


def expected(name):
    """The manifest's points for each question of a student, where it gives them."""
    entry = MANIFEST[name]
    if "questions" in entry:
        return {question: entry["questions"].get(question, 0) for question in BANK}
    full = {question: q.points for question, q in BANK.items()}
    return full if entry["points"] == 20 else None


def test_the_class_is_the_same_bytes_each_time(submitted, tmp_path):
    make.make(tmp_path)
    first, second = digest(submitted), digest(tmp_path)
    assert {k: v[0] for k, v in first.items()} == {k: v[0] for k, v in second.items()}


def test_the_manifest_and_the_class_name_the_same_students():
    assert list(MANIFEST) == list(students.CLASS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_course_s_class_earns_all_for_right_answers_and_nothing_for_none(name):
    full = sum(question.points for question in judged(name).values())
    points = COURSE_CLASS[name]
    assert points[:10] == [full] * 10 and points[28:] == [0, 0] and len(points) == 30
    assert all(0 < some < full for some in points[10:24])
    assert all(few < full for few in points[24:28])


@pytest.mark.parametrize("name", [n for n in GRADED if "questions" in MANIFEST[n]])
def test_the_manifest_adds_up(name):
    assert sum(expected(name).values()) == MANIFEST[name]["points"]


@pytest.mark.parametrize("name", GRADED)
def test_the_mark_is_the_manifest_s(graded, name):
    result = graded.results[name]
    assert (result.points, result.person) == (MANIFEST[name]["points"], "")


@pytest.mark.parametrize("name", [n for n in GRADED if expected(n)])
def test_each_question_s_points_are_the_manifest_s(graded, name):
    verdicts = graded.results[name].verdicts
    assert {q: verdicts[q].points for q in verdicts} == expected(name)


@pytest.mark.parametrize("name", PERSON)
def test_what_no_verdict_can_be_given_for_needs_a_person(graded, name):
    states = {v.state for v in graded.results[name].verdicts.values()}
    assert states == {"needs a person"}


@pytest.mark.parametrize("name", [n for n in MANIFEST if "notes" in MANIFEST[n]])
def test_what_was_put_right_is_told(graded, name):
    result = graded.results[name]
    told = "\n".join([*result.notes, result.person])
    assert [words for words in MANIFEST[name]["notes"] if words not in told] == []


@pytest.mark.parametrize("name", sorted({*GRADED} - {"s29", "s14", "s18"}))
def test_an_honest_file_is_not_said_to_have_been_changed(graded, name):
    assert not [n for n in graded.results[name].notes if "had been changed" in n]


@pytest.mark.parametrize("number, name", [*enumerate(students.MISTAKEN)])
def test_each_catalogued_mistake_is_told_its_sentence(graded, number, name):
    known = {question: [] for question in BANK}
    for question, _, mistake in mistakes(make.NAME):
        known[question].append(mistake.says)
    for question, sentences in known.items():
        if number < len(sentences):
            told = graded.results[name].verdicts[question].advice
            assert told == sentences[number]


def test_an_untouched_notebook_is_not_written_everywhere(graded):
    states = {v.state for v in graded.results["s05"].verdicts.values()}
    assert states == {"not written"}


def test_a_spy_finds_nothing(graded):
    outputs = [o for ran in graded.results["s30"].ran.values() for o in ran.outputs]
    assert any(text.startswith("found []") for _, text in outputs)


def test_no_mark_up_of_a_submission_reaches_its_page(graded):
    assert "<script>marks" not in "".join(
        str(cell.get("outputs", ""))
        for cell in nbformat.reads(graded.judged["s29"], 4).cells
    )


def test_no_name_or_account_that_a_front_end_wrote_is_kept(graded):
    kept = graded.kept + "".join(graded.judged.values())
    private = [forms.SURNAME, *map(forms.google_id, MANIFEST)]
    assert [word for word in private if word in kept] == []


def test_some_submitted_file_does_hold_a_name_and_an_account(submitted):
    raw = (submitted / "s02" / make.UNIT / students.FILE).read_text()
    assert forms.SURNAME in raw and forms.google_id("s02") in raw


def test_the_submitted_folder_is_as_it_was(graded):
    before, after = graded.submitted
    assert after == before


def test_no_process_of_a_submission_is_left(graded):
    before, after = graded.processes
    assert after == before


def test_no_file_of_a_submission_is_left(graded):
    assert graded.scratch == []


def test_one_student_s_verdicts_do_not_reach_another_s_notebook(graded):
    person = {n for n, text in graded.judged.items() if "needs-a-person" in text}
    assert person == set(PERSON)


@pytest.fixture(scope="module")
def course(submitted, new_course, limits):
    """Some of the class in a course of its own, graded by nbgrader's own commands."""
    course = new_course()
    for student in BY_NBGRADER:
        shutil.copytree(submitted / student, course / "submitted" / student)
    before = digest(course / "submitted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nbgrader_plugin, "USUAL", limits)
        autograde(course, make.UNIT, make.NAME)
    nbgrader(course, "generate_feedback", make.UNIT)
    nbgrader(course, "export", f"--assignment={make.UNIT}")
    return SimpleNamespace(folder=course, before=before)


@pytest.fixture(scope="module")
def gradebook(course):
    """(points, needs a person) for each student, from nbgrader's gradebook."""
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as book:
        return {
            s.student.id: (s.score, s.needs_manual_grade)
            for s in book.assignment_submissions(make.UNIT)
        }


def test_nbgrader_loses_no_student(gradebook):
    assert set(gradebook) == set(BY_NBGRADER)


def test_nbgrader_s_gradebook_holds_the_manifest_s_marks(gradebook):
    graded = [name for name in BY_NBGRADER if name in GRADED]
    marks = {name: (MANIFEST[name]["points"], False) for name in graded}
    assert {name: gradebook[name] for name in graded} == marks


def test_nbgrader_leaves_the_score_open_where_a_person_must_look(gradebook):
    person = [name for name in BY_NBGRADER if name in PERSON]
    assert person and all(gradebook[name] == (0, True) for name in person)


def test_nbgrader_s_export_holds_the_manifest_s_marks(course):
    with open(course.folder / "grades.csv", newline="") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    marks = {name: MANIFEST[name].get("points", 0) for name in BY_NBGRADER}
    assert rows == marks


def test_nbgrader_gives_every_student_a_feedback_page(course):
    pages = course.folder.glob(f"feedback/*/{make.UNIT}/{make.NAME}.html")
    assert {page.parents[1].name for page in pages} == set(BY_NBGRADER)


@pytest.mark.parametrize("name", [n for n in BY_NBGRADER if n in PERSON])
def test_the_page_of_a_file_that_can_not_be_read_speaks_to_the_student(course, name):
    page = course.folder / f"feedback/{name}/{make.UNIT}/{make.NAME}.html"
    text = page.read_text()
    assert "no points yet" in text and "A person will look at this" in text
    assert "0 of" not in text and "0 /" not in text
    assert "Ask the student" not in text and "Open in Colab" not in text


def test_nothing_that_nbgrader_wrote_holds_a_private_word(course):
    private = [forms.SURNAME, *map(forms.google_id, MANIFEST)]
    for path in filter(Path.is_file, course.folder.rglob("*")):
        if course.folder / "submitted" not in path.parents:
            written = path.read_bytes()
            assert [word for word in private if word.encode() in written] == []


def test_nbgrader_leaves_the_submitted_folder_as_it_was(course):
    assert digest(course.folder / "submitted") == course.before
