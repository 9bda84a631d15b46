"""A submission meets its questions: grade(job) -> Result; nothing else changes."""

import atexit
import contextlib
import copy
import functools
import hashlib
import json
import secrets
from dataclasses import dataclass, field

from chainrule.judge import AnswerError, Question, Written, judge
from chainrule.questions import bank, numbers
from chainrule.verdict import Verdict

from proctor import clean, guard
from proctor.budget import Budget
from proctor.files import Unreadable
from proctor.homes import marked
from proctor.repair import repair
from proctor.room import Ran
from proctor.sandbox import NoRoom
from proctor.warm import USUAL, Limits, Warm
from proctor.words import next_to

MOST_RESTARTS = 6
NOT_ISOLATED = "Not isolated, so it may be forged."


@dataclass
class Result:
    """What came of one submission: verdicts by question, and how it got there.

    book: the notebook in order; ran: what each cell did, by its index; notes: what was
    repaired or went wrong, in sentences; seed: the cases can be drawn again with it;
    person: why a person must look, or ""; digest: of the job that it came from.
    """

    student: str
    notebook: str
    seed: int
    verdicts: dict
    book: object = None
    ran: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)
    person: str = ""
    digest: str = ""

    @property
    def points(self):
        return sum(v.points for v in self.verdicts.values())

    @property
    def out_of(self):
        return sum(v.out_of for v in self.verdicts.values())


@dataclass(frozen=True)
class Job:
    """All that grading one submission takes; it can be sent to another process.

    raw: the file's bytes, or None: `problem` says why a person must look, and without
    one the notebook was just not handed in; released: the notebook as sent out;
    note: what was odd about the file; seed: of an earlier Result, for the same cases.
    """

    student: str
    notebook: str
    released: object
    raw: bytes | None
    problem: str = ""
    note: str = ""
    seed: int | None = None
    limits: Limits = USUAL

    @property
    def digest(self):
        """The same for the same file graded against the same notebook."""
        came = self.raw or f"{self.problem}{self.note}".encode()
        came += b"" if self.limits.isolated else NOT_ISOLATED.encode()
        sent_out = json.dumps(self.released, sort_keys=True).encode()
        return hashlib.sha256(came + sent_out).hexdigest()


def grade(job):
    """Repair, run in a room, judge outside. Raises NoRoom, and nothing for what a
    student did."""
    if job.raw is not None:
        room_for(job.notebook, job.limits)  # outside: a room inherits the ceiling
    try:
        with guard.memory():
            return clean.result(met(job))
    except NoRoom:
        raise
    except Exception as error:
        return clean.result(for_a_person(untouched(job), guard.reason(error)))


def untouched(job):
    """The Result of a submission that nothing has been done with yet."""
    seed = secrets.randbits(63) if job.seed is None else job.seed
    said = ["" if job.limits.isolated else NOT_ISOLATED, job.note]
    return Result(
        job.student,
        job.notebook,
        seed,
        {},
        copy.deepcopy(job.released),
        notes=[note for note in said if note],
        digest=job.digest,
    )


def met(job):
    """A submission's Result, each of its questions judged or left open."""
    result = untouched(job)
    if job.problem:
        return for_a_person(result, job.problem)
    if job.raw is None:
        return without_verdict(result, "not written", job.note)
    try:
        repaired = repair(job.raw, job.released)
    except Unreadable as error:
        return for_a_person(result, str(error))
    result.book = repaired.book
    result.notes += repaired.notes
    Session(result, room_for(job.notebook, job.limits)).judge_all()
    for name, (state, why) in repaired.texts.items():
        result.verdicts[name] = in_words(result, name, state, why)
    result.verdicts = {name: result.verdicts[name] for name in bank(job.notebook)}
    return result


@functools.cache
def room_for(notebook, limits=USUAL):
    """This process's warm room for a notebook's questions. Raises NoRoom."""
    off = {m for question in bank(notebook).values() for m in question.off}
    return _warm(tuple(sorted(off)), limits)


@functools.cache
def _warm(off, limits):
    # The first torch.optim call would import _dynamo, a second for each submission.
    more = () if "torch" in off else ("torch", "torch._dynamo")
    return _kept.enter_context(Warm(off, limits, more))


_kept = contextlib.ExitStack()
atexit.register(_kept.close)


def for_a_person(result, why):
    """Every question of a notebook that no verdict can be given for."""
    result.person = why
    return without_verdict(result, "needs a person", why)


