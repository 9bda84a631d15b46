"""What a mutant finds around it, and how it is written, run and ended."""

import contextlib
import functools
import gc
import io
import signal

import torch._dynamo  # noqa: F401 - else an optimizer loads it, under an alarm
from chainrule.questions import find, numbers
from proctor.source.percent import solved

from corpus.mutants import cells


class TooLong(BaseException):
    """A mutant that does not end; no answer may catch it."""


def silent():
    return contextlib.redirect_stdout(io.StringIO())


@functools.cache
def lesson(notebook):
    """The names that a notebook gives an answer, the functions of others included."""
    names = {}
    with silent():
        for cell in cells(notebook):
            if cell.role == "answer" and not find(cell.name).value:
                exec(solved(cell.text), names)
            elif cell.role in ("setup", "code"):
                exec(cell.text, names)
    return names | {"numbers": functools.cache(numbers)}


@contextlib.contextmanager
def in_time(seconds):
    """End a mutant after so many seconds of the processor's time; it is wrong then.

    The collector rests meanwhile, for an alarm that rings inside a callback of it is
    lost; and the alarm comes again.
    """

    def end(*_):
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, end)
    gc.disable()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.2)
    try:
        yield
    finally:
        gc.enable()
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def nearly_all(question):
    """Points that a wrong answer earns at most: at these, no one asks why it is off."""
    return question.points - 0.01


def written(names, name, source, student):
    """All names once an answer is written; None when its cell fails."""
    names = {**names, name: None, "STUDENT": student}
    if find(name).value:
        names["numbers"](name, student)  # drawn before the alarm is set
    try:
        with silent(), in_time(1):
            exec(compiled(source), names)
    except (Exception, TooLong):
        return None
    return names


@functools.lru_cache(maxsize=64)
def compiled(source):
    return compile(source, "mutant", "exec")
