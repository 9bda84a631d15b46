"""Warm rooms: a sandbox that has paid for its imports, forked for each submission."""

import socket
import subprocess
import time
from dataclasses import dataclass

from chainrule.questions import ANSWERED_OUTSIDE

from proctor.inside import wire
from proctor.room import sandbox
from proctor.room.budget import Budget
from proctor.room.room import Room
from proctor.room.sandbox import NoRoom

IMPORTED = ["numpy", "matplotlib.pyplot", "chainrule.draw", "chainrule.questions"]


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times in seconds of wall clock, sizes in bytes.

    whole: for all that is run of it, in however many rooms; isolated: False only where
    the grader was told to do without; user: whom it then runs as, if not as the grader.
    """

    cell: float = 20
    call: float = 10
    whole: float = 300
    cpu: int = 120
    memory: int = 1 << 30
    address_space: int = 8 << 30
    disk: int = 64 << 20
    processes: int = 64
    output_of_cell: int = 256 << 10
    output: int = 2 << 20
    isolated: bool = True
    user: str = ""


USUAL = Limits()


class RoomServer:
    """A sandbox whose imports are paid for. Use as a context manager."""

    def __init__(self, off=(), limits=USUAL, more=()):
        self.limits = limits
        self.off = tuple(off)
        self.imports = [*IMPORTED, *more]

    def __enter__(self):
        self.world = sandbox.world(self.off, self.limits.isolated, self.limits.user)
        command, place = self.world.__enter__()
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                **place,
            )
        try:
            wire.send(self.control, self.setup())
            wire.receive(self.control, time.monotonic() + 60)
        except (wire.Closed, TimeoutError):
            self.process.kill()
            said = self.process.stderr.read().decode(errors="replace").strip()
            self.__exit__()
            raise NoRoom(
                "Submissions can't be isolated: bubblewrap did not start a room "
                f"({said.splitlines()[-1] if said else 'it said nothing'}). "
                "Unprivileged user namespaces may be switched off on this machine, or "
                f"in its container (docs/threat-model.md says how). {sandbox.UNSAFE}"
            ) from None
        return self

    def setup(self):
        """What the agent is told first."""
        limits = self.limits
        return {
            "imports": self.imports,
            "isolated": limits.isolated,
            "off": [*self.off, *ANSWERED_OUTSIDE],
            "instead": {} if limits.isolated else sandbox.INSTEAD,
            "below_tmp": sandbox.below_tmp(),
            "output": {"cell": limits.output_of_cell, "submission": limits.output},
            "limits": {
                name: getattr(limits, name)
                for name in ("memory", "processes", "disk", "cpu", "address_space")
            },
        }

    def __exit__(self, *_):
        self.control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
        self.world.__exit__(None, None, None)

    def enter(self, numbers, budget=None):
        """A fresh room; budget: what the submission's time is counted by."""
        return Room(self, numbers, budget or Budget(self.limits.whole))
