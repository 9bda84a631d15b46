"""An answer inside a room, as the judge sees it: called across the line.

What a call needs of the judge's side (a function among its arguments) is asked for
from inside, counted, and never handed over.
"""

import functools
import inspect
import sys
import time

import numpy as np
from chainrule.crossing import refusal
from chainrule.judge import AnswerError
from chainrule.questions import unwritten

from proctor import clean
from proctor.inside import wire


@functools.cache
def source_of(module):
    return inspect.getsource(sys.modules[module])


class Answer:
    """Calls a submission's answer, or runs a probe beside it, across the line.

    off: what is watched inside while it is called; spent: the seconds in the room.
    """

    def __init__(self, room, question, off=()):
        self.room, self.name, self.value = room, question.name, question.value
        self.tensors, self.seconds = question.tensors, question.seconds
        self.off, self.spent = list(off), 0.0

    def __call__(self, *args):
        does = "value" if self.value else "call"
        return self.ask({"do": does, "tensors": self.tensors}, args)

    def probe(self, probe, *args):
        source = source_of(probe.__module__)
        request = {"do": "probe", "probe": probe.__name__, "source": source}
        return self.ask(request, args)

    def ask(self, request, args):
        """What came of a request. Raises AnswerError, and Unanswered where the answer
        is still the stub."""
        request = {**request, "name": self.name, "off": self.off}
        start = time.monotonic()
        try:
            reply = self.room.ask(request, args, self.seconds)
        finally:
            self.spent += time.monotonic() - start
        if reply.get("missing"):
            raise AnswerError(self.room.stopped.get(self.name, missing(self.name)))
        return result_of(self.name, reply, self.value)


def to_send(args):
    """The functions among the arguments by place, which stay here, and what is sent."""
    functions = {
        i: a for i, a in enumerate(args) if callable(a) and not isinstance(a, type)
    }
    named = {i: wire.Other(f"{i}:{f}") for i, f in functions.items()}
    return functions, [named.get(i, a) for i, a in enumerate(args)]


def asked(functions, request):
    """What one of the judge's functions gives where a submission asks for it."""
    number, args = request["ask"], request.get("args")
    if not isinstance(number, int | str) or not isinstance(args, list):
        raise wire.ProtocolError("a function was asked for in an unknown way")
    if number not in functions:
        raise wire.ProtocolError("a function was asked for that is not there")
    try:
        return {"result": functions[number](*args)}
    except Exception as error:
        return {"raised": str(error)}


def missing(name):
    return (
        f"    There is no {name} where its check stands, nor after the last cell. "
        "Was its cell deleted?"
    )


def bring_back(args, changed):
    """What a call did to arrays inside the room is done to the judge's copies here."""
    for i, array in enumerate(args):
        now = changed.get(str(i)) if isinstance(changed, dict) else None
        kinds = [(a.dtype, a.shape) for a in (now, array) if type(a) is np.ndarray]
        if len(kinds) == 2 and kinds[0] == kinds[1]:
            array[...] = now


def result_of(name, reply, value=False):
    if "unwritten" in reply:
        raise unwritten(name, str(reply["unwritten"]))
    if "raised" in reply:
        said = str(reply["raised"])[:2000]
        raise AnswerError(said if said.strip() else "    It failed without a word.")
    if "result" not in reply:
        raise AnswerError("    The room sent no result.")
    if type(reply["result"]) is wire.Other:
        kind = clean.line(reply["result"].kind)
        raise AnswerError(refusal(f"a {kind}", value))
    return reply["result"]
