"""Who watches what an answer uses while it is called."""

import contextlib
import functools
import importlib
import sys

from chainrule.rules import lies_in
from chainrule.standin import is_own, is_refused

LOADS = importlib._bootstrap._find_and_load.__code__
# Where torch keeps what is written in C, and where its users find it.
PUBLIC = {
    "torch._VariableFunctionsClass.": "torch.",
    "torch._C._VariableFunctionsClass.": "torch.",
    "torch._C._nn.": "torch.nn.functional.",
    "torch._C._special.special_": "torch.special.",
}


class watching:
    """Note everything that runs inside the block and that answers may not use.

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
        """Called at every call and return of what is watched, so it is written long."""
        if self.importing is not None:
            if self.importing is frame and event == "return":
                self.importing = None
            return  # what a module runs while it is loaded is no use of it
        if event == "call":
            if frame.f_code is LOADS:
                self.importing = frame
                return
            caller, names = frame.f_back, names_of_code(frame)
        elif event == "c_call":
            caller, names = frame, names_of_builtin(arg)
        else:
            return
        name = refused(names, self.off)
        if not name:
            return
        strictly = any(lies_in(name, of) for of in self.off)
        if strictly or (caller and is_own(str(caller.f_globals.get("__name__")))):
            self.used.append(name)

    def __exit__(self, *_):
        hand_back(self.before)


@contextlib.contextmanager
def unwatched():
    """Inside the block nothing is noted: the judge's work is no step of an answer."""
    before = sys.getprofile()
    sys.setprofile(None)
    try:
        yield
    finally:
        hand_back(before)


def hand_back(watch):
    """Let what watched before go on: a function, or a profiler such as %prun's."""
    if hasattr(watch, "enable"):
        watch.enable()
    else:
        sys.setprofile(watch)


@functools.lru_cache(maxsize=10_000)  # asked at every call that an answer makes
def refused(names, off):
    """The full name of what has this home and name, if that is off, else ""."""
    name = public(".".join(names))
    return name if is_refused(name, off) else ""


def names_of_code(frame):
    return str(frame.f_globals.get("__name__")), frame.f_code.co_qualname


def names_of_builtin(builtin):
    return str(home_of(builtin)), builtin.__qualname__


def public(name):
    """The full name of a function that is written in C, as its users write it."""
    for place, other in PUBLIC.items():
        if name.startswith(place):
            return name.replace(place, other, 1)
    return name


def home_of(builtin):
    """The module of a function that is written in C, or of the object it belongs to."""
    owner = getattr(builtin, "__self__", None)
    kind = owner if isinstance(owner, type) else type(owner)
    return getattr(builtin, "__module__", None) or kind.__module__
