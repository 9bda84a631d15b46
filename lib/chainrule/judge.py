"""judge(question, answer) -> Verdict: an answer meets an oracle on cases drawn afresh.

The judge never looks inside an answer. It calls it; whether the call runs here or in
an isolated process is the caller's business.

Longer than most modules: the words of the course (case, mistake, part, question) are
defined here, next to the one function that they are for.
"""

import contextlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from inspect import Parameter, signature
from operator import attrgetter
from textwrap import dedent, indent

import numpy as np

from chainrule.crossing import Asked, plain
from chainrule.oracle import Oracle
from chainrule.settings import within
from chainrule.signatures import AGAIN, seen
from chainrule.verdict import State, Verdict, clipped, disagreement, short

UNFIT = "It returned something of another form than what is asked for."
TOUCHED = (
    "    The result is right, but {} that was given is not what it was:\n"
    "    whoever gave it still needs it. Work on a copy, {}."
)
TOUCHED_ARRAY = TOUCHED.format("an array", "x.copy()")
TOUCHED_TENSOR = TOUCHED.format("a tensor", "x.clone()")
NOTE = (
    "It was judged with a right {} in place of yours: with yours it is off.\n"
    "Look at {} first."
)
LINE = 76  # letters of a case's arguments that fit on one line of a verdict


class AnswerError(Exception):
    """The answer gave no result; the message says what it did, for its author."""


class Unanswered(AnswerError):
    """The answer, or as much of it as a case needs, is still the empty stub."""

    def __str__(self):
        return "    This is still to be written."


@dataclass(frozen=True)
class Case:
    """One named set of arguments, in the order in which the answer takes them."""

    name: str
    args: dict[str, object]


def case(name, **makers):
    """A case drawn afresh: each maker is a function of a generator, or a constant."""

    def make(rng, own):
        return Case(name, {k: m(rng) if callable(m) else m for k, m in makers.items()})

    return make


def case_from(name, maker):
    """A case drawn afresh whose arguments belong together: `maker(rng)` is a dict."""
    return lambda rng, own: Case(name, maker(rng))


def own_case(name, maker):
    """A case whose numbers are the student's own, the same at every look."""
    return lambda rng, own: Case(name, own_numbers(maker, own))


@lru_cache(maxsize=64)
def own_numbers(maker, own):
    """The numbers that a maker draws for someone; they are not to be changed."""
    return maker(np.random.default_rng(list(own)))


@dataclass(frozen=True)
class Mistake:
    """A sentence that says what someone did, and the result that this leads to.

    rule: a function that asks by name for what it needs: the answer's own arguments,
    `right`, the right result, or `oracle`, which knows the right result elsewhere.
    agree(yours, wrong, **args): when an answer is told it; the part's own rule if None.
    """

    says: str
    rule: Callable
    agree: Callable | None = None

    def wrong(self, oracle, **args):
        """The result that the mistake leads to on a case."""
        named, all_others = parameters(self.rule)
        known = {**args, "oracle": oracle}
        if "right" in named:
            known["right"] = oracle(**args)
        given = {name: known[name] for name in named}
        return self.rule(**{**args, **given}) if all_others else self.rule(**given)


@cache
def parameters(function):
    """The names that a function asks for, and whether it takes all others too."""
    kinds = {p.name: p.kind for p in signature(function).parameters.values()}
    named = [name for name, kind in kinds.items() if kind != Parameter.VAR_KEYWORD]
    return named, len(named) < len(kinds)


def close(rtol=1e-9, atol=1e-12):
    """Agreement of two arrays entry by entry; a NaN agrees with nothing.

    The usual tolerance is far from what float64 rounds, and closer than float32 comes.
    """

    def agree(yours, right, **args):
        yours, right = np.asarray(yours), np.asarray(right)
        return yours.shape == right.shape and bool(
            np.all(np.abs(yours - right) <= atol + rtol * np.abs(right))
        )

    return agree


