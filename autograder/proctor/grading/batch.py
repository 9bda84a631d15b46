"""A whole unit's submissions: found, staged for nbgrader, graded, and remembered."""

import contextlib
import copy
import functools
import itertools
import json
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat

from proctor import clean
from proctor.grading import guard
from proctor.grading.grade import Job, for_a_person, grade, untouched
from proctor.handin.files import Unreadable
from proctor.handin.find import NotHandedIn, find
from proctor.handin.timestamps import handed_in
from proctor.out.kept import as_kept
from proctor.out.page import judged_notebook
from proctor.room.server import USUAL
from proctor.source.build import ROOT, course
from proctor.source.percent import model_answers, read
from proctor.whole import write_whole


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


LINKED = "The folder is a link to another place. Ask the student to hand in the files."


def job_in(folder, student, notebook, books, limits):
    """The job for one of a unit's notebooks that a folder holds. Raises nothing."""
    raw, problem, note = None, "", ""
    others = [name for name in books if name != notebook]
    try:
        with guard.memory():
            if folder.is_symlink() or folder.parent.is_symlink():
                raise Unreadable(LINKED)
            raw, note = find(folder, notebook, others)
            note = f"{note} {handed_in(folder)[1]}"
    except NotHandedIn as error:
        note = str(error)
    except Unreadable as error:
        problem = str(error)
    except Exception as error:
        problem = guard.reason(error)
    book, note, problem = books[notebook], clean.line(note), clean.line(problem)
    return Job(student, notebook, book, raw, problem, note, limits=limits)


class Batch:
    """The submissions of one unit below `submitted`, and what became of them.

    folder: where nbgrader reads the notebooks that were put in order; results: where
    each Result is kept as JSON, one file for each submission and notebook; tried: the
    same of a dry run.
    """

    def __init__(
        self, submitted, unit, root, students="*", notebooks="*", limits=USUAL
    ):
        self.unit, self.submitted = unit, Path(submitted)
        self.folder, self.results = root / "build" / "staged", root / "results"
        self.tried = root / "build" / "tried"
        self.release = course()["tag"]
        self.books = released(unit)
        self.released = {n: b for n, b in self.books.items() if notebooks in ("*", n)}
        names = [home.name for home in sorted(self.submitted.glob(students))]
        came = [name for name in names if self.has_come(name)]
        self.students = [name for name in came if clean.is_clean(name)]
        self.passed_over = sorted({*came} - {*self.students})
        self.limits = limits

    @classmethod
    def of(cls, coursedir, unit, students="*", notebooks="*", limits=USUAL):
        """The batch of a unit in an nbgrader course directory."""
        root = Path(coursedir.root)
        submitted = root / coursedir.submitted_directory
        return cls(submitted, unit, root, students, notebooks, limits)

    def apart(self):
        """The same batch for a dry run: its results are kept apart."""
        other = copy.copy(self)
        other.results = self.tried
        return other

    def stage(self):
        """Put a readable notebook in each one's place, for nbgrader to begin with."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for student, (name, book) in itertools.product(
            self.students, self.released.items()
        ):
            folder = self.folder / student / self.unit
            folder.mkdir(parents=True, exist_ok=True)
            nbformat.write(book, folder / f"{name}.ipynb")
            stamp = self.timestamp(student)
            if stamp:
                (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")

    def job(self, student, notebook):
        """What grading one submission takes. What was graded before, also in a dry run,
        against this very notebook, meets its cases again."""
        job = self.new_job(student, notebook)
        known = self.earlier(job) or self.apart().earlier(job)
        return replace(job, seed=known.get("seed"))

    def new_job(self, student, notebook):
        """The job that the folder of this student holds, on cases drawn afresh."""
        folder = self.submitted / student / self.unit
        return job_in(folder, student, notebook, self.books, self.limits)

    def has_come(self, student):
        """Whether there is a folder of this student's, or a link in its place."""
        folder = self.submitted / student / self.unit
        return folder.is_dir() or folder.is_symlink() or folder.parent.is_symlink()

    def waiting(self, force):
        """(student, notebook) of what is to be graded; with force, of everything."""
        pairs = itertools.product(self.students, self.released)
        return [p for p in pairs if force or not self.is_saved(*p)]

    def is_saved(self, student, notebook):
        return self.earlier(self.new_job(student, notebook)).get("saved", False)

    def result_file(self, student, notebook):
        return self.results / self.unit / student / f"{notebook}.json"

    def last(self, student, notebook):
        """What is kept of the last grading of a student's notebook, or {}."""
        path = self.result_file(student, notebook)
        with contextlib.suppress(OSError, ValueError):
            return json.loads(path.read_text(encoding="utf-8"))
        return {}

    def earlier(self, job):
        """What is kept of this very file graded against this very notebook, or {}."""
        kept = self.last(job.student, job.notebook)
        return kept if kept.get("digest") == job.digest else {}

    def timestamp(self, student):
        """When this student handed in, in UTC, or ""."""
        return handed_in(self.submitted / student / self.unit)[0]

    def grade(self, student, notebook):
        """The Result for one submission; its JSON is kept."""
        result = grade(self.job(student, notebook))
        self.keep(result)
        return result

    def keep(self, result, saved=False):
        """Keep a result as JSON; saved: its marks are in the gradebook for good."""
        path = self.result_file(result.student, result.notebook)
        kept = as_kept(result, self.release, saved)
        write_whole(path, json.dumps(kept, indent=1, ensure_ascii=False))

    def finished(self, result):
        """A result whose notebook is for people, with a model answer beside what they
        read, and that notebook as text. What can't be written down is for a person."""
        known = models(self.unit, result.notebook)
        try:
            page = judged_notebook(result, known)
            text = nbformat.writes(page)
            text.encode()
            return result, text
        except Exception as error:
            job = self.job(result.student, result.notebook)
            result = for_a_person(untouched(job), guard.reason(error))
            self.keep(result)
            return result, nbformat.writes(judged_notebook(result))
