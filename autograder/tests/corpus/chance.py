"""Files, zip files, frames and replies made by chance, for the grader's own process.

Each of TRIES makes something for a Grader with a random.Random; what it returns, when
called, goes the whole way of a submission on the judge's side, and raises nothing.
No room is entered: a Forger stands in its place and answers with what a real room once
sent, changed by chance.
"""

import contextlib
import json
import math
import os
import random
import shutil
import struct
import zipfile
from io import BytesIO

import nbformat
import numpy as np
from proctor import build, clean, wire
from proctor import grade as grades
from proctor.batch import Batch, released
from proctor.grade import Job, met
from proctor.room import Room
from proctor.source import solved
from proctor.warm import USUAL, Warm

UNITS = {path.stem: path.parent.name for path in build.sources()}
SEED = 0  # of the cases, so that what a room once sent is right again
PIECES = [b"\0", b"\xff", b"\\ud800", b"{", b"[", b'"', b"}", b"]", b",", b"1e999",
          b"NaN", b"null", b"-1", b"\\n", b"```", b"](", b"<", b"$$", b"%%", b"def ",
          b"PK\3\4", b"PK\1\2", b"PK\5\6", b"\x1b[31m",
          b"\xe2\x80\xae", b"copy of "]  # fmt: skip
LONGEST = 1 << 20
SIMPLE = [None, True, -1, 2**62, 1.5, np.inf, np.nan, "", "\0", "x", 1 + 0j, ...]