def close_or_both_nan(yours, wrong, **_):
    """Agreement of two arrays in which a NaN agrees with a NaN: for mistakes."""
    return yours.shape == wrong.shape and np.allclose(yours, wrong, equal_nan=True)


def call(answer, **args):
    """Use an answer the plain way: one call with the case's arguments."""
    return answer(*args.values())


def one_array(result):
    """What an answer returned, as an array. Raises AnswerError when it is none."""
    array, problem = plain(result)
    if problem:
        raise AnswerError(problem)
    return array


def one_number(result):
    """What an answer returned, as a float. Raises AnswerError when it is none."""
    array = one_array(result)
    if array.ndim:
        raise AnswerError(
            f"It returned an array of shape {array.shape}. Return one number."
        )
    return float(array)


@dataclass(frozen=True)
class Part:
    """One thing that a question asks, with the points it is worth.

    probe(student, *args) is for answers that are classes or training loops: it runs
    beside the student's code, uses it as `student.Name`, and returns plain arrays.
    drive(answer, **args) uses the answer and returns what is compared; it runs on the
    judge's side, so an answer can't touch what it counts. Functions among the arguments
    arrive as Asked.
    agree(yours, right, **args): whether two results are the same.
    show(value, **args) writes a compared value for people.
    tell(yours, right, **args): what is off, where a pair of numbers would not say it.
    share(yours, right, **args): the share of the points that a result earns which is
    off; the least of all cases counts. Nothing is earned without it.
    entries: whether what is compared is the answer's own numbers, no count or record.
    """

    points: float
    oracle: Oracle
    cases: list[Callable]
    mistakes: Sequence[Mistake] = ()
    probe: Callable | None = None
    drive: Callable = call
    agree: Callable = field(default_factory=close)
    show: Callable | None = None
    tell: Callable | None = None
    share: Callable | None = None
    entries: bool = True


class Question:
    """What is asked, as data: its parts and three hints.

    value: the answer is a number or array, not a function.
    off: what it may not use, where that is another rule than its notebook's.
    tensors: arrays arrive at the answer as torch tensors, and it may return such.
    seconds: how long one call may take, where it trains something; 10 at most.
    stand_ins: (names, parts), for what it builds on: its parts asked with right answers
    in place of the student's own to the earlier questions of these names.
    """

    def __init__(
        self,
        name,
        *parts,
        hints,
        value=False,
        off=None,
        tensors=False,
        seconds=None,
        stand_ins=(),
    ):
        if seconds is not None:
            within("Question", "seconds", seconds, "(0, 10]")
        self.name = name
        self.parts = parts
        self.hints = tuple(hints)
        self.value = value
        self.off = off
        self.tensors = tensors
        self.seconds = seconds
        self.stand_ins = stand_ins

    @property
    def points(self):
        return sum(part.points for part in self.parts)

    def own(self, student):
        """What a student's own numbers are drawn from, where it asks for a value."""
        if not self.value:
            return None
        return f"{self.name} {str(student).strip().casefold()}".encode()


@dataclass(frozen=True)
class TextQuestion:
    """A question that is answered in words: it has no oracle, and a person reads it."""

    name: str
    points: float
    hints: tuple[str, ...]
    parts = ()
    value = False
    off = None


@dataclass
class Meeting:
    """What happened on one case; `wrong` says what is off, empty when they agree.

    right: the oracle's result, None where there is no result to compare with it.
    place: the case's among the part's, in the order of the bank.
    """

    case: Case
    right: object = None
    yours: object = None
    where: str = ""
    wrong: str = ""
    attempted: bool = True
    place: int = 0


def meet(question, part, case, answer):
    """Drive the answer on one case and compare what comes back with the oracle."""
    meeting = Meeting(case)
    asked = {k: lend(v) for k, v in case.args.items()}
    with noting(meeting):
        result = use(question, part, answer, asked)
        meeting.yours, meeting.wrong = plain(result, question.value)
    if not meeting.wrong:
        meeting.right = part.oracle(**case.args)
        with noting(meeting):
            compare(question, part, meeting)
    if not meeting.wrong and not untouched(asked, case.args):
        meeting.wrong = TOUCHED_TENSOR if question.tensors else TOUCHED_ARRAY
    return meeting


