"""From one source: the student, nbgrader's source and the solution notebook."""

import json
import tomllib
from pathlib import Path

import nbformat
from chainrule.judge import TextQuestion
from chainrule.questions import bank, rule
from nbclient import NotebookClient
from nbgrader.preprocessors import CheckCellMetadata, ComputeChecksums, LockCells

from proctor.source.percent import (
    SourceError,
    blank,
    read,
    solution_lines,
    solved,
    stub,
)

ROOT = Path(__file__).parents[3]
TEXTS = (".ipynb", ".py", ".md", ".csv", ".txt", ".yml", ".toml")
IDIOM = 25  # letters of a line that everybody writes
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
BOOTSTRAP = """\
#@title Set up: run this first (outside Colab it does nothing)
import importlib.util
import sys

if "google.colab" in sys.modules and not importlib.util.find_spec("chainrule"):
    %pip install -q --no-deps "git+https://github.com/{owner}/{repo}@{tag}#subdirectory=lib"
"""
BADGE = (
    "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    "(https://colab.research.google.com/github/{owner}/{repo}/blob/{tag}"
    "/notebooks/{unit}/{name}.ipynb)"
)
CORRECTIONS = "https://github.com/{owner}/{repo}/blob/{tag}/docs/corrections.md"
NUMBERS = """
    No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen
    Fifteen Sixteen Seventeen Eighteen Nineteen Twenty
"""
DOTS = (
    "The dots beside a question say how long you may need: • up to a quarter of an "
    "hour, •• up to half an hour, ••• up to an hour."
)
RESTARTED = (
    "A `NameError` for `check` says that the kernel was restarted and has forgotten "
    "your cells: run all above again (Colab: Runtime, Run before; JupyterLab: Run, "
    "Run All Above Selected Cell)."
)


def course(root=ROOT):
    return tomllib.loads((root / "course.toml").read_text())


def sources(root=ROOT, unit="*"):
    """The percent sources of a unit (of all units), in order."""
    return sorted((root / "solutions").glob(f"{unit}/[0-9]*.py"))


def notebook(path, text_of=lambda cell: cell.text, root=ROOT):
    """A source as a notebook with nbgrader's marks. Raises SourceError."""
    where = {**course(root), "unit": path.parent.name, "name": path.stem}
    first = [BADGE.format(**where), rule(path.stem), RESTARTED]
    cells = [
        _made("markdown", "colab-badge", "\n\n".join(first)),
        _made("code", "bootstrap", BOOTSTRAP.format(**where).strip()),
    ]
    cells[1].metadata.update(cellView="form", nbgrader=_marks("bootstrap", locked=True))
    questions = bank(path.stem)
    for cell in read(path):
        text = _with_points(text_of(cell), questions)
        text = text.replace("{corrections}", CORRECTIONS.format(**where))
        made = _made(cell.kind, cell.id, text)
        if cell.role in ("setup", "answer", "check", "explain"):
            made.metadata["nbgrader"] = _nbgrader(cell, questions, path)
        if cell.role == "demo":
            fold(made, cell.name)
        cells.append(made)
    about = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    book = nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(about))
    if path.stem in course(root).get("gpu", ()):
        book.metadata.update(accelerator="GPU", colab={"gpuType": "T4"})
    return book


def _with_points(text, questions):
    """A text whose {questions}, {points} and {dots} are filled in."""
    text = text.replace("{dots}", DOTS)
    if "{questions}" not in text:
        return text
    total = sum(question.points for question in questions.values())
    count = f"{NUMBERS.split()[len(questions)]} questions, {total:g} points."
    table = "\n".join(_table(questions))
    return text.replace("{questions}", count).replace("{points}", table)


