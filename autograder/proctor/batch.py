"""A whole unit's submissions: found, staged for nbgrader, graded, and remembered."""

import atexit
import contextlib
import copy
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import nbformat
from chainrule.questions import bank

from proctor.build import ROOT
from proctor.grade import Result, for_a_person, grade
from proctor.page import judged_notebook
from proctor.repair import Unreadable, find, repair
from proctor.room import Warm

TORCH = ["torch"]


class Rooms:
    """One warm room for each set of things that are off the table, kept for the run."""

    def __init__(self, limits=None):
        self.limits, self.stack, self.warm = limits, contextlib.ExitStack(), {}
        atexit.register(self.stack.close)

    def room_for(self, notebook):
        """The warm room in which this notebook's questions are answered."""
        off = {m for question in bank(notebook).values() for m in question.off}
        off = tuple(sorted(off))
        if off not in self.warm:
            more = [] if "torch" in off else TORCH
            self.warm[off] = self.stack.enter_context(Warm(off, self.limits, more))
        return self.warm[off]


def released(unit, root=ROOT):
    """The student notebooks of a unit by name. Raises FileNotFoundError."""
    paths = sorted((root / "notebooks" / unit).glob("*.ipynb"))
    if not paths:
        raise FileNotFoundError(
            f"notebooks/{unit} holds no notebook. Is the unit's name right? "
            "`make build` makes the notebooks."
        )
    return {path.stem: nbformat.read(path, as_version=4) for path in paths}


class Batch:
    """The submissions of one unit below `submitted`, and what became of them.

    folder: where nbgrader reads the notebooks that were put in order; results: where
    each Result is kept as JSON, one file for each submission and notebook.
    """

    def __init__(
        self, submitted, unit, build, students="*", notebooks="*", limits=None
    ):
        self.unit, self.submitted = unit, Path(submitted)
        self.folder, self.results = build / "staged", build / "results"
        self.released = {
            name: book
            for name, book in released(unit).items()
            if notebooks in ("*", name)
        }
        folders = sorted(self.submitted.glob(f"{students}/{unit}"))
        self.students = [folder.parent.name for folder in folders if folder.is_dir()]
        self.rooms = Rooms(limits)

    @classmethod
    def stage(cls, coursedir, log):
        """The batch of a running `nbgrader autograde`, staged for it to read."""
        root = Path(coursedir.root)
        batch = cls(
            root / coursedir.submitted_directory,
            coursedir.assignment_id,
            root / "build",
            coursedir.student_id,
            coursedir.notebook_id,
        )
        for notebook in batch.released:
            batch.rooms.room_for(notebook)
        shutil.rmtree(batch.folder, ignore_errors=True)
        for student in batch.students:
            for notebook in batch.released:
                problem = batch.stage_one(student, notebook)
                if problem:
                    log.warning("%s, %s needs a person: %s", student, notebook, problem)
        return batch

    def stage_one(self, student, notebook):
        """Put one notebook in order for nbgrader; the problem if it can't be read."""
        folder = self.folder / student / self.unit
        folder.mkdir(parents=True, exist_ok=True)
        stamp = self.submitted / student / self.unit / "timestamp.txt"
        if stamp.is_file():
            shutil.copyfile(stamp, folder / "timestamp.txt")
        book, problem = self.released[notebook], ""
        try:
            _, raw, _ = self.file(student, notebook)
            book = repair(raw, book).book
        except Unreadable as error:
            problem = str(error)
        nbformat.write(book, folder / f"{notebook}.ipynb")
        return problem

    def file(self, student, notebook):
        return find(self.submitted / student / self.unit, notebook)

    def grade(self, student, notebook, seed=None):
        """The Result for one submission; its JSON is kept."""
        try:
            _, raw, note = self.file(student, notebook)
        except Unreadable as error:
            result = for_a_person(Result(student, notebook, 0, {}), str(error))
        else:
            warm = self.rooms.room_for(notebook)
            result = grade(
                raw, self.released[notebook], notebook, student, warm, seed, note
            )
        if result.book is None:
            result.book = copy.deepcopy(self.released[notebook])
        self.keep(result)
        return result

    def keep(self, result):
        path = self.results / self.unit / result.student / f"{result.notebook}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {
            "student": result.student,
            "notebook": result.notebook,
            "seed": result.seed,
            "person": result.person,
            "notes": result.notes,
            "verdicts": [asdict(verdict) for verdict in result.verdicts.values()],
        }
        path.write_text(
            json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8"
        )

    def judged(self, student, notebook):
        """The notebook with outputs and verdicts in it, as feedback shows it."""
        return judged_notebook(self.grade(student, notebook))
