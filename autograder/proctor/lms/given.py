"""A unit's marks as an LMS is given them, and why somebody has none yet."""

from collections import defaultdict
from dataclasses import dataclass

from nbgrader.api import (
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import exists, or_

from proctor.handin.files import Unreadable


@dataclass(frozen=True)
class Mark:
    """points, whether a person has still to look, and the notebooks that weren't
    graded yet."""

    points: float
    waits: bool = False
    ungraded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """The marks of a unit by student; its notebooks, each with its points; and those
    of them that nobody handed in."""

    unit: str
    marks: dict[str, Mark]
    notebooks: dict[str, float]
    nobodys: frozenset[str] = frozenset()

    @property
    def out_of(self):
        return sum(self.notebooks.values())

    @property
    def shown(self):
        """What the marks are of, in words."""
        return "the unit" if len(self.notebooks) > 1 else next(iter(self.notebooks))

    def parts(self):
        """What the points are made of, in words; "" of a single notebook."""
        told = []
        for name, points in self.notebooks.items():
            lacking = ", which nobody handed in" if name in self.nobodys else ""
            told.append(f"{name} {points:g}{lacking}")
        return f" ({'; '.join(told)})" if len(told) > 1 else ""

    def only(self):
        """The one notebook that was set, as far as can be told, or "NAME"."""
        came = [name for name in self.notebooks if name not in self.nobodys]
        return came[0] if len(came) == 1 else "NAME"

    def why_none(self, student):
        """The sentence on a student who gets no mark, or ""."""
        mark = self.marks.get(student)
        if mark is None:
            return f"{student} has no mark: nothing was handed in or graded."
        if mark.ungraded:
            return (
                f"{student} has no mark yet: {were(mark.ungraded)} not graded. "
                f"Grade with: python -m proctor grade {self.unit}"
            )
        waits = f"{student} has no mark yet: a person has still to look."
        return waits if mark.waits else ""


def were(names):
    """Names and their verb."""
    *most, last = sorted(names)
    return f"{', '.join(most)} and {last} were" if most else f"{last} was"


def given(url, unit, kept, notebook="*"):
    """What a gradebook gives for a unit, or for one notebook of it. Raises Unreadable.

    kept: the unit's kept results, which say what was handed in and graded.
    """
    with Gradebook(url) as gradebook:
        try:
            books = gradebook.find_assignment(unit).notebooks
        except MissingEntry:
            raise Unreadable(
                f"The gradebook knows no unit {unit}. Is the name right? "
                f"Grade it first: python -m proctor grade {unit}"
            ) from None
        out_of = {book.name: book.max_score for book in books}
        rows = rows_of(gradebook, unit)
    names = sorted(name for name in out_of if notebook in ("*", name))
    if not names:
        there = ", ".join(sorted(out_of))
        raise Unreadable(f"{unit} has no notebook {notebook}. It has: {there}.")
    came = {(r["student"], r["notebook"]): r["came"] for r in kept}
    by_student = defaultdict(list)
    for row in rows:
        if row.name in names:
            by_student[row.student_id].append(row)
    found = Given(
        unit,
        {
            student: mark(student, one, came)
            for student, one in sorted(by_student.items())
        },
        {name: out_of[name] for name in names},
        frozenset(names) - {name for (_, name), there in came.items() if there},
    )
    check_graded(found)
    return found


def rows_of(gradebook, unit):
    """A unit's submitted notebooks; marked: whether any question of it has points."""
    marked = exists().where(
        Grade.notebook_id == SubmittedNotebook.id,
        or_(Grade.auto_score.isnot(None), Grade.manual_score.isnot(None)),
    )
    columns = (
        SubmittedAssignment.student_id,
        Notebook.name,
        SubmittedNotebook.score,
        SubmittedNotebook.late_submission_penalty.label("penalty"),
        SubmittedNotebook.needs_manual_grade.label("waits"),
        marked.label("marked"),
    )
    query = gradebook.db.query(*columns).select_from(SubmittedNotebook)
    query = query.join(SubmittedAssignment).join(SubmittedNotebook.notebook)
    return query.filter(Notebook.assignment.has(name=unit)).all()


def mark(student, rows, came):
    """A student's mark for these notebooks, less what is taken off for lateness."""
    graded = [r for r in rows if r.marked or (student, r.name) in came]
    points = sum(r.score for r in rows) - sum(r.penalty or 0 for r in rows)
    return Mark(
        max(points, 0),
        any(r.waits for r in graded),
        tuple(sorted({r.name for r in rows} - {r.name for r in graded})),
    )


def check_graded(found):
    """Refuse a unit of which a part is graded for nobody. Raises Unreadable."""
    marks = found.marks.values()
    if all(mark.ungraded for mark in marks):
        names = {name for mark in marks for name in mark.ungraded}
        names = names or {*found.notebooks}
        rest = {*found.notebooks} - names
        only = "".join(rest) if len(rest) == 1 else "NAME"
        add = f". If only {only} was set, add here: --notebook {only}" if rest else ""
        raise Unreadable(
            f"Nobody has a mark yet: {were(names)} not graded. "
            f"Grade with: python -m proctor grade {found.unit}{add}"
        )