def without_verdict(result, state, why):
    for name, question in bank(result.notebook).items():
        result.verdicts[name] = Verdict(name, state, 0, question.points, f"    {why}")
    return result


def in_words(result, name, state, why):
    """The verdict on a text; prose in a code cell beside an empty one may be it."""
    ran = [result.ran.get(i) for i in next_to(result.book, name)]
    odd = any(r and r.error.startswith("SyntaxError") for r in ran)
    if state == "not written" and odd:
        state, why = "needs a person", f"{name} may be answered in a code cell."
    if state == "needs a person":
        result.person = result.person or why
    points = bank(result.notebook)[name].points
    return Verdict(name, state, 0, points, f"    {why}" * bool(why))


class Session:
    """One submission's way through rooms: a new one wherever its code ends the last."""

    def __init__(self, result, warm):
        self.result, self.warm = result, warm
        self.skipped, self.with_demos = {}, False
        self.budget = Budget(warm.limits.whole)
        questions = bank(result.notebook)
        self.questions = {
            name: q for name, q in questions.items() if not isinstance(q, Written)
        }
        self.numbers = {
            name: numbers(name, result.student)
            for name, q in questions.items()
            if q.value
        }

    def cells(self):
        """(index, source) of what is run: set-up first; checks are not run at all."""
        found = []
        for index, cell in enumerate(self.result.book.cells):
            demo = "demo" in cell.metadata.get("tags", []) and not self.with_demos
            runs = cell.cell_type == "code" and not marked(cell, "grade") and not demo
            if runs and index not in self.skipped:
                found.append((not marked(cell, "locked"), index, cell.source))
        return [(index, source) for _, index, source in sorted(found)]

    def enter(self):
        """A room with the notebook run; cells that would end it are left out."""
        while True:
            room = self.warm.enter(self.cells(), self.numbers, self.budget)
            can_restart = len(self.skipped) < MOST_RESTARTS and not self.budget.over
            if room.died_in is not None and can_restart:
                self.skipped[room.died_in] = room.ended
                continue
            if self.lacks_a_name(room):
                room.__exit__()
                self.with_demos = True
                continue
            return room

    def lacks_a_name(self, room):
        """Whether a cell failed for a name that a demo cell would have given it."""
        errors = (ran.error for ran in room.ran.values())
        return not self.with_demos and any(e.startswith("NameError") for e in errors)

    def judge_all(self):
        """Judge every question; a fresh room for the next when one ends a room."""
        room = self.enter()
        self.result.ran = room.ran
        try:
            for number, (name, question) in enumerate(self.questions.items()):
                if room.died_in is None and not room.in_step():
                    room.__exit__()
                    room = self.enter()
                self.result.verdicts[name] = self.verdict(room, number, question)
        finally:
            room.__exit__()
        for index, why in self.skipped.items():
            self.result.ran[index] = Ran([], f"This cell was left out: {why}.")
            self.result.notes.append(f"Cell {index + 1} was left out: {why}.")

    def verdict(self, room, number, question):
        if self.budget.over:
            return self.left_open(question, f"It came too late: {self.budget}.")
        if room.died_in is not None:
            why = f"Too many cells end the process; the last time, {room.ended}."
            return self.left_open(question, why)
        seed, student = [self.result.seed, number], self.result.student
        found = judge(question, room.answer(question), seed, student)
        if question.value and found.state == "wrong":
            typed = self.typed_id(room)
            of_other = judge(question, room.answer(question), seed, typed)
            if typed and of_other.state == "right":
                return self.of_another(question, typed)
        if self.budget.over and found.state != "right":
            return self.left_open(question, f"It was cut short: {self.budget}.")
        return found

    def typed_id(self, room):
        """The id that the notebook claims: believed for no point, told to a person."""
        with contextlib.suppress(AnswerError):
            typed = room.answer(Question("STUDENT", value=True, hints=()))()
            return typed if isinstance(typed, str) else ""
        return ""

    def of_another(self, question, typed):
        """Right for the numbers of another id: a slip of the pen, or another's work."""
        why = (
            f"{question.name} is right for the numbers of STUDENT = {typed[:40]!r}, "
            f"which is not the id in the gradebook, {self.result.student!r}."
        )
        return self.left_open(question, why)

    def left_open(self, question, why):
        """A verdict that a person must give."""
        self.result.person = self.result.person or why
        points = question.points
        return Verdict(question.name, "needs a person", 0, points, f"    {why}")
