"""An answer inside a room, as the judge sees it: called across the line.

What a call needs of the judge's side (a function among its arguments) is asked for
from inside, counted, and never handed over.
"""

import inspect

import numpy as np
from chainrule.judge import AnswerError
from chainrule.questions import unwritten

from proctor import wire

MOST_NUMBERS = 200_000


class Answer:
    """Calls a submission's answer, or runs a probe beside it, across the line."""

    def __init__(self, room, question):
        self.ask, self.name = room.ask, question.name
        self.do = "value" if question.value else "call"

    def __call__(self, *args):
        return self.ask({"do": self.do, "name": self.name}, args)

    def probe(self, probe, *args):
        source = inspect.getsource(inspect.getmodule(probe))
        request = {"do": "probe", "name": self.name, "probe": probe.__name__}
        return self.ask({**request, "source": source}, args)


def to_send(args):
    """The functions among the arguments by place, which stay here, and what is sent."""
    functions = {
        i: a for i, a in enumerate(args) if callable(a) and not isinstance(a, type)
    }
    named = {i: wire.Other(f"{i}:{f}") for i, f in functions.items()}
    return functions, [named.get(i, a) for i, a in enumerate(args)]


def asked(functions, request, before):
    """What one of the judge's functions gives where a submission asks for it, and the
    numbers that it was asked at so far in this call: the judge remembers all of them.
    """
    number, args = request["ask"], request.get("args")
    if not isinstance(number, int | str) or not isinstance(args, list):
        raise wire.ProtocolError("a function was asked for in an unknown way")
    if number not in functions:
        raise wire.ProtocolError("a function was asked for that is not there")
    try:
        count = before + 1 + count_numbers(args)
        if count > MOST_NUMBERS:
            raise ValueError(f"it was asked at more than {MOST_NUMBERS:,} numbers")
        with np.errstate(all="ignore"):
            return {"result": functions[number](*args)}, count
    except Exception as error:
        return {"raised": f"f could not be evaluated there: {error}"}, before + 1


def count_numbers(args):
    arrays = [np.asarray(a) for a in args]
    if any(a.dtype.kind not in "biufc" for a in arrays):
        raise ValueError("it takes numbers and arrays of numbers only")
    return sum(a.size for a in arrays)


def bring_back(args, changed):
    """What a call did to arrays inside the room is done to the judge's copies here."""
    for i, array in enumerate(args):
        now = changed.get(str(i)) if isinstance(changed, dict) else None
        kinds = [(a.dtype, a.shape) for a in (now, array) if type(a) is np.ndarray]
        if len(kinds) == 2 and kinds[0] == kinds[1]:
            array[...] = now


def result_of(name, reply):
    if reply.get("missing"):
        raise AnswerError(
            f"    There is no {name} after the notebook has run. "
            "Was its cell deleted, or did it stop with an error?"
        )
    if "unwritten" in reply:
        raise unwritten(name, str(reply["unwritten"]))
    if "raised" in reply:
        said = str(reply["raised"])[:2000]
        raise AnswerError(said if said.strip() else "    It failed without a word.")
    if "result" not in reply:
        raise AnswerError("    The room sent no result.")
    if type(reply["result"]) is wire.Other:
        kind = reply["result"].kind
        raise AnswerError(f"It returned a {kind}. Return a number or a NumPy array.")
    return reply["result"]
