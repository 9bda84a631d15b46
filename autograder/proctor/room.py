"""Rooms: isolated processes that hold one submission each, behind bubblewrap.

A `Warm` room has paid for its imports; `enter` forks it for one submission. Whatever
comes out of a room is numbers, strings and raw arrays (see `wire`).
"""

import inspect
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import chainrule
import numpy as np
from chainrule.judge import AnswerError, NotWritten

from proctor import wire

HERE = Path(__file__).parent
LIBRARY = Path(chainrule.__file__).parent
INSTALL = "apt-get install bubblewrap"
ANSWERED_OUTSIDE = ("questions", "judge", "oracle", "verdict")
OFF = ["--ro-bind", str(HERE / "off_the_table.py")]
FAULTS = (wire.Closed, TimeoutError, wire.ProtocolError)
MOST_NUMBERS = 200_000
HEAD = 50
TEXT = re.compile(".+", re.DOTALL).fullmatch
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+").fullmatch
SHOWN = dict.fromkeys(("text/stdout", "text/stderr", "text/plain"), TEXT)
SHOWN["image/png"] = BASE64
THREADS = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]


class NoRoom(Exception):
    """There can be no isolation here; the message says what to install."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times in seconds of wall clock, sizes in bytes."""

    cell: float = 20
    call: float = 10
    whole: float = 120
    cpu: int = 120
    memory: int = 1 << 30
    address_space: int = 8 << 30
    disk: int = 64 << 20
    processes: int = 64
    output_of_cell: int = 256 << 10
    output: int = 2 << 20


def installed(modules):
    """The folders of those top-level packages that stand in site-packages."""
    for module in modules:
        found = find_spec(module) if "." not in module else None
        for path in (found and found.submodule_search_locations) or ():
            if "site-packages" in path:
                yield path


def shown():
    """The folders that a room shows as they are: interpreter, system, data."""
    folders = [sys.base_prefix, sys.prefix, "/usr", LIBRARY.parents[1] / "data"]
    return list(dict.fromkeys(os.path.realpath(folder) for folder in folders))


def sandbox(off):
    """The bubblewrap command: a read-only world without the course's private side."""
    if not shutil.which("bwrap"):
        raise NoRoom(
            "Submissions can't be isolated: bubblewrap is not installed. "
            f"Install it with: {INSTALL}"
        )
    command = "bwrap --unshare-all --unshare-user --uid 1000 --gid 1000 --cap-add ALL"
    command = (
        f"{command} --die-with-parent --new-session --clearenv --proc /proc".split()
    )
    command += ["--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/old"]
    command += ["--hostname", "room"]
    command += ["--ro-bind", "/dev/null", "/dev/zero"]  # maps memory nobody counts
    for top in ("bin", "lib", "lib64", "sbin"):
        kind = "--symlink" if Path("/", top).is_symlink() else "--ro-bind-try"
        target = os.readlink(f"/{top}") if kind == "--symlink" else f"/{top}"
        command += [kind, target, f"/{top}"]
    for path in ("/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives"):
        command += ["--ro-bind-try", path, path]
    for path in shown():
        command += ["--ro-bind-try", path, path]
    for path in installed(["proctor", *off]):
        command += ["--tmpfs", path, *OFF, f"{path}/__init__.py"]
    command += ["--tmpfs", str(LIBRARY)]
    for path in sorted(LIBRARY.iterdir()):
        if f"chainrule.{path.stem}" in off:
            command += [*OFF, f"{path}/__init__.py" if path.is_dir() else str(path)]
        elif path.stem not in (*ANSWERED_OUTSIDE, "__pycache__"):
            command += ["--ro-bind", str(path), str(path)]
    questions = str(LIBRARY / "questions" / "__init__.py")
    command += ["--ro-bind", str(HERE / "open_book.py"), questions]
    for name in ("agent", "wire", "submission", "filter"):
        command += ["--ro-bind", str(HERE / f"{name}.py"), f"/room/{name}.py"]
    env = {
        "HOME": "/tmp",
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "IPYTHONDIR": "/tmp/ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
        **dict.fromkeys(THREADS, "1"),
    }
    for key, value in env.items():
        command += ["--setenv", key, value]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


