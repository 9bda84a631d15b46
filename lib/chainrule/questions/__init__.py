"""The bank: every question of the course by name; `check` and `hint` for notebooks.

A probe runs beside a student's code and crosses into the grading room as text: probes
stand in `probes/<notebook>.py`, which may import NumPy only and holds no oracle.

Longer than most modules: all that a notebook calls stands in one place.
"""

import functools
import sys
from importlib import import_module

from chainrule.blame import blame, stub_in
from chainrule.judge import AnswerError, NotWritten, Written, judge
from chainrule.verdict import MARKS, READ, Verdict

NOTEBOOKS = {
    "00_shapes_and_checks": "shapes_and_checks",
    "01_three_derivatives": "three_derivatives",
    "02_graphs_by_hand": "graphs_by_hand",
    "03_reverse_mode": "reverse_mode",
    "04_tensors": "tensors",
}
ENGINES = ["scalar", "tensor", "ops", "transforms", "dual", "differences", "symbolic"]
ENGINES += ["walks"]
GRADIENTS = tuple(f"chainrule.{m}" for m in [*ENGINES, "losses", "layers", "optim"])
NUMPY_ONLY = ("torch", "autograd", "jax", "tensorflow", "sympy", *GRADIENTS)
IN_WORDS = "    It is answered in words, in the text cell below it. No check sees that."
NO_STUDENT = "    Put your id into STUDENT first: this question's numbers are your own."
EMPTY = "STUDENT is still empty: put your id there, near the top, and run on."
_hints_shown = {}


def bank(notebook):
    """The questions of one notebook by name, in the order in which they are asked."""
    module = import_module(f"chainrule.questions.{NOTEBOOKS[notebook]}")
    return {question.name: question for question in module.QUESTIONS}


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
    if question.value and callable(answer):
        return _misfit(question, "It is a function. Give the value itself.")
    if answer is Ellipsis:
        story = NO_STUDENT * (question.value and not student)
        return Verdict(question.name, "not written", 0, question.points, story)
    if question.value and not student:
        return Verdict(question.name, "needs your id", 0, question.points, NO_STUDENT)
    if not question.value and not callable(answer):
        return _misfit(question, "It is not a function. Give the function itself.")
    return judge(question, Local(question, names), seed, student)


def _misfit(question, story):
    return Verdict(question.name, "wrong", 0, question.points, story)


def numbers(name, student):
    """The student's own numbers for a question, as a dict; the same at every look."""
    if not student:
        return Hint(EMPTY)
    question = find(name)
    own = question.own(student)
    return question.parts[0].cases[0](own, own).args


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
        return self.guarded(answer, *args) if callable(answer) else answer

    def probe(self, probe, *args):
        return self.guarded(probe, Student(self.names), *args)

    def guarded(self, function, *args):
        with watching(self.question.off) as used:
            try:
                result = function(*args)
            except NotImplementedError as error:
                raise unwritten(self.question.name, stub_in(error)) from error
            except Exception as error:
                said = off_the_table(used[0]) if used else blame(error)
                raise AnswerError(said) from error
        if used:
            raise AnswerError(off_the_table(used[0]))
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


def off_the_table(module):
    return (
        f"    It uses {module}, which is off the table for this question:\n"
        "    the grader answers it in a room where that can't be imported."
    )


class watching:
    """Note every module of `off` whose code runs inside the block, as `used`.

    A course's rule kept where it is played: what passes here passes at grading.
    """

    def __init__(self, off):
        self.off = off
        self.used = []

    def __enter__(self):
        self.before = sys.getprofile()
        sys.setprofile(self.note)
        return self.used

    def note(self, frame, event, arg):
        if event == "call":
            where = frame.f_globals.get("__name__")
        elif event == "c_call":
            where = getattr(arg, "__module__", None)
        else:
            return
        module = off_module(self.off, where) if type(where) is str else None
        if module:
            self.used.append(module)

    def __exit__(self, *_):
        sys.setprofile(self.before)


@functools.cache  # asked at every call that an answer makes
def off_module(off, where):
    """The module of `off` that `where` is or lies in, or None."""
    return next((m for m in off if f"{where}.".startswith(f"{m}.")), None)
