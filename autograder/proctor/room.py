"""Rooms: isolated processes that hold one submission each, behind bubblewrap.

Whatever comes out of a room is numbers, strings and raw arrays (see `wire`).
"""

import json
import os
import re
import secrets
import signal
import socket
import time
from dataclasses import dataclass, field

from chainrule.judge import AnswerError

from proctor import wire
from proctor.answer import Answer, asked, bring_back, result_of, to_send

FAULTS = (wire.Closed, TimeoutError, wire.ProtocolError)
HEAD = 50
TEXT = re.compile(".+", re.DOTALL).fullmatch
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+").fullmatch
SHOWN = dict.fromkeys(("text/stdout", "text/stderr", "text/plain"), TEXT)
SHOWN["image/png"] = BASE64


@dataclass
class Ran:
    """What became of one cell: its outputs and, if it failed, why."""

    outputs: list = field(default_factory=list)
    error: str = ""


class Room:
    """One submission in isolation. Use as a context manager.

    ran: what each cell did, by index; died_in: the cell that ended the room, or None;
    ended: why the room is gone, empty while it lives.
    """

    def __init__(self, warm, cells, numbers):
        self.limits = warm.limits
        self.sock, theirs = socket.socketpair()
        self.leash, far_end = socket.socketpair()
        with theirs, far_end:
            fds = [theirs.fileno(), far_end.fileno()]
            socket.send_fds(warm.control, [b"new"], fds)
        self.ran, self.died_in, self.ended = {}, None, ""
        self._start(cells, numbers)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end("")

    def _start(self, cells, numbers):
        whole = time.monotonic() + self.limits.whole
        waiting, left = [index for index, _ in cells], self.limits.output
        job = {"cells": [list(c) for c in cells], "numbers": numbers}
        try:
            wire.send(self.sock, job, whole)
            while waiting:
                frame = self._receive(min(whole, time.monotonic() + self.limits.cell))
                if frame.get("cell") != waiting[0]:
                    raise wire.ProtocolError("a cell's outputs came out of turn")
                outputs = outputs_of(frame, min(left, self.limits.output_of_cell))
                left -= sum(HEAD + len(text) for _, text in outputs)
                error = str(frame.get("error", ""))[:2000]
                self.ran[waiting.pop(0)] = Ran(outputs, error)
            self._receive(whole)
        except FAULTS as error:
            self.died_in = waiting[0] if waiting else None
            self._end(self._why(error, self.limits.cell))

    def _receive(self, deadline):
        frame = wire.receive(self.sock, deadline)
        if not isinstance(frame, dict):
            raise wire.ProtocolError("a frame is not a message")
        return frame

    def _why(self, error, seconds):
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

    def answer(self, question):
        """A handle on the submission's answer to a question, for the judge to call."""
        return Answer(self, question)

    def in_step(self):
        """Whether the room lives and has sent nothing but what it was asked for."""
        if self.ended:
            return False
        token = secrets.token_hex(8)
        try:
            deadline = time.monotonic() + self.limits.call
            wire.send(self.sock, {"do": "echo", "name": token}, deadline)
            if self._receive(deadline) != {"echo": token}:
                raise wire.ProtocolError("it sent more replies than it was asked for")
        except FAULTS as error:
            self._end(self._why(error, self.limits.call))
        return not self.ended

    def ask(self, request, args):
        """Send a request and answer what it asks back; its result. Raises AnswerError,
        and NotWritten where the answer is still the stub."""
        if self.ended:
            raise AnswerError(f"    The call was ended: {self.ended}.")
        functions, sent = to_send(args)
        deadline = time.monotonic() + self.limits.call
        try:
            wire.send(self.sock, {**request, "args": sent}, deadline)
            reply, count = self._receive(deadline), 0
            while "ask" in reply:
                value, count = asked(functions, reply, count)
                wire.send(self.sock, value, deadline)
                reply = self._receive(deadline)
        except FAULTS as error:
            self._end(self._why(error, self.limits.call))
            raise AnswerError(f"    The call was ended: {self.ended}.") from None
        bring_back(args, reply.get("changed"))
        return result_of(request["name"], reply)


def exit_of(told):
    """Words for how a process ended of itself."""
    status = told.get("status")
    if not isinstance(status, int):
        return "its process ended"
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
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
