"""A dry run: who would gain or lose which points, and why, before a mark is touched."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from proctor.grading.batch import Batch
from proctor.grading.run import Stop, course_at, explained, graded, locked
from proctor.out.gradebook import Marks
from proctor.room.server import USUAL

NO_QUESTION = "new to the gradebook: assign the unit again, with --force"


@dataclass(frozen=True)
class Change:
    """What would become of one mark; None where a person gives the points.

    why: what has changed since the mark was given.
    """

    student: str
    question: str
    before: float | None
    after: float | None
    why: str

    @property
    def gain(self):
        return (self.after or 0) - (self.before or 0)


@dataclass
class Found:
    """What a dry run has found.

    changes: of marks that are there; new: (student, notebook, points) of those that
    aren't yet; stay: how many stay; by_person: how many a person gave.
    """

    changes: list[Change]
    new: list[tuple[str, str, float]]
    stay: int = 0
    by_person: int = 0


def dry_run(
    folder,
    unit,
    *,
    workers=1,
    scheduler="",
    only="*",
    notebooks="*",
    force=False,
    limits=USUAL,
):
    """Grade a unit apart from its marks; what a run would change. Raises Stop."""
    coursedir, config = course_at(folder)
    found = Found([], [])
    with locked(folder), explained(), Marks(coursedir, config) as marks:
        if not marks.has(unit):
            raise Stop(
                f"The gradebook knows no marks of {unit} yet. "
                f"Grade it first: python -m proctor grade {unit}"
            )
        there = {
            (student, question): row for student, question, row in marks.rows(unit)
        }
        batch = Batch.of(coursedir, unit, only, notebooks, limits)
        with graded(batch, force, workers, scheduler) as results:
            for result in results:
                result, _ = batch.apart().finished(result)
                batch.apart().keep(result)
                compare(
                    there, batch.last(result.student, result.notebook), result, found
                )
    found.changes.sort(key=attrgetter("student"))
    return found


def compare(there, last, result, found):
    """Note what a result would change of the marks that are there."""
    rows = {name: there.get((result.student, name)) for name in result.verdicts}
    if not last and not any(is_given(row) for row in rows.values()):
        found.new.append((result.student, result.notebook, result.points))
        return
    for name, verdict in result.verdicts.items():
        before = rows[name] and rows[name].auto_score
        after = None if verdict.state.open else verdict.points
        if rows[name] and rows[name].manual_score is not None:
            found.by_person += 1
        elif before == after:
            found.stay += 1
        else:
            why = reason(last, result, name) if rows[name] else NO_QUESTION
            found.changes.append(Change(result.student, name, before, after, why))


def is_given(row):
    """Whether a row of the gradebook holds a mark."""
    return row is not None and (row.auto_score, row.manual_score) != (None, None)


def reason(last, result, name):
    """What has changed since a mark was given, in words."""
    before, now = last.get("origin"), result.origin
    if not before:
        return "nothing is kept of how it was given"
    changed = {
        "answer": before["file"] != now["file"],
        "notebook": before["notebook"] != now["notebook"],
        "question": before["questions"].get(name) != now["questions"][name],
        "seed": last["seed"] != result.seed,
        "grader": before["grader"] != now["grader"],
        "isolation": before["isolated"] != now["isolated"],
    }
    words = [word for word, is_so in changed.items() if is_so]
    if not words:
        return "nothing that is known of has changed: chance, or time"
    return f"changed: {', '.join(words)}"


def told(found):
    """The lines that tell a dry run's findings."""
    for student, of_one in groupby(found.changes, attrgetter("student")):
        changes = list(of_one)
        yield f"{student} {balance(sum(change.gain for change in changes))}"
        width = max(len(change.question) for change in changes)
        for c in changes:
            step = f"{shown(c.before)} -> {shown(c.after)}"
            yield f"    {c.question:{width}}  {step:12}  {c.why}"
    for student, notebook, points in found.new:
        yield f"{student} is new: {points:g} points for {notebook}"
    changed = f"{len(found.changes)} marks would change, {found.stay} stay"
    if found.by_person:
        changed += f", {found.by_person} that a person gave stay as well"
    yield f"{changed}. Nothing was written; run again without --dry-run for that."


def balance(gain):
    """What a student gains in all."""
    points = "1 point" if abs(gain) == 1 else f"{abs(gain):g} points"
    return f"{'gains' if gain > 0 else 'loses'} {points}" if gain else "keeps the sum"


def shown(points):
    return "a person" if points is None else f"{points:g}"
