"""Marks go back into the very table that the LMS handed out."""

import contextlib
import csv
import errno
import io
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from corpus import downloads
from corpus.graders import marks as graded
from corpus.graders import nbgrader, proctor
from corpus.handins import put, right
from nbgrader.api import Gradebook
from proctor.grading import run
from proctor.grading.pages import write_pages
from proctor.handin.files import Unreadable
from proctor.lms import export, feedback
from proctor.lms.collect import Collection
from proctor.lms.given import Given, Mark, given, mark
from proctor.out import report
from proctor.whole import write_all

UNIT, NOTEBOOK, TITLE, OUT_OF = "1-derivatives", "01_three_derivatives", "Unit 1", 20
CLASS = downloads.a_class(200)
MARKS = {
    s.id: Mark(n % 41 / 2, n % 30 == 4) for n, s in enumerate(CLASS) if n % 30 != 5
}
GIVEN = Given(UNIT, MARKS, {NOTEBOOK: OUT_OF})
STANDING = {student for student, mark in MARKS.items() if not mark.waits}
LMS = {
    "canvas": (downloads.canvas_gradebook, "Unit 1 (512)", "SIS Login ID"),
    "moodle": (downloads.moodle_worksheet, "Grade", "ID number"),
    "gradescope": (downloads.gradescope_grades, "Unit 1", "SID"),
}
every_lms = pytest.mark.parametrize("lms", LMS)


