"""The bank: every question of the course by name; `check` and `hint` for notebooks.

A probe runs beside a student's code and crosses into the grading room as text: probes
stand in `probes/<notebook>.py`, which may import NumPy only and holds no oracle.

Longer than most modules: all that a notebook calls stands in one place.
"""

import functools
import importlib
import sys
from copy import deepcopy
from importlib import import_module

from chainrule.blame import NO_FUNCTION, blame, stub_in
from chainrule.judge import AnswerError, NotWritten, Written, judge
from chainrule.standin import is_own, is_refused, lies_in, reason
from chainrule.verdict import MARKS, READ, Verdict

NOTEBOOKS = {
    "00_shapes_and_checks": "shapes_and_checks",
    "01_three_derivatives": "three_derivatives",
    "02_graphs_by_hand": "graphs_by_hand",
    "03_reverse_mode": "reverse_mode",
    "04_tensors": "tensors",
}
ENGINES = ["scalar", "tensor", "ops", "transforms", "dual", "differences", "symbolic"]
ENGINES += ["walks", "gradcheck"]
GRADIENTS = tuple(f"chainrule.{m}" for m in [*ENGINES, "losses", "layers", "optim"])
NUMPY_ONLY = ("torch", "autograd", "jax", "tensorflow", "sympy", *GRADIENTS)
BANKS = tuple(f"chainrule.questions.{module}" for module in NOTEBOOKS.values())
ANSWERED_OUTSIDE = ("chainrule.judge", "chainrule.oracle", "chainrule.verdict", *BANKS)
IN_WORDS = "    It is answered in words, in the text cell below it. No check sees that."
NO_STUDENT = "    Put your id into STUDENT first: this question's numbers are your own."
EMPTY = "STUDENT is still empty: put your id there, near the top, and run on."
LOADS = importlib._bootstrap._find_and_load.__code__
_hints_shown = {}


def bank(notebook):
    """The questions of one notebook by name, in the order in which they are asked."""
    return {question.name: question for question in asked_in(notebook).QUESTIONS}


def asked_in(notebook):
    """The module that holds a notebook's questions, and its rule."""
    return import_module(f"chainrule.questions.{NOTEBOOKS[notebook]}")


def off_the_table(notebook):
    """The modules that a notebook's functions and classes may not use. One rule for
    all of a notebook; a number may be found by any means."""
    return asked_in(notebook).OFF


def rule(notebook):
    """The sentences that tell a notebook's readers what is off the table."""
    off = off_the_table(notebook)
    packages = [f"`{m}`" for m in off if not lies_in(m, "chainrule")]
    return (
        "Write functions and classes with NumPy and code of your own: "
        f"{', '.join(packages)} and the derivatives of `chainrule` are off the table, "
        "for the checks as at grading, even where a demo shows one. "
        "A number you may find by any means."
    )


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
    return verdict(find(name), names, student, seed)


def check_all(notebook, names, student=""):
    """The state of every question of a notebook, before you hand it in.

    names: your notebook's names, `globals()`; student: your id.
    """
    found = [
        verdict(q, {q.name: ..., **names}, student) for q in bank(notebook).values()
    ]
    return Overview(notebook, found, student)


def verdict(question, names, student="", seed=None):
    """The verdict on the answer that stands under the question's name."""
    if isinstance(question, Written):
        return Verdict(question.name, "read by a person", 0, question.points, IN_WORDS)
    answer = names[question.name]
    if answer is Ellipsis:
        story = NO_STUDENT * (question.value and not student)
        return Verdict(question.name, "not written", 0, question.points, story)
    if question.value and not student:
        return Verdict(question.name, "needs your id", 0, question.points, NO_STUDENT)
    return judge(question, Local(question, names), seed, student)


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
            score = f"{'–' if v.state in READ else f'{v.points:g}'} of {v.out_of:g}"
            lines.append(f"{MARKS[v.state]} {v.question:{width}}  {score}  {v.state}")
        points, out_of = sum(v.points for v in self), sum(v.out_of for v in self)
        read = sum(v.out_of for v in self if v.state in READ)
        others = f", and {read:g} more for what a person reads" * bool(read)
        total = f"{self.notebook}: {points:g} of {out_of - read:g} points{others}"
        return "\n".join([*lines, total, *[EMPTY] * (not self.student)])

    __repr__ = __str__


class Hint(str):
    """A hint shows itself without quotes."""

    __repr__ = str.__str__


class Local:
    """A handle on an answer in this process that says what went wrong in it."""

    def __init__(self, question, names):
        self.question, self.names = question, names

    def __call__(self, *args):
        answer = self.names[self.question.name]
        return answer if self.question.value else self.guarded(answer, *args)

    def probe(self, probe, *args):
        return self.guarded(probe, Student(self.names), *args)

    def guarded(self, function, *args):
        if not callable(self.names[self.question.name]):
            raise AnswerError(NO_FUNCTION)
        off = off_the_table(notebook_of(self.question.name)) + ANSWERED_OUTSIDE
        with watching(off) as used:
            try:
                result = function(*args)
            except NotImplementedError as error:
                raise unwritten(self.question.name, stub_in(error)) from error
            except Exception as error:
                said = f"    {reason(used[0], off)}" if used else blame(error)
                raise AnswerError(said) from error
        if used:
            raise AnswerError(f"    {reason(used[0], off)}")
        return result


def unwritten(name, stub):
    """What to raise for an empty stub: the answer's own, or another that it calls."""
    if stub == name or stub not in course():
        return NotWritten()
    return AnswerError(f"It uses {stub}, which is not written yet.")


class Student:
    """What a student has defined, as a probe sees it: `student.Name`."""

    def __init__(self, names):
        self.__dict__.update(names)

    def __getattr__(self, name):
        raise NameError(f"There is no {name} yet. Was its cell run?")


class watching:
    """Note every module whose code runs inside the block and that answers may not use.

    A course's rule kept where it is played: what passes here passes at grading. What
    is off the table is noted wherever it runs; a package that is just not there when
    it is graded, where the student's own code calls it.
    """

    def __init__(self, off):
        self.off = off
        self.used = []
        self.importing = None

    def __enter__(self):
        self.before = sys.getprofile()
        sys.setprofile(self.note)
        return self.used

    def note(self, frame, event, arg):
        if self.is_import(frame, event):
            return
        if event == "call":
            caller, module = frame.f_back, frame.f_globals.get("__name__")
        elif event == "c_call":
            caller, module = frame, home_of(arg)
        else:
            return
        if type(module) is not str or not is_refused(module, self.off):
            return
        strictly = any(lies_in(module, name) for name in self.off)
        if strictly or (caller and is_own(str(caller.f_globals.get("__name__")))):
            self.used.append(module)

    def is_import(self, frame, event):
        """Whether a module is being loaded: what it runs for that is no use of it."""
        if self.importing is None and event == "call" and frame.f_code is LOADS:
            self.importing = frame
        elif self.importing is frame and event == "return":
            self.importing = None
            return True
        return self.importing is not None

    def __exit__(self, *_):
        sys.setprofile(self.before)


def home_of(builtin):
    """The module of a function that is written in C, or of the object it belongs to."""
    owner = getattr(builtin, "__self__", None)
    return getattr(builtin, "__module__", None) or type(owner).__module__
