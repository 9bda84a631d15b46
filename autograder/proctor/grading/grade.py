"""A submission meets its questions: grade(job) -> Result; nothing else changes."""

import atexit
import contextlib
import copy
import functools
import gc
import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace

from chainrule.judge import AnswerError, Question, TextQuestion, judge
from chainrule.questions import bank, numbers, off_the_table, watched
from chainrule.rules import INSTEAD
from chainrule.verdict import State, Verdict
from nbformat import NotebookNode

from proctor import clean
from proctor.grading import guard, origin
from proctor.handin.files import Unreadable
from proctor.handin.match import is_course_s, marked
from proctor.handin.names import defined, used
from proctor.handin.repair import repair
from proctor.handin.texts import next_to
from proctor.room.budget import Budget
from proctor.room.room import Ran
from proctor.room.sandbox import NoRoom
from proctor.room.server import USUAL, Limits, RoomServer
from proctor.source.ids import question_of

MOST_SKIPPED, MOST_ROOMS = 6, 8
NOT_THERE = "{} takes a package that is not there when this is graded."
NOT_ISOLATED = "Not isolated, so it may be forged."
AS_ANOTHER = "Graded without a room: its code ran as another user of the same machine."


@dataclass
class Result:
    """What came of one submission: verdicts by question, and how it got there.

    book: the notebook in order; ran: what each cell did, by its index; notes: what was
    repaired or went wrong, in sentences; seed: the cases can be drawn again with it;
    person: why a person must look, or ""; digest: of the job that it came from;
    origin: the versions of all that it depends on; seconds: the time in the room, by
    question.
    """

    student: str
    notebook: str
    seed: int
    verdicts: dict[str, Verdict]
    book: NotebookNode | None = None
    ran: dict[int, Ran] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    person: str = ""
    digest: str = ""
    origin: dict[str, object] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

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
    released: NotebookNode
    raw: bytes | None
    problem: str = ""
    note: str = ""
    seed: int | None = None
    limits: Limits = USUAL

    @property
    def digest(self):
        """The same for the same file graded against the same notebook."""
        came = self.raw or f"{self.problem}{self.note}".encode()
        came += where(self.limits).encode()
        sent_out = json.dumps(self.released, sort_keys=True).encode()
        return hashlib.sha256(came + sent_out).hexdigest()


def grade(job):
    """Repair, run in a room, judge outside. Raises NoRoom, and nothing for what a
    student did."""
    import torch  # noqa: F401 - where memory is short, its first import ends a process

    try:
        with guard.memory():
            return clean.result(met(job))
    except NoRoom:
        raise
    except Exception as error:
        return clean.result(for_a_person(untouched(job), guard.reason(error)))


def where(limits):
    """What is told of a submission that ran outside of a room, or ""."""
    if limits.isolated:
        return ""
    return AS_ANOTHER if limits.user else NOT_ISOLATED


def as_sent(released):
    """A notebook as it was sent out: all but what is graded is the course's own."""
    book = copy.deepcopy(released)
    for cell in book.cells:
        if not marked(cell, "grade"):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "course"]
    return book


def untouched(job):
    """The Result of a submission that nothing has been done with yet."""
    seed = secrets.randbits(63) if job.seed is None else job.seed
    said = [where(job.limits), job.note]
    return Result(
        job.student,
        job.notebook,
        seed,
        {},
        as_sent(job.released),
        notes=[note for note in said if note],
        digest=job.digest,
        origin=origin.of(job),
    )


def met(job):
    """A submission's Result, each of its questions judged or left open."""
    result = untouched(job)
    if job.problem:
        return for_a_person(result, job.problem)
    if job.raw is None:
        return without_verdict(result, State.NOT_WRITTEN, job.note)
    try:
        repaired = repair(job.raw, job.released)
    except Unreadable as error:
        return for_a_person(result, str(error))
    result.book = repaired.book
    result.notes += repaired.notes
    result.verdicts.update(judged(result, job.limits))
    for name, (state, why) in repaired.texts.items():
        result.verdicts[name] = in_words(result, name, state, why)
    result.verdicts = {name: result.verdicts[name] for name in bank(job.notebook)}
    return result


