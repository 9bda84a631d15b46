"""The bank: every question of the course by name; `check` and `hint` for notebooks.

A probe runs beside a student's code and crosses into the grading room as text: probes
stand in modules of `probes`, which hold no oracle and may import NumPy only, and where
torch is the means of the answers, torch and `chainrule.torch_side`.

Longer than most modules: all that a notebook calls stands in one place.
"""

import functools
import sys
import time
from copy import deepcopy
from dataclasses import replace
from importlib import import_module

from chainrule.blame import NO_FUNCTION, blame, stub_in
from chainrule.crossing import Unfit
from chainrule.judge import AnswerError, TextQuestion, Unanswered, judge
from chainrule.rules import (
    difference,
    in_words,
    is_part_of_torch,
    listing,
    means,
    reason,
)
from chainrule.torch_side import with_tensors
from chainrule.verdict import State, Verdict
from chainrule.watch import watching

NOTEBOOKS = {
    "00_shapes_and_checks": "shapes_and_checks",
    "01_three_derivatives": "three_derivatives",
    "02_graphs_by_hand": "graphs_by_hand",
    "03_reverse_mode": "reverse_mode",
    "04_tensors": "tensors",
    "05_losses": "losses_by_hand",
    "06_networks": "networks",
    "07_gradient_descent": "descent",
    "08_optimizers": "optimizers",
    "09_initialization": "initialization",
    "10_generalization": "generalization",
    "11_dropout_and_norms": "dropout_and_norms",
    "12_gpu_training": "gpu_training",
    "13_convolutions": "convolutions",
    "14_sequences": "sequences",
    "15_capstone": "capstone",
}
BANKS = tuple(f"chainrule.questions.{module}" for module in NOTEBOOKS.values())
ANSWERED_OUTSIDE = ("chainrule.judge", "chainrule.oracle", "chainrule.verdict", *BANKS)
IN_WORDS = "    It is answered in words, in the text cell below it. No check sees that."
NO_STUDENT = "    Put your id into STUDENT first: this question's numbers are your own."
EMPTY = "STUDENT is still empty: put your id there, near the top, and run on."
LATE = (
    "    Its slowest call took {:.1f} seconds here. At grading, a call of it may take "
    "{:g}."
)
_hints_shown = {}
_last_checked = {}  # by question: the answer, and the verdict on it


def bank(notebook):
    """The questions of one notebook by name, in the order in which they are asked."""
    return {question.name: question for question in asked_in(notebook).QUESTIONS}


def asked_in(notebook):
    """The module that holds a notebook's questions, and its rule."""
    return import_module(f"chainrule.questions.{NOTEBOOKS[notebook]}")


def off_for(question):
    """What an answer to a question may not use: the question's own rule, or that of
    its notebook. A number may be found by any means."""
    if question.off is not None:
        return question.off
    return asked_in(notebook_of(question.name)).OFF


def off_the_table(notebook):
    """The modules that no function or class of a notebook may use: they aren't there
    when it is graded. Parts of torch can't be taken away, and are watched instead."""
    own = [q.off for q in bank(notebook).values() if q.off is not None]
    return tuple(
        name
        for name in asked_in(notebook).OFF
        if all(name in off for off in own) and not is_part_of_torch(name)
    )


def watched(question):
    """What has to be watched while an answer is called at grading: its whole rule,
    where something of that is there for the rest of the notebook."""
    if question.value:
        return ()
    off = off_for(question)
    there = set(off) - set(off_the_table(notebook_of(question.name)))
    return (*off, *ANSWERED_OUTSIDE) if there else ()


def rule(notebook):
    """The sentences that tell a notebook's readers what isn't allowed, and how long a
    call may take where it is said."""
    off = asked_in(notebook).OFF
    said = [
        f"Write functions and classes with {means(off)} and code of your own. "
        f"{in_words(off)} are not allowed in them, "
        "neither in a check nor at grading, even where a demo uses one. "
        "Where a question asks for a number, you may find it in any way."
    ]
    for other, names in other_rules(notebook).items():
        allowed, not_allowed = difference(other, off)
        if allowed:
            but = f", but not {not_allowed}" if not_allowed else ""
            said.append(f"Allowed in {names}: {allowed}{but}.")
        elif not_allowed:
            said.append(f"Not allowed in {names} either: {not_allowed}.")
    for q in bank(notebook).values():
        if not isinstance(q, TextQuestion) and q.seconds:
            said.append(f"A call of `{q.name}` may take {q.seconds:g} seconds.")
    return " ".join(said)


def other_rules(notebook):
    """The rules that differ from the notebook's, each with its questions in words."""
    found = {}
    for q in bank(notebook).values():
        if q.off not in (None, asked_in(notebook).OFF):
            found.setdefault(q.off, []).append(f"`{q.name}`")
    return {off: listing(names) for off, names in found.items()}


@functools.cache
def notebook_of(name):
    """The notebook that asks a question."""
    return next(notebook for notebook in NOTEBOOKS if name in bank(notebook))


@functools.cache
def course():
    """Every question of the course by name."""
    return {name: q for notebook in NOTEBOOKS for name, q in bank(notebook).items()}