def _table(questions):
    """The questions with their points, side by side where there are many."""
    rows = [f"|`{q.name}`|{q.points:g}" for q in questions.values()]
    pairs = 2 if len(rows) > 12 else 1
    height = -(-len(rows) // pairs)
    yield "|question|points" * pairs + "|"
    yield "|:--|--:" * pairs + "|"
    for i in range(height):
        yield "".join(rows[i::height]) + "|"


def fold(cell, title):
    """Hide the lines of a demo where notebooks can: they draw, the lesson is elsewhere.

    Colab shows a form with its title, JupyterLab one line to click on.
    """
    cell.source = f"#@title {title[:1].upper()}{title[1:]}\n{cell.source}"
    hidden = {"source_hidden": True}
    cell.metadata.update(tags=["demo"], cellView="form", jupyter=hidden)


def _made(kind, cell_id, text):
    cell = {"cell_type": kind, "id": cell_id, "metadata": {}, "source": text}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(cell)


def _marks(grade_id, **marks):
    empty = {"grade": False, "solution": False, "locked": False, "task": False}
    return {**empty, "schema_version": 3, "grade_id": grade_id, **marks}


def _nbgrader(cell, questions, path):
    if cell.role == "setup":
        return _marks(cell.id, locked=True)
    if cell.name not in questions:
        raise SourceError(
            f"{path.name} asks for {cell.name}, which is no question of its bank. "
            f"The bank has {', '.join(questions)}."
        )
    question = questions[cell.name]
    if isinstance(question, TextQuestion) != (cell.role == "explain"):
        raise SourceError(
            f"{path.name} has a cell {cell.role} {cell.name}. A question of class "
            "TextQuestion has a cell explain, every other an answer and a check."
        )
    if cell.role == "answer":
        return _marks(cell.id, solution=True)
    manual = cell.role == "explain"
    marks = {"grade": True, "solution": manual, "locked": not manual}
    return _marks(cell.id, **marks, points=question.points)


def student(path, root=ROOT):
    """What students get: stubs, locks and checksums, as nbgrader sets them."""
    book = notebook(path, lambda cell: _stubbed(cell), root)
    for preprocessor in (LockCells(), ComputeChecksums(), CheckCellMetadata()):
        book, _ = preprocessor.preprocess(book, {})
    return book


def _stubbed(cell):
    empty = {"answer": stub, "explain": blank}.get(cell.role)
    return empty(cell.text) if empty else cell.text


def solution(path, root=ROOT):
    """The solution notebook, run from top to bottom. Raises if a cell fails.

    A demo titled "… on this machine" takes times, so its output is not kept.
    """
    book = notebook(path, lambda cell: solved(cell.text), root)
    for cell in book.cells:
        cell.metadata.pop("nbgrader", None)
    client = NotebookClient(
        book,
        timeout=120,
        record_timing=False,
        coalesce_streams=True,  # else it depends on the time where a text is cut
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in book.cells:
        if cell.id.endswith("on-this-machine"):
            cell.outputs = []
    return book


def as_text(book):
    """A notebook as its file's text, the same for the same notebook."""
    return nbformat.writes(book) + "\n"


def write(book, path):
    """Write a notebook; True if it changed."""
    text = as_text(book)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def secrets(root=ROOT):
    """The lines that only staff may see, by notebook."""
    return {path.stem: set(solution_lines(read(path))) for path in sources(root)}


def rare(kept):
    """Of these lines, those that no file may say: a short one, as `optimizer.step()`,
    is an idiom that other notebooks may teach."""
    return {s for lines in kept.values() for s in lines if len(s) > IDIOM}


def in_cells(text):
    """What a notebook's file says in its cells, as one text."""
    return "\n".join("".join(c["source"]) for c in json.loads(text)["cells"])


def leaks(root=ROOT):
    """What stands in the students' folders and should not: (file, what) pairs."""
    kept = secrets(root)
    public = [p for d in ("notebooks", "lib", "data") for p in (root / d).rglob("*")]
    for path in [*public, root / "environment.yml"]:
        if path.suffix in TEXTS:
            text = path.read_text(encoding="utf-8")
            yield from ((path, what) for what in leaked(path, text, kept))


def leaked(path, text, kept):
    """What a public file says and should not."""
    if path.suffix == ".ipynb":
        text = in_cells(text)
        lines = {line.strip() for line in text.splitlines()}
        yield from sorted((kept.get(path.stem, set()) | rare(kept)) & lines)
    for word in ("BEGIN " + "SOLUTION", "proc" + "tor"):
        if word in text:
            yield word


def solutions(root=ROOT, unit="*"):
    """Run and write the solution notebooks; the paths that changed."""
    paths = {path: path.with_suffix(".ipynb") for path in sources(root, unit)}
    return [to for path, to in paths.items() if write(solution(path, root), to)]


def build(root=ROOT, unit="*"):
    """Write student notebooks and nbgrader's sources; the paths that changed."""
    changed = []
    for path in sources(root, unit):
        name = f"{path.parent.name}/{path.stem}.ipynb"
        for book, folder in [
            (student(path, root), "notebooks"),
            (notebook(path, root=root), "autograder/build/source"),
        ]:
            if write(book, root / folder / name):
                changed.append(root / folder / name)
    found = list(leaks(root))
    if found:
        told = "\n".join(f"  {path.relative_to(root)}: {what}" for path, what in found)
        raise SourceError(f"Solutions would leak to students:\n{told}")
    return changed
