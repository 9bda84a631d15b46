"""A whole unit's submissions: found, staged for nbgrader, graded, and remembered."""

import contextlib
import functools
import itertools
import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

import nbformat

from proctor.build import ROOT
from proctor.grade import Job, grade
from proctor.handin import NotHandedIn, Unreadable, find
from proctor.page import judged_notebook
from proctor.repair import repair
from proctor.room import USUAL
from proctor.source import model_answers, read


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

    def stage(self, log):
        """Put every submission in order where a running nbgrader will read it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for student in self.students:
            for notebook in self.released:
                problem = self.stage_one(student, notebook)
                if problem:
                    log.warning("%s, %s needs a person: %s", student, notebook, problem)

    def stage_one(self, student, notebook):
        """Put one notebook in order for nbgrader; the problem if it can't be read."""
        folder = self.folder / student / self.unit
        folder.mkdir(parents=True, exist_ok=True)
        stamp = self.submitted / student / self.unit / "timestamp.txt"
        if stamp.is_file():
            shutil.copyfile(stamp, folder / "timestamp.txt")
        book, problem = self.released[notebook], ""
        try:
            raw, _ = self.file(student, notebook)
            book = repair(raw, book).book
        except NotHandedIn:
            pass
        except Unreadable as error:
            problem = str(error)
        nbformat.write(book, folder / f"{notebook}.ipynb")
        return problem

    def file(self, student, notebook):
        others = [name for name in self.unit_names if name != notebook]
        return find(self.submitted / student / self.unit, notebook, others)

    def job(self, student, notebook, seed=None):
        """What grading one submission takes, read from the folder of this student."""
        raw, problem, note = None, "", ""
        try:
            raw, note = self.file(student, notebook)
        except NotHandedIn as error:
            note = str(error)
        except Unreadable as error:
            problem = str(error)
        book = self.released[notebook]
        return Job(student, notebook, book, raw, problem, note, seed, self.limits)

    def waiting(self, force):
        """(student, notebook) of what is to be graded; with force, of everything."""
        pairs = itertools.product(self.students, self.released)
        return [p for p in pairs if force or not self.is_done(self.job(*p))]

    def result_file(self, student, notebook):
        return self.results / self.unit / student / f"{notebook}.json"

    def is_done(self, job):
        """Whether this very file was graded to the end against this very notebook."""
        path = self.result_file(job.student, job.notebook)
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            return kept.get("digest") == job.digest
        return False

    def timestamp(self, student):
        """When this student handed in, as nbgrader's timestamp.txt has it, or ""."""
        path = self.submitted / student / self.unit / "timestamp.txt"
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return path.read_text(encoding="utf-8").strip()
        return ""

    def feedback_page(self, result):
        """Where `nbgrader generate_feedback` puts a page, seen from the report."""
        return f"../feedback/{result['student']}/{self.unit}/{result['notebook']}.html"

    def grade(self, student, notebook, seed=None):
        """The Result for one submission; its JSON is kept."""
        result = grade(self.job(student, notebook, seed))
        self.keep(result)
        return result

    def keep(self, result, digest=""):
        """Keep a result as JSON; with its job's digest once its marks are saved too."""
        path = self.result_file(result.student, result.notebook)
        kept = {
            "student": result.student,
            "notebook": result.notebook,
            "seed": result.seed,
            "digest": digest,
            "person": result.person,
            "notes": result.notes,
            "verdicts": [asdict(verdict) for verdict in result.verdicts.values()],
        }
        put(path, json.dumps(kept, indent=1, ensure_ascii=False))

    def judged(self, student, notebook):
        """The notebook with outputs and verdicts in it, as feedback shows it."""
        return self.page(self.grade(student, notebook))

    def page(self, result):
        """A result's notebook for people, with a model answer beside what they read."""
        return judged_notebook(result, models(self.unit, result.notebook))
