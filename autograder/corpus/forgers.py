"""Rooms that nobody is in, and the judge's side that meets them.

A Forger answers with what a real room once sent for the course's own answers, so that
it is right until something changes it.
"""

import contextlib
import json
import shutil
from dataclasses import replace
from io import BytesIO

import nbformat
from proctor import clean
from proctor.grading import grade as grades
from proctor.grading.batch import Batch, released
from proctor.grading.grade import Job, met
from proctor.inside import wire
from proctor.room.room import Room
from proctor.room.server import USUAL, RoomServer
from proctor.source import build

from corpus import handins

UNITS = {path.stem: path.parent.name for path in build.sources()}
SEED = 0  # of the cases, so that what a room once sent is right again


class Recorder(Room):
    """A room that keeps what it sent, by what it was asked."""

    def __init__(self, server, numbers, budget, sent):
        self.sent = sent
        super().__init__(server, numbers, budget)

    def _reply(self, request, deadline):
        self.asked = wire.pack(request)
        return super()._reply(request, deadline)

    def _receive(self, deadline):
        frame = super()._receive(deadline)
        self.sent.setdefault(self.asked, []).append(wire.pack(frame))
        return frame


class Forger(Room):
    """A room that nobody is in: its frames are those of a real one, changed."""

    def __init__(self, forging, budget):
        self.limits, self.budget, self.forging = USUAL, budget, forging
        self.left, self.sock = USUAL.output, Sink()
        self.ran, self.stopped, self.ended, self.waiting = {}, {}, "", []

    def _reply(self, request, deadline):
        if self.ended:
            raise wire.Closed
        if request["do"] == "echo" and self.forging.rng.random() < 0.99:
            return {"echo": request["name"]}
        sent = self.forging.sent
        known = sent.get(wire.pack(request)) or self.forging.other(request)
        self.waiting = list(known)
        return self._receive(deadline)

    def _receive(self, deadline):
        if not self.waiting:
            raise wire.Closed
        self.sock = Sink(self.forging.forged(self.waiting.pop(0)))
        return super()._receive(deadline)

    def _end(self, reason):
        self.ended = self.ended or reason or "its process ended"


class Sink:
    """A socket that gives some bytes and takes whatever comes."""

    def __init__(self, raw=b""):
        self.raw = BytesIO(raw)

    def recv(self, size):
        return self.raw.read(size)

    def sendall(self, raw):
        return None

    settimeout = close = sendall


class Forging:
    """In a warm room's place: what a real one sent once, each frame changed with some
    chance by change(rng, frame)."""

    def __init__(self, sent, rng, change, chance):
        self.sent, self.rng = sent, rng
        self.change, self.chance = change, chance
        self.frames = [frame for found in sent.values() for frame in found]

    def enter(self, numbers, budget):
        return Forger(self, budget)

    def other(self, request):
        if request["do"] == "cell":
            return [wire.pack({"outputs": [], "error": ""})]
        return [self.rng.choice(self.frames)]

    def forged(self, frame):
        kept = self.rng.random() > self.chance
        return frame if kept else self.change(self.rng, frame)


class Grader:
    """The judge's side for some notebooks, with a course in a folder of its own."""

    def __init__(self, folder, notebooks):
        self.folder, self.names = folder, list(notebooks)
        self.books = {name: right(name) for name in self.names}
        self.sent = {name: self.recorded(name) for name in self.names}

    def recorded(self, name):
        """What a real room sends where the course's own answers are in it."""
        sent, enter = {}, RoomServer.enter
        RoomServer.enter = lambda *args: Recorder(*args, sent)
        try:
            result = met(self.job(name, self.books[name]))
        finally:
            RoomServer.enter = enter
        assert not result.person, result.person
        return sent

    def job(self, name, raw):
        return Job("s01", name, released(UNITS[name])[name], raw, seed=SEED)

    def goes(self, job, forging):
        """A job's whole way, as `grade` and the run go it; unguarded."""
        batch = self.batch(job.notebook)
        with forged_rooms(forging):
            result = clean.result(met(job))
        batch.keep(result)
        _, text = batch.finished(result)
        json.dumps(nbformat.reads(text, 4)).encode()
        return result

    def batch(self, name):
        submitted = self.folder / "submitted"
        return Batch(submitted, UNITS[name], self.folder, notebooks=name)

    def comes(self, name, forging, files):
        """Files that are handed in, as a run finds them."""
        home = self.folder / "submitted" / "s01" / UNITS[name]
        shutil.rmtree(home.parent, ignore_errors=True)
        home.mkdir(parents=True)
        for file, raw in files.items():
            (home / file).write_bytes(raw)
        batch = self.batch(name)
        batch.timestamp("s01")
        return self.goes(replace(batch.new_job("s01", name), seed=SEED), forging)


@contextlib.contextmanager
def forged_rooms(forging):
    before = grades.room_for, grades.open_room
    grades.room_for = grades.open_room = lambda *_: forging
    try:
        yield
    finally:
        grades.room_for, grades.open_room = before


def right(name):
    """A notebook with the course's own answers, as bytes."""
    return nbformat.writes(handins.right(name)).encode()
