"""One source, three notebooks, no leak; and the budgets of a notebook."""

import json
import re
import shutil
import statistics
import subprocess
import sys

import nbformat
import pytest
from chainrule.judge import Question, TextQuestion
from chainrule.questions import NOTEBOOKS, bank
from proctor.grading.grade import Job, grade
from proctor.source import build
from proctor.source.percent import SourceError, read, solved, stub

ROOT = build.ROOT
SOURCES = build.sources()
each_source = pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)


@pytest.fixture
def copy(tmp_path):
    """A small copy of the repository to break things in."""
    for part in ("solutions", "data", "course.toml", "environment.yml"):
        source = ROOT / part
        copy_it = shutil.copytree if source.is_dir() else shutil.copy
        copy_it(source, tmp_path / part)
    (tmp_path / "lib").mkdir()
    return tmp_path


def test_every_notebook_of_the_bank_has_a_source_and_the_other_way_round():
    assert [path.stem for path in SOURCES] == sorted(NOTEBOOKS)


@each_source
def test_the_committed_student_notebook_is_what_the_source_builds(path):
    built = nbformat.writes(build.student(path)) + "\n"
    committed = ROOT / "notebooks" / path.parent.name / f"{path.stem}.ipynb"
    assert committed.read_text(encoding="utf-8") == built, "run `make build`"


def test_output_that_nobody_reads_on_is_no_fault_to_tell():
    process = subprocess.Popen(
        [sys.executable, "-m", "proctor", "build"],
        cwd=ROOT / "autograder",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == "" and process.wait() == 1


def test_building_twice_changes_nothing(copy):
    assert build.build(copy)
    assert build.build(copy) == []


def names(path, kind):
    """The names of a notebook's questions that are judged, or are answered in words."""
    return [n for n, q in bank(path.stem).items() if isinstance(q, kind)]


@each_source
def test_every_question_has_its_cells_in_the_order_of_the_bank(path):
    cells = read(path)
    asked = [c.name for c in cells if c.role in ("check", "explain")]
    assert asked == list(bank(path.stem))
    assert [c.name for c in cells if c.role == "answer"] == names(path, Question)
    assert [c.name for c in cells if c.role == "check"] == names(path, Question)
    assert [c.name for c in cells if c.role == "explain"] == names(path, TextQuestion)
    for cell in cells:
        if cell.role == "check":
            assert cell.text.startswith(f'check("{cell.name}", {cell.name}')


@each_source
def test_the_prose_gives_each_question_the_points_that_the_bank_gives(path):
    asked = re.compile(r"\*\*Question `(\w+)`(?: •+)?, (\d+(?:\.\d+)?) points?\b")
    said = asked.findall(path.read_text("utf-8"))
    assert said == [(name, f"{q.points:g}") for name, q in bank(path.stem).items()]


@each_source
def test_a_graded_cell_carries_its_question_name_letter_by_letter(path):
    marks = [cell.metadata.get("nbgrader", {}) for cell in build.student(path).cells]
    graded = [m["grade_id"].partition("-")[2] for m in marks if m.get("grade")]
    assert graded == list(bank(path.stem))


@each_source
def test_the_reference_earns_everything_and_the_untouched_stub_nothing(path):
    released = build.student(path)
    solution = build.notebook(path, lambda cell: solved(cell.text))
    for book, share in ((solution, 1), (released, 0)):
        raw = nbformat.writes(book).encode()
        result = grade(Job("s01", path.stem, build.student(path), raw))
        read = sum(bank(path.stem)[name].points for name in names(path, TextQuestion))
        assert result.points == share * (result.out_of - read), result.verdicts
        waits = [n for n, v in result.verdicts.items() if v.state == "waits to be read"]
        assert waits == (names(path, TextQuestion) if share else [])
    assert {v.state for v in result.verdicts.values()} == {"not written"}


@each_source
def test_the_first_cell_says_what_to_run_after_a_restart(path):
    first, bootstrap, *_ = build.student(path).cells
    assert "`NameError` for `check`" in first.source
    assert "run all above again" in first.source
    assert not any(" check(" in cell.source for cell in (first, bootstrap))


def test_no_solution_leaks_to_students():
    assert list(build.leaks()) == []


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("lib/x.py", "### BEGIN SOLUTION"),
        ("data/README.md", "see autograder/proctor"),
    ],
)
def test_a_planted_leak_is_found(copy, where, text):
    build.build(copy)
    (copy / where).write_text(text)
    assert [path for path, _ in build.leaks(copy)] == [copy / where]