def find(name):
    """The question of this name. KeyError with the nearest names when there is none."""
    known = course()
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, n=1) or sorted(known)
        raise KeyError(f"There is no question {name!r}. Try {', '.join(near)}.")
    return known[name]


def check(name, answer, student="", seed=None):
    """Judge an answer here and now, on fresh cases. Returns a Verdict.

    name: the question's; answer: your function, class or value; student: your id, for
    questions whose numbers are your own; seed: to meet the same cases again.
    """
    names = {**sys._getframe(1).f_globals, name: answer}
    found = verdict(find(name), names, student, seed)
    _last_checked[name] = answer, found
    return found


def last_verdict(name, answer):
    """What the last check said of this very answer; None where it checked another."""
    checked, found = _last_checked.get(name, (None, None))
    return found if checked is answer else None


def check_all(notebook, names, student=""):
    """The state of every question of a notebook, before you hand it in.

    names: your notebook's names, `globals()`; student: your id.
    """
    found = [
        verdict(q, {q.name: ..., **names}, student) for q in bank(notebook).values()
    ]
    return Overview(notebook, found, student)


def verdict(question, names, student="", seed=None, above=-1):
    """The verdict on the answer that stands under the question's name.

    above: where it earns no more points than these, no one wants to know why.
    """
    if isinstance(question, TextQuestion):
        return Verdict(question.name, State.READ, 0, question.points, IN_WORDS)
    answer = names[question.name]
    if answer is Ellipsis:
        story = NO_STUDENT if question.value and not student else ""
        return Verdict(question.name, State.NOT_WRITTEN, 0, question.points, story)
    if question.value and not student:
        return Verdict(question.name, State.NEEDS_ID, 0, question.points, NO_STUDENT)
    local = Local(question, names)
    found = judge(question, local, seed, student, above)
    if question.seconds and local.slowest > question.seconds:
        late = LATE.format(local.slowest, question.seconds)
        return replace(found, story=f"{found.story}\n{late}")
    return found


def numbers(name, student):
    """The student's own numbers for a question, as a dict; the same at every look."""
    if not student:
        return Hint(EMPTY)
    question = find(name)
    own = question.own(student)
    return deepcopy(question.parts[0].cases[0](own, own).args)


def hint(name):
    """The next of the question's three hints; after the last, the first again."""
    question = find(name)
    shown = _hints_shown.get(name, 0) % len(question.hints)
    _hints_shown[name] = shown + 1
    return Hint(f"Hint {shown + 1} of {len(question.hints)}: {question.hints[shown]}")


class Overview(list):
    """Verdicts on a whole notebook as a table: in text, and as HTML."""

    def __init__(self, notebook, verdicts, student):
        super().__init__(verdicts)
        self.notebook, self.student = notebook, student

    def __str__(self):
        width = max(len(v.question) for v in self)
        lines = []
        for v in self:
            points = "–" if v.state.by_person else f"{v.points:g}"
            score = f"{points} of {v.out_of:g}"
            lines.append(f"{v.state.mark} {v.question:{width}}  {score}  {v.state}")
        points = sum(v.points for v in self)
        read = sum(v.out_of for v in self if v.state.by_person)
        out_of = sum(v.out_of for v in self) - read
        total = f"{self.notebook}: {points:g} of {out_of:g} points"
        if read:
            total += f", and {read:g} more for what a person reads"
        lines.append(total)
        if not self.student and any(q.value for q in bank(self.notebook).values()):
            lines.append(EMPTY)
        return "\n".join(lines)

    __repr__ = __str__


class Hint(str):
    """A hint shows itself without quotes."""

    __repr__ = str.__str__


class Local:
    """A handle on an answer in this process that says what went wrong in it.

    slowest: the seconds that its slowest call took.
    """

    def __init__(self, question, names):
        self.question, self.names = question, names
        self.slowest = 0

    def __call__(self, *args):
        answer = self.names[self.question.name]
        if self.question.value:
            return answer
        if self.question.tensors and callable(answer):
            answer = with_tensors(answer)
        return self.guarded(answer, *args)

    def probe(self, probe, *args):
        return self.guarded(probe, Student(self.names), *args)

    def guarded(self, function, *args):
        if not callable(self.names[self.question.name]):
            raise AnswerError(NO_FUNCTION)
        off = off_for(self.question) + ANSWERED_OUTSIDE
        start = time.monotonic()
        with watching(off) as used:
            try:
                result = function(*args)
            except NotImplementedError as error:
                raise unwritten(self.question.name, stub_in(error)) from error
            except Exception as error:
                said = blame(error) if type(error) is not Unfit else f"    {error}"
                said = f"    {reason(used[0], off)}" if used else said
                raise AnswerError(said) from error
            finally:
                self.slowest = max(self.slowest, time.monotonic() - start)
        if used:
            raise AnswerError(f"    {reason(used[0], off)}")
        return result


def unwritten(name, stub):
    """What to raise for an empty stub: the answer's own, or another that it calls."""
    if stub == name or stub not in course():
        return Unanswered()
    return AnswerError(f"It uses {stub}, which is not written yet.")


class Student:
    """What a student has defined, as a probe sees it: `student.Name`."""

    def __init__(self, names):
        self.__dict__.update(names)

    def __getattr__(self, name):
        raise NameError(f"There is no {name} yet. Was its cell run?")