@contextlib.contextmanager
def noting(meeting):
    """Note what an answer stops with, or a reply that can't be looked at."""
    try:
        yield
    except AnswerError as error:
        meeting.wrong = str(error)
        meeting.attempted = not isinstance(error, Unanswered)
    except Exception:  # a reply from a room may have any form
        meeting.yours, meeting.wrong = None, UNFIT


def compare(question, part, meeting):
    """Note what is off, where the answer doesn't agree with the oracle."""
    case = meeting.case
    if part.agree(meeting.yours, meeting.right, **case.args):
        return
    if part.tell:
        meeting.wrong = part.tell(meeting.yours, meeting.right, **case.args)
    else:
        show = part.show and (lambda value: part.show(value, **case.args))
        meeting.where, meeting.wrong = disagreement(
            meeting.yours, meeting.right, part.oracle.name, show, not question.value
        )


def lend(arg):
    """An argument as an answer gets it: what it does to it stays its own."""
    if callable(arg) and not isinstance(arg, type):
        return Asked(arg)
    return deepcopy(arg) if isinstance(arg, (np.ndarray, list)) else arg


def untouched(asked, args):
    """Whether the arrays that were lent come back as they were."""
    return all(
        np.array_equal(asked[k], v)
        for k, v in args.items()
        if isinstance(v, np.ndarray)
    )


def meet_all(question, parts, answer, rng, student, above=-1):
    """The meetings of each part, its cases drawn and met, in the order of asking.

    The cases of all parts come in one order, which an answer can't count on. One of the
    first part's is asked again with other numbers, and then once more as it was: an
    answer that remembers what it shouldn't is found. Once it is settled that no more
    than `above` points are earned, no more is asked.
    """
    asks = [
        (number, place, maker, maker(rng, question.own(student)))
        for number, part in enumerate(parts)
        for place, maker in enumerate(part.cases)
    ]
    order = [asks[i] for i in rng.permutation(len(asks))]
    if not question.value:
        at, (number, place, maker, case) = next(
            (i, ask) for i, ask in enumerate(order) if ask[0] == 0
        )
        other = number, place, maker, alike(maker, case, rng)
        order.insert(rng.integers(at + 1, len(order) + 1), other)
        again = replace(case, name=case.name + AGAIN)
        order.append((number, place, maker, again))
    met = [[] for _ in parts]
    for number, place, _, case in order:
        meeting = meet(question, parts[number], case, answer)
        met[number].append(replace(meeting, place=place))
        if settled(parts, met, above):
            break
    return met


def settled(parts, met, above):
    """Whether no case to come can lift an answer above so many points, or all of it is
    seen to be the stub."""
    lost = [any(m.wrong for m in meetings) for meetings in met]
    both = zip(parts, lost, strict=True)
    left = sum(p.points for p, gone in both if p.share or not gone)
    stub = all(lost) and not any(m.attempted for meetings in met for m in meetings)
    return stub or left <= above


TRIES = 1000


def alike(maker, case, rng):
    """The same case with other numbers; its arrays have the same shapes."""
    for _ in range(TRIES):
        other = maker(rng, rng)
        if shapes(other) == shapes(case):
            break
    return other


def shapes(case):
    return [np.shape(a) for a in case.args.values() if isinstance(a, np.ndarray)]


def use(question, part, answer, args):
    """Get what is compared: a value, a call, or what a probe brings back."""
    if question.value:
        return answer()
    if part.probe:
        return answer.probe(part.probe, *args.values())
    return part.drive(answer, **args)


def diagnose(part, meetings):
    """The sentence of the mistake that explains every result, or an empty one."""
    seen = [m for m in meetings if m.yours is not None]
    if not any(m.wrong for m in seen):
        return ""
    for mistake in part.mistakes:
        if all(explains(mistake, part, m) for m in seen):
            return mistake.says
    return ""