def judged(result, limits):
    """The verdicts on a submission's answers, those aside that are written in words.

    A number may be found by any means: one that isn't right is looked for once more in
    a room where nothing is off the table.
    """
    questions = bank(result.notebook).items()
    asked = {name: q for name, q in questions if not isinstance(q, TextQuestion)}
    budget = Budget(limits.whole)
    server = room_for(result.notebook, limits)
    session = Session(result, server, asked, budget)
    found = session.judge_all()
    values = {
        n: q for n, q in asked.items() if q.value and found[n].state != State.RIGHT
    }
    if values and was_refused(result, [found[name] for name in values]):
        elsewhere = replace(result, ran={}, notes=[])
        again = Session(elsewhere, open_room(limits), values, budget).judge_all()
        for name, verdict in again.items():
            if verdict.state == State.RIGHT:
                found[name] = verdict
            elif INSTEAD in str(verdict):
                found[name] = session.left_open(values[name], NOT_THERE.format(name))
    return found


@functools.cache
def room_for(notebook, limits=USUAL):
    """This process's warm room for a notebook's questions. Raises NoRoom."""
    return _server(off_the_table(notebook), limits)


def was_refused(result, verdicts):
    """Whether an answer, or a cell of the student's own, took what is off the table."""
    cells = result.book.cells
    own = [ran.error for i, ran in result.ran.items() if not is_course_s(cells[i])]
    return any(INSTEAD in said for said in [*own, *map(str, verdicts)])


def open_room(limits=USUAL):
    """This process's warm room in which nothing is off the table."""
    return _server((), limits)


@functools.cache
def _server(off, limits):
    # The first torch.optim call would import _dynamo, a second for each submission.
    more = () if "torch" in off else ("torch", "torch._dynamo")
    with guard.lifted():
        room = _kept.enter_context(RoomServer(off, limits, more))
    gc.freeze()  # no collection looks through all that has been imported by now
    return room


_kept = contextlib.ExitStack()
atexit.register(_kept.close)


def for_a_person(result, why):
    """Every question of a notebook that no verdict can be given for."""
    result.person = why
    return without_verdict(result, State.NEEDS_PERSON, why)


def without_verdict(result, state, why):
    for name, question in bank(result.notebook).items():
        result.verdicts[name] = Verdict(name, state, 0, question.points, f"    {why}")
    return result


def in_words(result, name, state, why):
    """The verdict on a text; prose in a code cell beside an empty one may be it."""
    ran = [result.ran.get(i) for i in next_to(result.book, name)]
    odd = any(r and r.error.startswith("SyntaxError") for r in ran)
    if state == State.NOT_WRITTEN and odd:
        state = State.NEEDS_PERSON
        why = f"{name} may be answered in a code cell."
    if state == State.NEEDS_PERSON:
        result.person = result.person or why
    points = bank(result.notebook)[name].points
    return Verdict(name, state, 0, points, f"    {why}" if why else "")


