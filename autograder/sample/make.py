"""Write the sample class: python -m sample.make INTO

Every submission is made from the student notebook and the answers of the
corpus, the same bytes each time. `manifest.toml` says what each deserves.
"""

import copy
import json
import sys
import zipfile
from pathlib import Path

from corpus.catalogue import judged, sources
from proctor.source.build import ROOT
from proctor.source.percent import read, solved, stub

from sample import students

UNIT, NAME = "1-derivatives", "01_three_derivatives"
FIRST_DATE = (2026, 9, 14, 9, 0, 0)


class Answers:
    """What may be written: the notebook's own answers and those of the corpus."""

    def __init__(self):
        cells = read(ROOT / "solutions" / UNIT / f"{NAME}.py")
        written = {cell.name: cell.text for cell in cells if cell.role == "answer"}
        self.reference = {name: solved(text) for name, text in written.items()}
        self.stubs = {name: stub(text) for name, text in written.items()}
        self.right = {q: sources(NAME, q, "right") for q in judged(NAME)}
        self.mistakes = {q: sources(NAME, q, "mistakes") for q in judged(NAME)}


class Book:
    """One student's copy of the notebook, to be written in."""

    def __init__(self, student, released, answers):
        made = copy.deepcopy(released)
        self.student, self.answers = student, answers
        self.cells, self.metadata = made["cells"], made["metadata"]
        for cell in self.cells:
            own = "".join(cell["source"]).replace(
                'STUDENT = ""', f"STUDENT = {json.dumps(student)}"
            )
            cell["source"] = own

    def at(self, cell_id):
        """The place of a cell."""
        return next(i for i, c in enumerate(self.cells) if c["id"] == cell_id)

    def cell(self, cell_id):
        return self.cells[self.at(cell_id)]

    def answer(self, name, source):
        """Write an answer and keep the check's output, as if it had been right."""
        self.cell(f"answer-{name}")["source"] = source
        said = {"text/plain": [f"✓ {name} is right"]}
        shown = {"output_type": "display_data", "data": said, "metadata": {}}
        self.cell(f"check-{name}")["outputs"] = [shown]

    def answer_all(self, **others):
        """The notebook's own answers, but for those that are given."""
        for name, source in {**self.answers.reference, **others}.items():
            self.answer(name, source)

    def answer_wrong(self, result, **others):
        """Functions that return `result`, but for the answers that are given."""
        for name in self.answers.reference:
            wrong = f"def {name}(*args):\n    return {result}"
            wrong = f"{name} = {result}" if name == "tidy_slope" else wrong
            self.answer(name, others.get(name, wrong))

    def add(self, source, after="setup", kind="code"):
        """A cell of the student's own below another."""
        made = {"cell_type": kind, "id": f"own-{len(self.cells)}", "metadata": {}}
        self.cells.insert(self.at(after) + 1, {**made, "source": source.strip("\n")})

    def copy_below(self, cell_id, source):
        """A copy of a cell, marks and all, with another text."""
        made = {**copy.deepcopy(self.cell(cell_id)), "source": source}
        self.cells.insert(self.at(cell_id) + 1, made)

    def drop(self, cell_id):
        del self.cells[self.at(cell_id)]


def make(into):
    """Write the class as `into/<student>/1-derivatives/<file>`."""
    path = ROOT / "notebooks" / UNIT / f"{NAME}.ipynb"
    released, answers = json.loads(path.read_text(encoding="utf-8")), Answers()
    for student, hand_in in students.CLASS.items():
        folder = Path(into) / student / UNIT
        folder.mkdir(parents=True, exist_ok=True)
        if hand_in.form is None:
            continue
        book = Book(student, released, answers)
        hand_in.write(book)
        written = hand_in.form(book)
        if hand_in.file.endswith(".zip"):
            put_in_zip(folder / hand_in.file, written)
        else:
            (folder / hand_in.file).write_bytes(written)


def put_in_zip(path, written):
    entry = zipfile.ZipInfo(f"homework/{NAME}.ipynb", FIRST_DATE)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, written)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
