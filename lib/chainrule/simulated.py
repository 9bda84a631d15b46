"""A GPU that isn't there: it works behind a queue, and its clock is its own.

It does no arithmetic. Who times it sees what a stopwatch sees of a real GPU, in numbers
that are known beforehand.
"""

from typing import NamedTuple


class Event(NamedTuple):
    """What the CPU ("launch", "wait") or the GPU ("run") did, in seconds."""

    kind: str
    start: float
    end: float


class SimulatedGPU:
    """launch: the CPU's seconds to hand over a piece of work; run: the GPU's to do it.

    first: the GPU's seconds for the first piece, which takes longer (it is compiled,
    and memory is set aside); pending: seconds of work that others gave it before.
    """

    def __init__(self, launch, run, first=None, pending=0.0):
        self.launch, self.run = launch, run
        self.next_run = run if first is None else first
        self.now, self.busy_until = 0.0, pending
        self.events = [Event("run", 0.0, pending)] if pending else []

    def work(self):
        """Hand over one piece of work. It starts when all before it is done."""
        self._on_cpu("launch", self.now + self.launch)
        start = max(self.now, self.busy_until)
        self.busy_until = start + self.next_run
        self.next_run = self.run
        self.events.append(Event("run", start, self.busy_until))
        return 0.0

    def synchronize(self):
        """Wait until all work is done."""
        self._on_cpu("wait", max(self.now, self.busy_until))
        return 0.0

    def clock(self):
        """The time, in seconds."""
        return self.now

    def _on_cpu(self, kind, until):
        self.events.append(Event(kind, self.now, until))
        self.now = until
