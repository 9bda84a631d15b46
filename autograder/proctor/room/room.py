"""Rooms: isolated processes that hold one submission each, behind bubblewrap.

Whatever comes out of a room is numbers, strings and raw arrays (see `wire`).
"""

import contextlib
import json
import os
import re
import secrets
import signal
import socket
from dataclasses import dataclass, field

from chainrule.judge import AnswerError

from proctor.inside import wire
from proctor.room.answer import Answer, asked, bring_back, to_send

FAULTS = (wire.Closed, TimeoutError, wire.ProtocolError)
HEAD = 50
TEXT = re.compile(".+", re.DOTALL).fullmatch
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+").fullmatch
SHOWN = dict.fromkeys(("text/stdout", "text/stderr", "text/plain"), TEXT)
SHOWN["image/png"] = BASE64


@dataclass
class Ran:
    """What became of one cell: its outputs and, if it failed, why."""

    outputs: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""


class Room:
    """One submission in isolation: runs its cells one by one, and answers in between.

    Use as a context manager. ran: what each cell did, by its index; stopped: of names
    whose cell failed, what is to be said; ended: why the room is gone, empty while it
    lives. budget: the time that is left to the submission.
    """

    def __init__(self, server, numbers, budget):
        self.limits, self.budget = server.limits, budget
        self.left = server.limits.output
        self.sock, theirs = socket.socketpair()
        self.leash, far_end = socket.socketpair()
        with theirs, far_end:
            fds = [theirs.fileno(), far_end.fileno()]
            socket.send_fds(server.control, [b"new"], fds)
        self.ran, self.stopped, self.ended = {}, {}, ""
        with contextlib.suppress(wire.Closed, TimeoutError):  # the first cell is told
            wire.send(self.sock, {"numbers": numbers}, budget.end)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end("")

    def run(self, index, source):
        """Run a cell; what it did. Where it ends the room, `ended` says why."""
        seconds = self.limits.cell
        try:
            request = {"do": "cell", "source": source}
            frame = self._reply(request, self.budget.until(seconds))
            limit = min(self.left, self.limits.output_of_cell)
            outputs = outputs_of(frame, limit)
        except FAULTS as error:
            self._end(self._why(error, seconds))
            return Ran([], self.ended)
        self.left -= sum(HEAD + len(text) for _, text in outputs)
        self.ran[index] = Ran(outputs, str(frame.get("error", ""))[:2000])
        return self.ran[index]

    def _reply(self, request, deadline):
        if self.ended:
            raise wire.Closed
        wire.send(self.sock, request, deadline)
        return self._receive(deadline)

    def _receive(self, deadline):
        frame = wire.receive(self.sock, deadline)
        if not isinstance(frame, dict):
            raise wire.ProtocolError("a frame is not a message")
        return frame

    def _why(self, error, seconds):
        if self.budget.over:
            return str(self.budget)
        if isinstance(error, TimeoutError):
            return f"it ran for more than {seconds:g} seconds"
        if isinstance(error, wire.ProtocolError):
            return f"it broke the room's protocol: {error}"
        return ""

    def _end(self, reason):
        """Close the room and learn from its keeper how it ended."""
        self.sock.close()
        if self.leash.fileno() < 0:
            return
        self.leash.shutdown(socket.SHUT_WR)
        self.leash.settimeout(5)
        try:
            told = json.loads(self.leash.recv(4096) or b"{}")
        except (OSError, ValueError):
            told = {}
        self.leash.close()
        known = told.get("reason") not in (None, "", "let go")
        self.ended = reason or (told["reason"] if known else exit_of(told))

    def answer(self, question, off=()):
        """A handle on the submission's answer to a question, for the judge to call.

        off: what the answer may not use although it is there.
        """
        return Answer(self, question, off)

    def in_step(self):
        """Whether the room lives and has sent nothing but what it was asked for."""
        token = secrets.token_hex(8)
        try:
            request = {"do": "echo", "name": token}
            deadline = self.budget.until(self.limits.call)
            if self._reply(request, deadline) != {"echo": token}:
                raise wire.ProtocolError("it sent more replies than it was asked for")
        except FAULTS as error:
            self._end(self._why(error, self.limits.call))
        return not self.ended

    def ask(self, request, args, seconds=None):
        """Send a request and answer what it asks back; its reply. Raises AnswerError
        where the room is gone, or longer than `seconds` at work."""
        functions, sent = to_send(args)
        seconds = min(seconds or self.limits.call, self.limits.call)
        deadline = self.budget.until(seconds)
        try:
            reply = self._reply({**request, "args": sent}, deadline)
            while "ask" in reply:
                wire.send(self.sock, asked(functions, reply), deadline)
                reply = self._receive(deadline)
        except FAULTS as error:
            self._end(self._why(error, seconds))
            raise AnswerError(f"    The call was ended: {self.ended}.") from None
        bring_back(args, reply.get("changed"))
        return reply


def exit_of(told):
    """Words for how a process ended of itself."""
    status = told.get("status")
    if not isinstance(status, int):
        return "its process ended"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        known = number in {known.value for known in signal.Signals}
        name = signal.Signals(number).name if known else f"signal {number}"
        return f"its process was ended by {name}"
    return f"its process ended itself with exit status {os.WEXITSTATUS(status)}"


def outputs_of(frame, left):
    """A cell's outputs as (kind, text) pairs of the kinds that are shown.

    Each takes HEAD of the `left` characters besides its own, so many small ones count.
    """
    found, left = [], left + 3 * HEAD
    try:
        shown = [(kind, text) for kind, text in frame["outputs"] if SHOWN[kind](text)]
    except (KeyError, TypeError, ValueError):
        raise wire.ProtocolError("a cell's outputs are not as they should be") from None
    for kind, text in shown:
        left -= HEAD
        if len(text) > left:
            text = "" if kind == "image/png" else text[: max(left, 0)]
        if text:
            found.append((kind, text))
            left -= len(text)
    return found
