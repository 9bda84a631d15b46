"""A whole unit's submissions: found, staged for nbgrader, graded, and remembered."""

import contextlib
import functools
import itertools
import json
import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import nbformat

from proctor.build import ROOT
from proctor.grade import Job, grade
from proctor.handin import NotHandedIn, Unreadable, find
from proctor.page import judged_notebook
from proctor.source import model_answers, read
from proctor.warm import USUAL


def released(unit, root=ROOT):
    """The student notebooks of a unit by name. Raises FileNotFoundError."""
    paths = sorted((root / "notebooks" / unit).glob("*.ipynb"))
    if not paths:
        raise FileNotFoundError(
            f"notebooks/{unit} holds no notebook. Is the unit's name right? "
            "`make build` makes the notebooks."
        )
    return {path.stem: nbformat.read(path, as_version=4) for path in paths}


@functools.cache
def models(unit, notebook, root=ROOT):
    """The model answers of a notebook's questions that are answered in words."""
    return model_answers(read(root / "solutions" / unit / f"{notebook}.py"))


def put(path, text):
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


class Batch:
    """The submissions of one unit below `submitted`, and what became of them.

    folder: where nbgrader reads the notebooks that were put in order; results: where
    each Result is kept as JSON, one file for each submission and notebook.
    """

    def __init__(
        self, submitted, unit, build, students="*", notebooks="*", limits=USUAL
    ):
        self.unit, self.submitted = unit, Path(submitted)
        self.folder, self.results = build / "staged", build / "results"
        books = released(unit)
        self.unit_names = list(books)
        self.released = {n: b for n, b in books.items() if notebooks in ("*", n)}
        folders = sorted(self.submitted.glob(f"{students}/{unit}"))
        self.students = [folder.parent.name for folder in folders if folder.is_dir()]
        self.limits = limits

    @classmethod
    def of(cls, coursedir, unit, students="*", notebooks="*", limits=USUAL):
        """The batch of a unit in an nbgrader course directory."""
        root = Path(coursedir.root)
        submitted = root / coursedir.submitted_directory
        return cls(submitted, unit, root / "build", students, notebooks, limits)

    def stage(self):
        """Put a readable notebook in each one's place, for nbgrader to begin with."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for student, (name, book) in itertools.product(
            self.students, self.released.items()
        ):
            folder = self.folder / student / self.unit
            folder.mkdir(parents=True, exist_ok=True)
            nbformat.write(book, folder / f"{name}.ipynb")
            stamp = self.submitted / student / self.unit / "timestamp.txt"
            if stamp.is_file():
                shutil.copyfile(stamp, folder / "timestamp.txt")

    def job(self, student, notebook):
        """What grading one submission takes. What was graded before, against this very
        notebook, meets its cases again."""
        job = self.came(student, notebook)
        return replace(job, seed=self.kept(job).get("seed"))

    def came(self, student, notebook):
        """The job that the folder of this student holds, on cases drawn afresh."""
        raw, problem, note = None, "", ""
        folder = self.submitted / student / self.unit
        others = [name for name in self.unit_names if name != notebook]
        try:
            raw, note = find(folder, notebook, others)
        except NotHandedIn as error:
            note = str(error)
        except Unreadable as error:
            problem = str(error)
        book, limits = self.released[notebook], self.limits
        return Job(student, notebook, book, raw, problem, note, limits=limits)

    def waiting(self, force):
        """(student, notebook) of what is to be graded; with force, of everything."""
        pairs = itertools.product(self.students, self.released)
        return [p for p in pairs if force or not self.is_saved(*p)]

    def is_saved(self, student, notebook):
        return self.kept(self.came(student, notebook)).get("saved", False)

    def result_file(self, student, notebook):
        return self.results / self.unit / student / f"{notebook}.json"

    def kept(self, job):
        """What is kept of this very file graded against this very notebook, or {}."""
        path = self.result_file(job.student, job.notebook)
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            return kept if kept.get("digest") == job.digest else {}
        return {}

    def timestamp(self, student):
        """When this student handed in, as nbgrader's timestamp.txt has it, or ""."""
        path = self.submitted / student / self.unit / "timestamp.txt"
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return path.read_text(encoding="utf-8").strip()
        return ""

    def feedback_page(self, result):
        """Where `nbgrader generate_feedback` puts a page, seen from the report."""
        return f"../feedback/{result['student']}/{self.unit}/{result['notebook']}.html"

    def grade(self, student, notebook):
        """The Result for one submission; its JSON is kept."""
        result = grade(self.job(student, notebook))
        self.keep(result)
        return result

    def keep(self, result, saved=False):
        """Keep a result as JSON; saved: its marks are in the gradebook for good."""
        path = self.result_file(result.student, result.notebook)
        kept = {
            "student": result.student,
            "notebook": result.notebook,
            "seed": result.seed,
            "digest": result.digest,
            "saved": saved,
            "person": result.person,
            "notes": result.notes,
            "verdicts": [asdict(verdict) for verdict in result.verdicts.values()],
        }
        put(path, json.dumps(kept, indent=1, ensure_ascii=False))

    def page(self, result):
        """A result's notebook for people, with a model answer beside what they read."""
        return judged_notebook(result, models(self.unit, result.notebook))