USUAL = Limits()


class Warm:
    """A sandbox whose imports are paid for. Use as a context manager."""

    def __init__(self, off=(), limits=USUAL, more=()):
        self.limits = limits
        self.off = tuple(off)
        self.warm = ["numpy", "matplotlib.pyplot", "chainrule.questions", *more]

    def __enter__(self):
        world = sandbox(self.off)
        ours, theirs = socket.socketpair()
        with theirs:
            fd = theirs.fileno()
            command = [
                *world,
                sys.executable,
                "-I",
                "-B",
                "/room/agent.py",
                str(fd),
            ]
            self.process = subprocess.Popen(
                command,
                pass_fds=[fd],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        self.control = ours
        limits = self.limits
        setup = {
            "warm": self.warm,
            "below_tmp": [p for p in [*shown(), str(LIBRARY)] if p.startswith("/tmp/")],
            "output": {"cell": limits.output_of_cell, "submission": limits.output},
            "limits": {
                name: getattr(limits, name)
                for name in ("memory", "processes", "disk", "cpu", "address_space")
            },
        }
        try:
            wire.send(ours, setup)
            wire.receive(ours, time.monotonic() + 60)
        except (wire.Closed, TimeoutError):
            self.process.kill()
            said = self.process.stderr.read().decode(errors="replace").strip()
            self.__exit__()
            raise NoRoom(
                "Submissions can't be isolated: bubblewrap did not start a room "
                f"({said.splitlines()[-1] if said else 'it said nothing'}). "
                "Unprivileged user namespaces may be switched off on this machine."
            ) from None
        return self

    def __exit__(self, *_):
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()

    def enter(self, cells, numbers):
        """A fresh room in which `cells` ((index, source) pairs) have been run."""
        return Room(self, cells, numbers)


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

    def _ask(self, request, args):
        if self.ended:
            raise AnswerError(f"    The call was ended: {self.ended}.")
        functions = {i: a for i, a in enumerate(args) if callable_argument(a)}
        named = {id(f): wire.Other(f"{i}:{f}") for i, f in functions.items()}
        request = {**request, "args": [named.get(id(a), a) for a in args]}
        deadline = time.monotonic() + self.limits.call
        try:
            wire.send(self.sock, request, deadline)
            reply, count = self._receive(deadline), 0
            while "ask" in reply:
                value, count = asked(functions, reply, count)
                wire.send(self.sock, value, deadline)
                reply = self._receive(deadline)
        except FAULTS as error:
            self._end(self._why(error, self.limits.call))
            raise AnswerError(f"    The call was ended: {self.ended}.") from None
        return result_of(request["name"], reply)


class Answer:
    """Calls a submission's answer, or runs a probe beside it, across the line."""

    def __init__(self, room, question):
        self.ask, self.name = room._ask, question.name
        self.do = "value" if question.value else "call"

    def __call__(self, *args):
        return self.ask({"do": self.do, "name": self.name}, args)

    def probe(self, probe, *args):
        source = inspect.getsource(inspect.getmodule(probe))
        request = {"do": "probe", "name": self.name, "probe": probe.__name__}
        return self.ask({**request, "source": source}, args)


def callable_argument(value):
    return callable(value) and not isinstance(value, type)


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


def result_of(name, reply):
    if reply.get("missing"):
        raise AnswerError(
            f"    There is no {name} after the notebook has run. "
            "Was its cell deleted, or did it stop with an error?"
        )
    if reply.get("unwritten"):
        raise NotWritten
    if "raised" in reply:
        said = str(reply["raised"])[:2000]
        raise AnswerError(said if said.strip() else "    It failed without a word.")
    if "result" not in reply:
        raise AnswerError("    The room sent no result.")
    if type(reply["result"]) is wire.Other:
        kind = reply["result"].kind
        raise AnswerError(f"It returned a {kind}. Return a number or a NumPy array.")
    return reply["result"]


def exit_of(told):
    """Words for how a process ended of itself."""
    status = told.get("status")
    if not isinstance(status, int):
        return "its process ended"
    if os.WIFSIGNALED(status):
        import signal

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