def changed(rng, raw):
    """Some bytes with one to six of them, or of their pieces, changed."""
    raw = bytearray(raw)
    for _ in range(rng.randint(1, 6)):
        i, j = sorted(rng.randint(0, len(raw)) for _ in range(2))
        j = min(j, i + rng.choice([1, 8, 100, 10_000]))
        kind = rng.randrange(4)
        if kind == 0:
            raw[i:j] = b""
        elif kind == 1:
            raw[i:i] = rng.choice(PIECES)
        elif kind == 2:
            raw[i:i] = (bytes(raw[i:j]) or b" ") * rng.choice([1, 2, 1000])
        elif i < len(raw):
            raw[i] = rng.randrange(256)
        if rng.random() < 0.02:
            raw[i:i] = rng.choice(PIECES) * (LONGEST // 8)
        del raw[8 * LONGEST :]
    return bytes(raw)


def odd(rng, depth=0):
    """A value of a form that nobody asked for."""
    kind = rng.randrange(10)
    if kind == 0 and depth < 3:
        return [odd(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    if kind == 1 and depth < 3:
        return {str(k): odd(rng, depth + 1) for k in range(rng.randint(0, 4))}
    if kind == 2:
        return [rng.choice(SIMPLE)] * rng.choice([0, 1, 1000, 100_000])
    if kind == 3:
        return array(rng)
    if kind == 4:
        return "x\n\x1b" * rng.choice([0, 1, 1000, 100_000])
    return rng.choice(SIMPLE)


def array(rng):
    sizes = [0, 1, 2, 3, 7, 100, 1000, 3_000_000]
    shape = [rng.choice(sizes) for _ in range(rng.randint(0, 4))]
    kind = np.dtype(rng.choice(wire.DTYPES))
    while math.prod(n or 1 for n in shape) * kind.itemsize > wire.MAX_BYTES:
        shape.pop()
    return np.full(shape, rng.choice([0, 1, 100]), kind)


def bent(rng, value, chance=0.3):
    """A value with some of its parts replaced, repeated or lost."""
    if rng.random() < chance / 3:
        return odd(rng)
    if isinstance(value, dict):
        kept = {k: bent(rng, v, chance) for k, v in value.items()}
        if kept and rng.random() < chance / 3:
            kept.pop(rng.choice([*kept]))
        return kept
    if isinstance(value, list | tuple):
        kept = [bent(rng, v, chance) for v in value[:1000]]
        times = rng.choice([0, 2, 50]) if rng.random() < chance / 3 else 1
        return type(value)(kept * times)
    if isinstance(value, np.ndarray) and rng.random() < chance:
        times = rng.choice([0, 2, 1000])
        return np.tile(value, times) if value.size < 10_000 else value[:1]
    return value


class Recorder(Room):
    """A room that keeps what it sent, by what it was asked."""

    def _reply(self, request, deadline):
        self.asked = wire.pack(request)
        return super()._reply(request, deadline)

    def _receive(self, deadline):
        frame = super()._receive(deadline)
        self.warm.sent.setdefault(self.asked, []).append(wire.pack(frame))
        return frame

    def __init__(self, warm, numbers, budget):
        self.warm = warm
        super().__init__(warm, numbers, budget)


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
        sock = Sink(self.forging.forged(self.waiting.pop(0)))
        self.sock, before = sock, self.sock
        try:
            return super()._receive(deadline)
        finally:
            self.sock = before

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
    """In a warm room's place: what it sent once, and how often that is changed."""

    def __init__(self, sent, rng, chance):
        self.sent, self.rng, self.chance = sent, rng, chance
        self.frames = [frame for found in sent.values() for frame in found]

    def enter(self, numbers, budget):
        return Forger(self, budget)

    def other(self, request):
        if request["do"] == "cell":
            return [wire.pack({"outputs": [], "error": ""})]
        return [self.rng.choice(self.frames)]

    def forged(self, frame):
        if self.rng.random() > self.chance:
            return frame
        if self.rng.random() < 0.3:
            return changed(self.rng, frame)
        head, body = struct.unpack("<II", frame[:8])
        value = wire.unpack(frame[8 : 8 + head], frame[8 + head : 8 + head + body])
        return wire.pack(bent(self.rng, value))


class Grader:
    """The judge's side for some notebooks, with a course in a folder of its own."""

    def __init__(self, folder, notebooks):
        self.folder, self.names = folder, list(notebooks)
        self.books = {name: right(name) for name in self.names}
        self.sent = {name: self.recorded(name) for name in self.names}

    def recorded(self, name):
        """What a real room sends where the course's own answers are in it."""
        sent = {}
        enter = Warm.enter

        def recording(warm, numbers, budget=None):
            warm.sent = sent
            return Recorder(warm, numbers, budget)

        Warm.enter = recording
        try:
            result = met(self.job(name, self.books[name]))
        finally:
            Warm.enter = enter
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
        return Batch(submitted, UNITS[name], self.folder / "build", notebooks=name)

    def comes(self, name, forging, files):
        """Files that are handed in, as a run finds them."""
        home = self.folder / "submitted" / "s01" / UNITS[name]
        shutil.rmtree(home.parent, ignore_errors=True)
        home.mkdir(parents=True)
        for file, raw in files.items():
            (home / file).write_bytes(raw)
        batch = self.batch(name)
        batch.timestamp("s01")
        return self.goes(batch.came("s01", name), forging)


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
    (path,) = [path for path in build.sources() if path.stem == name]
    return nbformat.writes(build.notebook(path, lambda c: solved(c.text))).encode()


def notebook(rng, grader):
    """A notebook's name and its file, changed as text or as JSON."""
    name = rng.choice(grader.names)
    raw = grader.books[name]
    if rng.random() < 0.5:
        return name, changed(rng, raw)
    value = bent(rng, json.loads(raw), 0.05)
    return name, json.dumps(value, default=str).encode()


def name_of_file(rng, name):
    """The name under which a notebook is handed in, now and then changed."""
    if rng.random() < 0.7:
        return f"{name}.ipynb"
    made = changed(rng, f"{name}.ipynb".encode()).replace(b"/", b"_")
    return os.fsdecode(made.replace(b"\0", b"_").strip(b".")[:240] or b"x.ipynb")


def files(rng, grader):
    """A notebook, its name and its time, changed."""
    name, raw = notebook(rng, grader)
    stamp = changed(rng, b"2026-09-14 09:00:00 UTC")
    came = {name_of_file(rng, name): raw, "timestamp.txt": stamp}
    forging = Forging(grader.sent[name], rng, 0)
    return lambda: grader.comes(name, forging, came)


def zips(rng, grader):
    """A zip file of a notebook under some names, changed."""
    name, raw = notebook(rng, grader)
    packed = BytesIO()
    way = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    with zipfile.ZipFile(packed, "w", way) as archive:
        archive.writestr(f"{name}.ipynb" if rng.random() < 0.7 else "x", raw)
        for _ in range(rng.choice([0, 0, 1, 300])):
            entry = changed(rng, f"{name}.ipynb".encode()).decode(errors="replace")
            archive.writestr(f"x{entry[:10_000]}", raw[:100])
    made = packed.getvalue()
    made = changed(rng, made) if rng.random() < 0.7 else made
    forging = Forging(grader.sent[name], rng, 0)
    return lambda: grader.comes(name, forging, {"x.zip": made})


def frames(rng, grader):
    """Frames of a room, changed: plain values, or a break of the protocol."""
    forging = Forging(grader.sent[rng.choice(grader.names)], rng, 1)
    raw = forging.forged(rng.choice(forging.frames))

    def read():
        with contextlib.suppress(wire.ProtocolError, wire.Closed):
            wire.receive(Sink(raw))

    return read


def replies(rng, grader):
    """A right submission in a room whose replies are changed."""
    name = rng.choice(grader.names)
    forging = Forging(grader.sent[name], rng, rng.choice([0.02, 0.2, 1]))
    return lambda: grader.goes(grader.job(name, grader.books[name]), forging)


TRIES = {"files": files, "zips": zips, "frames": frames, "replies": replies}


def chance(name, seed):
    return random.Random(f"{name} {seed}")