def read(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def fill(tmp_path):
    """Fills a table's text with the marks of a unit."""

    def filled(lms, text, given=GIVEN, column="", name="table.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        column = column or ("" if lms == "moodle" else TITLE)
        return export.filled(path, lms, given, column)

    return filled


def given_out(lms, students=CLASS, out_of=OUT_OF):
    return LMS[lms][0](students, TITLE, out_of)


@every_lms
def test_every_mark_is_read_back_as_it_was_given(lms, fill):
    _, column, who = LMS[lms]
    rows = read(fill(lms, given_out(lms)).text)
    found = {row[who]: row[column] for row in rows if row[who]}
    assert {s: float(v) for s, v in found.items() if v} == {
        student: MARKS[student].points for student in STANDING
    }


@every_lms
def test_all_else_in_the_table_stays_as_it_was(lms, fill):
    _, column, _ = LMS[lms]
    before = read(given_out(lms))
    after = read(fill(lms, given_out(lms)).text)
    assert [*before[0]] == [*after[0]]
    for old, new in zip(before, after, strict=True):
        old, new = {**old, column: ""}, {**new, column: ""}
        formula = [k for k in old if old[k].startswith("=H")]
        assert {k: v for k, v in old.items() if k not in formula} == {
            k: v for k, v in new.items() if k not in formula
        }


@every_lms
def test_a_second_run_changes_nothing(lms, fill):
    once = fill(lms, given_out(lms))
    again = fill(lms, once.text)
    assert once.changed and not again.changed
    assert again.text == once.text


@every_lms
def test_whoever_gets_no_mark_is_told(lms, fill):
    found = fill(lms, given_out(lms, CLASS[1:]))
    told = {line.split()[0] for line in found.told}
    assert told == {s.id for s in CLASS} - STANDING | {"s001"}
    assert "s001 has a mark and is not in" in found.told[-1]


@every_lms
def test_another_class_s_table_is_refused(lms, fill):
    others = [replace(s, id=f"t{s.id}") for s in CLASS[:2]]
    with pytest.raises(Unreadable, match="None of the 2 students of"):
        fill(lms, given_out(lms, others))


@every_lms
def test_another_number_of_points_is_refused(lms, fill):
    with pytest.raises(
        Unreadable, match=rf"out of '25.*', and {NOTEBOOK} has 20\. Set"
    ):
        fill(lms, given_out(lms, out_of=25))


def test_points_that_differ_are_broken_down_by_notebook(fill):
    books = {"00_x": 10, NOTEBOOK: 20, "02_y": 20}
    some = Given(UNIT, MARKS, books, frozenset({"00_x", "02_y"}))
    with pytest.raises(Unreadable) as refused:
        fill("canvas", given_out("canvas"), some)
    assert (
        f"the unit has 50 (00_x 10, which nobody handed in; {NOTEBOOK} 20; 02_y 20, "
        f"which nobody handed in). If you set only a part, add --notebook {NOTEBOOK};"
    ) in str(refused.value)


def test_a_notebook_that_was_not_graded_is_no_person_who_has_still_to_look(fill):
    some = Given(UNIT, {**MARKS, "s001": Mark(5, True, ("02_y",))}, {NOTEBOOK: OUT_OF})
    said = fill("canvas", given_out("canvas"), some).told[0]
    assert said.startswith("s001 has no mark yet: 02_y was not graded. Grade with: ")


Row = namedtuple("Row", "name score penalty waits marked")


def test_a_late_penalty_is_taken_off_and_no_mark_falls_below_zero():
    rows = [Row("00_x", 5, 2, False, True), Row("02_y", 1, None, False, True)]
    assert mark("s01", rows, {}) == Mark(4)
    assert mark("s01", [Row("00_x", 1, 2, False, True)], {}) == Mark(0)


def test_no_cell_is_run_by_a_spreadsheet(fill):
    text = fill("gradescope", given_out("gradescope")).text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@")]
    assert text.count('"') == 2 * len(cells)


def test_a_mark_that_is_excused_stays_so(fill):
    text = given_out("canvas", CLASS[:1]).replace("A,,0", "A,EX,0")
    found = fill("canvas", text)
    assert "excused" in found.told[0] and '"EX"' in found.text


def test_a_column_that_can_not_be_told_is_asked_for(fill):
    with pytest.raises(Unreadable, match=r"No column of 'table\.csv' .*--column: 'Stu"):
        fill("canvas", given_out("canvas"), column="Unit 2")


def test_a_column_may_be_named_as_the_table_has_it(fill):
    text = given_out("canvas").replace(",Final Score", ",Unit 1 (513)")
    with pytest.raises(Unreadable, match="Several columns of"):
        fill("canvas", text)
    rows = read(fill("canvas", text, column="Unit 1 (512)").text)
    assert rows[1]["Unit 1 (512)"] and rows[1]["Unit 1 (513)"] == "0"


def test_a_gradebook_with_first_and_last_names_apart_is_canvas_s_too(fill):
    head, *rows = csv.reader(io.StringIO(given_out("canvas")))
    apart = [["LastName", "FirstName", *head[1:]]]
    apart += [[row[0], "", *row[1:]] for row in rows]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(apart)
    filled = read(fill("canvas", text.getvalue()).text)
    found = {row["SIS Login ID"]: row["Unit 1 (512)"] for row in filled[1:]}
    assert {s for s, points in found.items() if points} == STANDING
    with pytest.raises(Unreadable, match="out of '20', and"):
        fill("canvas", text.getvalue(), replace(GIVEN, notebooks={NOTEBOOK: 25}))


@pytest.mark.parametrize(
    "text, said",
    [
        ("id,Unit 1,Unit 1\ns001,1,2\n", "has the column 'Unit 1' twice"),
        ("id,Unit 1\ns001,1,2\n", "row 2 has more cells than the first"),
        ("Student;ID;Section\na;1;A\n", "has no column of ids"),
        ("name,Unit 1\na,1\n", "has no column of ids"),
        ("id,Unit 1\n", "has no rows"),
    ],
)
def test_a_table_that_would_not_stay_as_it_is_is_refused(text, said, fill):
    with pytest.raises(Unreadable, match=said):
        fill("gradescope", text)


def test_an_empty_row_at_the_end_is_nobody(fill):
    text = fill("gradescope", "id,Unit 1\ns002,\n,\n").text
    assert text == '"id","Unit 1"\r\n"s002","0.5"\r\n"",""\r\n'


def test_a_student_who_stands_twice_is_refused(fill):
    with pytest.raises(Unreadable, match="has the id 's001' twice"):
        fill("canvas", given_out("canvas", [CLASS[0], CLASS[0]]))


@pytest.fixture(scope="module")
def half(new_course, warm):
    """A course in which two students were collected from Canvas, with one of three
    notebooks, and only that was graded."""
    course = new_course()
    put(course, "s001", NOTEBOOK, right(NOTEBOOK))
    raw = (course / "submitted" / "s001" / UNIT / f"{NOTEBOOK}.ipynb").read_bytes()
    files = [downloads.HandedIn(s, f"{NOTEBOOK}.ipynb", raw, 0) for s in CLASS[:2]]
    (course / "canvas.zip").write_bytes(downloads.canvas(files))
    who = course / "roster.csv"
    who.write_text(downloads.canvas_gradebook(CLASS, TITLE, OUT_OF), "utf-8")
    done = proctor(course, "collect", UNIT, "canvas.zip", "--roster", "roster.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n200 on the roster, 198 without a file: s003, " in done.stdout
    assert len(run.run(course, UNIT, notebooks=NOTEBOOK)["missing"]) == 198
    return course


@pytest.fixture(scope="module")
def course(half, tmp_path_factory):
    """The same course when all of the unit is graded."""
    course = shutil.copytree(half, tmp_path_factory.mktemp("whole") / "course")
    run.run(course, UNIT)
    return course


def given_by(course, unit=UNIT, notebook="*"):
    kept = report.results(course / "results" / unit)
    return given(f"sqlite:///{course}/gradebook.db", unit, kept, notebook)


@pytest.mark.parametrize("notebook", ["*", NOTEBOOK])
def test_the_marks_are_those_of_the_gradebook(course, notebook):
    found = given_by(course, notebook=notebook)
    points = graded(course, UNIT, NOTEBOOK)
    assert {s: mark.points for s, mark in found.marks.items()} == points
    assert {*points} == {"s001", "s002"}
    assert (found.out_of == OUT_OF) == (notebook == NOTEBOOK)
    assert NOTEBOOK not in found.nobodys and found.only() == NOTEBOOK


def test_of_a_unit_that_is_half_graded_that_half_can_be_exported(half):
    done = exported(half, UNIT, "--to", "csv")
    assert done.returncode == 1 and not (half / "exported").exists()
    assert "Nobody has a mark yet: 00_shapes_and_checks and 02_gr" in done.stderr
    assert done.stderr.endswith(f"set, add here: --notebook {NOTEBOOK}\n")
    done = exported(half, UNIT, "--to", "csv", "--notebook", NOTEBOOK)
    rows = read((half / "exported" / UNIT / "marks.csv").read_text("utf-8"))
    assert done.returncode == 0
    assert [row["out of"] for row in rows] == ["20", "20"]


def test_points_are_out_of_one_notebook_where_that_alone_was_set(course):
    assert run.run(course, UNIT, notebooks=NOTEBOOK)["out_of"] == OUT_OF
    for alone, out_of in [(UNIT, 20), ("", 50)]:
        page, _ = write_pages(course, alone)
        assert f"of {out_of} points" in page.read_text("utf-8")


def test_a_unit_that_was_never_graded_is_one_sentence(course):
    with pytest.raises(Unreadable, match="knows no unit 9-nothing"):
        given_by(course, "9-nothing")


def test_feedback_goes_back_under_the_names_that_came(course):
    page = course / "feedback" / "s001" / UNIT / f"{NOTEBOOK}.html"
    page.parent.mkdir(parents=True)
    page.write_text("well done")
    record = Collection(course, UNIT).record
    pages = feedback.pages(course, UNIT, record, "*", lambda *page: True)
    raw = feedback.packed(pages.found)
    assert pages.without == ["s002"]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.namelist() == [f"siobhánoneill_4007_90000_{NOTEBOOK}.html"]
    assert raw == feedback.packed(pages.found)


def exported(course, *args):
    return proctor(course, "export", *args)


def test_a_dry_run_writes_nothing_and_a_run_what_it_said(course):
    to = [UNIT, "--to", "canvas", "--table", "roster.csv", "--column", TITLE]
    points = given_by(course).out_of
    table = (course / "roster.csv").read_text("utf-8")
    (course / "roster.csv").write_text(table.replace(",20,", f",{points:g},"), "utf-8")
    dry = exported(course, *to, "--dry-run")
    assert not (course / "exported").exists() and "Nothing was written." in dry.stdout
    done = exported(course, *to)
    assert done.returncode == 0, done.stderr
    rows = read((course / "exported" / UNIT / "roster.csv").read_text("utf-8"))
    there = {row["SIS Login ID"]: row[f"{TITLE} (512)"] for row in rows}
    assert f"s001: nothing -> {there['s001']}" in dry.stdout


def test_a_page_older_than_its_mark_is_told_and_made_anew(course):
    nbgrader(course, "generate_feedback", UNIT)
    old = "A feedback page older than the mark: s001."
    assert old not in exported(course, UNIT, "--to", "csv", "--dry-run").stdout
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        rows = gradebook.find_submission_notebook(NOTEBOOK, UNIT, "s001").grades
        rows[0].manual_score = 0.25
        gradebook.db.commit()
    assert old in exported(course, UNIT, "--to", "csv", "--dry-run").stdout
    pages = {s: course / "feedback" / s / UNIT for s in ("s001", "s002")}
    before = {s: page.stat().st_ino for s, page in pages.items()}
    assert "Pages of 1 students are" in nbgrader(course, "generate_feedback", UNIT)
    assert "0.25 / " in (pages["s001"] / f"{NOTEBOOK}.html").read_text("utf-8")
    assert pages["s002"].stat().st_ino == before["s002"]
    assert old not in exported(course, UNIT, "--to", "csv", "--dry-run").stdout


@contextlib.contextmanager
def held(course):
    """The course's gradebook, open for writing in another program."""
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


def files_of(course):
    there = [path for path in sorted(course.rglob("*")) if path.is_file()]
    return {path: path.read_bytes() for path in there if path.name != "lock"}


COMMANDS = [
    ["collect", UNIT, "more.zip", "--roster", "more.csv"],
    ["export", UNIT, "--to", "csv"],
    ["origin", UNIT],
    ["report"],
]


def test_a_locked_gradebook_is_one_sentence_and_nothing_is_changed(course):
    """All are begun together: each waits some seconds for the gradebook."""
    files = [downloads.HandedIn(CLASS[2], f"{NOTEBOOK}.ipynb", b"{}", 0)]
    (course / "more.zip").write_bytes(downloads.canvas(files))
    (course / "more.csv").write_text("id,lms_user_id\nnew,4021\n")
    before = files_of(course)
    with held(course):
        begun = [
            subprocess.Popen(
                [sys.executable, "-m", "proctor", *command],
                cwd=course,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for command in COMMANDS
        ]
        for process in begun:
            _, said = process.communicate()
            assert process.returncode == 1
            assert said.startswith("The gradebook can't be used (database is locked).")
            assert len(said.splitlines()) == 1
    assert files_of(course) == before


def test_a_full_disk_is_one_sentence_and_nothing_is_changed(course, monkeypatch):
    def full(path, raw):
        if path.name.startswith(".feedback"):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, raw)

    write = Path.write_bytes
    page = course / "feedback" / "s001" / UNIT / f"{NOTEBOOK}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("well done")
    before = files_of(course)
    monkeypatch.setattr(Path, "write_bytes", full)
    done = exported(course, UNIT, "--to", "csv")
    assert done.returncode == 1
    assert "(No space left on device). Make room" in done.stderr
    assert files_of(course) == before


@pytest.mark.parametrize(
    "args, said",
    [
        (["no-unit", "--to", "csv"], "There is no unit no-unit. The units are: 1-der"),
        ([UNIT, "--to", "csv", "--notebook", "01"], f"{UNIT} has no notebook 01. It h"),
        ([UNIT, "--to", "canvas"], "Give the table that canvas handed out"),
        ([UNIT, "--to", "moodle", "--table", "none.csv"], "'none.csv' can't be opened"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(args, said, course):
    before = sorted((course / "exported").rglob("*"))
    done = exported(course, *args)
    assert done.returncode != 0 and done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1
    assert sorted((course / "exported").rglob("*")) == before


def test_files_whose_long_names_begin_alike_are_all_written(tmp_path):
    files = {tmp_path / f"{'n' * 100}-{end}": end for end in "ab"}
    write_all(files)
    assert {path: path.read_text() for path in tmp_path.iterdir()} == files