class Session:
    """One submission's way through rooms: its cells in order, each question where its
    check stands, and once more after the last cell if it is not right there.

    Where its code ends a room, another goes on behind that place. found: the verdicts,
    by question; skipped: cells that end a room; again: what was judged a second time.
    """

    def __init__(self, result, server, questions, budget):
        self.result, self.server = result, server
        self.questions, self.budget = questions, budget
        self.cells = result.book.cells
        self.found, self.skipped, self.again = {}, set(), set()
        self.with_demos, self.last_end = self.wants_demos(), ""
        self.numbers = {
            name: numbers(name, result.student)
            for name, q in bank(result.notebook).items()
            if q.value
        }

    def judge_all(self):
        """Judge every question; the verdicts, by name."""
        for _ in range(MOST_ROOMS + len(self.questions)):
            with self.server.enter(self.numbers, self.budget) as room:
                done = self.go_through(room)
                self.last_end = room.ended
            if done or self.budget.over or len(self.skipped) > MOST_SKIPPED:
                break
        if not done:
            why = self.why_not_done()
            self.result.notes.append(f"It was not run to its end. {why}")
        for name, question in self.questions.items():
            if name not in self.found:
                self.found[name] = self.left_open(question, self.why_not_done())
        return self.found

    def why_not_done(self):
        if self.budget.over:
            return f"It came too late: {self.budget}."
        return f"Too many cells end the process; the last time, {self.last_end}."

    def go_through(self, room):
        """Run the cells and judge what is not judged yet; whether all of it is done."""
        for index, name in self.steps():
            if name is None:
                self.run(room, index)
            elif name not in self.found:
                self.judge_here(room, name)
            if room.ended:
                return False
        for name in self.not_right():
            self.judge_again(room, name)
            if room.ended:
                return not self.not_right()
        return True

    def steps(self):
        """(cell's index, None) and (None, question), in order; set-up first."""
        first, then = [], []
        for index, cell in enumerate(self.cells):
            if marked(cell, "grade"):
                name = question_of(cell.id)
                then += [(None, name)] if name in self.questions else []
            elif cell.cell_type == "code" and self.is_run(index, cell):
                place = first if marked(cell, "locked") else then
                place.append((index, None))
        return first + then

    def is_run(self, index, cell):
        return index not in self.skipped and (self.with_demos or not is_demo(cell))

    def wants_demos(self):
        """Whether what a student wrote uses a name that the demo cells define."""
        code = [c for c in self.cells if c.cell_type == "code"]
        given = {name for c in code if is_demo(c) for name in defined(c.source)}
        own = (c.source for c in code if not is_course_s(c))
        return any(not given.isdisjoint(used(source)) for source in own)

    def not_right(self):
        """What is to be judged once more after the last cell."""
        names = self.questions.keys() - self.again
        found = {name: self.found.get(name) for name in self.questions if name in names}
        return [
            name for name, v in found.items() if v is None or v.state != State.RIGHT
        ]

    def run(self, room, index):
        """Run one cell: what it did, and what its failure leaves undefined."""
        source = self.cells[index].source
        ran = room.run(index, source)
        if room.ended:
            self.skipped.add(index)
            self.result.notes.append(f"Cell {index + 1} was left out: {room.ended}.")
            ran = Ran([], f"This cell was left out: {room.ended}.")
        self.result.ran[index] = ran
        if ran.error:
            said = f"    The cell that defines it stopped:\n    {ran.error}"
            room.stopped.update(dict.fromkeys(defined(source), said))

    def judge_here(self, room, name):
        """Judge a question where its check stands."""
        found = self.verdict(room, name)
        self.found[name] = found
        if room.ended and not self.is_defined_below(name):
            self.again.add(name)  # it would only end another room

    def is_defined_below(self, name):
        ids = [question_of(c.id) if marked(c, "grade") else "" for c in self.cells]
        below = self.cells[ids.index(name) :] if name in ids else []
        return any(name in defined(cell.source) for cell in below)

    def judge_again(self, room, name):
        """Judge a question after the last cell: an answer below its check counts."""
        self.again.add(name)
        first = self.found.get(name)
        told = first and first.state in ("wrong", "partly right")
        second = self.verdict(room, name, first.points if told else -1)
        if first is None:
            self.found[name] = second
        elif second.points > first.points:
            self.found[name] = second
            self.result.notes.append(
                f"{name} counts as it stands after the last cell; "
                f"where its check stands it was {first.state}."
            )
        elif first.state == State.NOT_WRITTEN != second.state and not first.points:
            self.found[name] = second

    def verdict(self, room, name, above=-1):
        """The verdict on an answer as the room now has it; in full where it earns more
        than `above` points."""
        question, student = self.questions[name], self.result.student
        number = list(bank(self.result.notebook)).index(name)
        seed = [self.result.seed, number, int(name in self.again)]
        answer = room.answer(question, watched(question))
        found = judge(question, answer, seed, student, above)
        spent = self.result.seconds.get(name, 0) + answer.spent
        self.result.seconds[name] = round(spent, 3)
        if question.value and found.state == State.WRONG:
            typed = self.typed_id(room)
            of_other = judge(question, room.answer(question), seed, typed)
            if typed and of_other.state == State.RIGHT:
                return self.of_another(question, typed)
        room.in_step()
        if self.budget.over and found.state != State.RIGHT:
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
        return Verdict(question.name, State.NEEDS_PERSON, 0, points, f"    {why}")


def is_demo(cell):
    return "demo" in cell.metadata.get("tags", [])