def explains(mistake, part, meeting):
    """Whether a mistake leads to the result of this meeting."""
    agree, args = mistake.agree or part.agree, meeting.case.args
    wrong = mistake.wrong(part.oracle, **args)
    try:
        return agree(meeting.yours, wrong, **args)
    except Exception:  # a reply from a room may have any form
        return False


def judge(question, answer, seed=None, student="", above=-1):
    """The verdict on an answer, on cases drawn from `seed` (fresh when None).

    answer: called with a case's arguments (with none for a value question); raises
    AnswerError or Unanswered where it has no result. Where it builds on earlier answers
    and is off, it is asked again with right ones in their place, and the better counts.
    above: where it earns no more points than these, no one wants to know why.
    """
    rng = np.random.default_rng(seed)
    best = judged(question, question.parts, answer, rng, student, above)
    for names, parts in question.stand_ins:
        if best.state in (State.RIGHT, State.NOT_WRITTEN):
            break
        above = max(above, best.points)
        found = judged(question, parts, answer, rng, student, above)
        if found.points > best.points:
            best = with_stand_ins(found, names)
    return best


def with_stand_ins(found, names):
    """A verdict that says which answer it was judged without, to be looked at first."""
    first, *_ = names
    note = NOTE.format(" and ".join(names), first)
    return replace(found, story=f"{found.story}\n{note}")


def judged(question, parts, answer, rng, student, above):
    """The verdict on an answer by these parts of a question."""
    points = count = 0
    failed = []
    met = meet_all(question, parts, answer, rng, student, above)
    for part, meetings in zip(parts, met, strict=True):
        count += len(meetings)
        wrong = sorted((m for m in meetings if m.wrong), key=attrgetter("place"))
        earned = part.points * earned_share(part, wrong)
        points += earned
        if wrong:
            failed.append((part, wrong[0], meetings, part.points - earned))
    if not failed:
        return agreed(question, points, count)
    (part, first, meetings, _), *others = failed
    lost = sum(points for *_, points in others)
    if not points and not first.attempted:
        return Verdict(question.name, State.NOT_WRITTEN, 0, question.points)
    if points <= above:
        return conclude(question, points, first, lost)
    advice = diagnose(part, meetings)
    if advice or question.value:
        return conclude(question, points, first, lost, advice)
    shown = seen(
        part,
        meetings,
        lambda: meet_all(question, [part], answer, rng, student)[0],
    )
    return conclude(question, points, first, lost, shown=shown)


def earned_share(part, wrong):
    """The share of a part's points that is earned in spite of these meetings."""
    if not wrong or not part.share:
        return int(not wrong)
    shares = [
        part.share(m.yours, m.right, **m.case.args) if m.yours is not None else 0
        for m in wrong
    ]
    return min(shares)


def agreed(question, points, count):
    """The verdict on an answer that is right on every case."""
    names = ", ".join(dict.fromkeys(part.oracle.name for part in question.parts))
    on = f"on all {count} cases" if count > 1 else "on its one case"
    story = f"Agrees {on} ({names})."
    return Verdict(question.name, State.RIGHT, points, question.points, story)


def conclude(question, points, first, lost, advice="", shown=""):
    """The verdict from the points earned, the first failing case, and the points lost
    on the cases of other parts."""
    args = [f"{k} = {short(v)}" for k, v in first.case.args.items()]
    given = (", " if sum(map(len, args)) < LINE else "\n").join(args)
    story = [indent(f"{given}\n{clipped(dedent(first.wrong))}", "    ")]
    if shown:
        story.append(shown)
    if lost:
        worth = f"{lost:g} point" if lost == 1 else f"{lost:g} points"
        story.append(f"Other cases, worth {worth}, are off too.")
    where = f'on "{first.case.name}"'
    if points:
        where = f"but off {where}"
    if first.where:
        where = f"{where}: {first.where}"
    state = State.PARTLY_RIGHT if points else State.WRONG
    text = "\n".join(story)
    return Verdict(question.name, state, points, question.points, text, advice, where)