def test_a_solution_line_pasted_into_prose_stops_the_build(copy):
    path = build.sources(copy)[0]
    with path.open("a") as file:
        file.write("\n# %% [markdown]\n# return (f(x + h) - f(x - h)) / (2 * h)\n")
    with pytest.raises(SourceError, match="leak"):
        build.build(copy)


STUB = "def g(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
VALUE = "### BEGIN SOLUTION\na = 1 + 2\nb = a\n### END SOLUTION"


def test_a_stub_raises_inside_a_function_and_is_dots_at_the_left_edge():
    assert stub(STUB) == "def g(x):\n    raise NotImplementedError  # your code here"
    assert stub(VALUE) == "b = ...  # your value here"
    assert solved(STUB) == "def g(x):\n    return x"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("# %% answer g\ndef g(x):\n    return x", "no ### BEGIN SOLUTION"),
        ("# %% solution g\nx = 1", "titled 'solution'"),
        ("# %%\nx = 1\n\n# %%\nx = 1", "two cells"),
    ],
)
def test_a_broken_source_names_the_cell_and_the_remedy(tmp_path, cell, says):
    path = tmp_path / "01_x.py"
    path.write_text(cell + "\n")
    with pytest.raises(SourceError, match=says):
        read(path)


def test_an_unknown_question_names_the_bank(copy):
    path = build.sources(copy)[0]
    with path.open("a") as file:
        file.write("\n# %% check nobody_asks\ncheck('nobody_asks', 1)\n")
    with pytest.raises(SourceError, match="no question of its bank"):
        build.build(copy)


@each_source
def test_cells_keep_to_their_budgets(path):
    cells = read(path)
    code = [c for c in cells if c.role in ("code", "setup", "check")]
    lengths = [len(c.text.splitlines()) for c in code]
    assert statistics.median(lengths) <= 5
    assert max(lengths) <= 15
    for cell in cells:
        if cell.role == "prose":
            assert words(cell.text) <= 150, cell.text
        if cell.role == "explain":
            answer, rubric = cell.text.split("\n\n- ")
            most = 60 * max(bank(path.stem)[cell.name].points, 1)
            assert words(answer) <= most and words(rubric) <= most, cell.text


def words(text):
    """Words of prose; a table's rules and a formula are not read as words."""
    lines = [line for line in text.splitlines() if not line.startswith("|")]
    return len([w for w in " ".join(lines).split() if any(map(str.isalnum, w))])


@each_source
def test_every_picture_has_alt_text(path):
    for cell in read(path):
        if "draw.show(" in cell.text or "draw.frames(" in cell.text:
            assert "alt=" in cell.text, cell.text
        assert "plt.show" not in cell.text


@each_source
def test_the_solution_notebook_stands_beside_its_source_and_is_right(path):
    book = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    texts = ["".join(c.source) for c in book.cells]
    built = build.notebook(path, lambda cell: solved(cell.text))
    assert texts == [cell.source for cell in built.cells], "run `make solutions`"
    shown = json.dumps(book.cells, ensure_ascii=False)
    for name in names(path, Question):
        assert f"✓ {name} is right" in shown


def test_outside_of_the_environment_a_sentence_says_how_to_make_it():
    bare = [sys.executable, "-S", "-m", "proctor", "build"]
    done = subprocess.run(bare, capture_output=True, text=True, cwd=ROOT / "autograder")
    assert done.returncode == 1 and "run `make build` once" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_command_says_what_it_wrote():
    command = [sys.executable, "-m", "proctor", "build", "9-nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1 and "no source below solutions/9-nowhere" in done.stderr
