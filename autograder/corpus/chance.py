"""Files, zip files, frames and replies made by chance, for the grader's own process.

Each of TRIES makes something for a Grader with a random.Random; what it returns, when
called, goes the whole way of a submission on the judge's side, and raises nothing.
"""

import contextlib
import json
import math
import os
import random
import zipfile
from io import BytesIO

import numpy as np
from proctor.inside import wire

from corpus.forgers import Forging, Sink

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
        flat = not any(isinstance(v, list | tuple | dict) for v in kept)
        times = rng.choice([0, 2, 50]) if flat and rng.random() < chance / 3 else 1
        return type(value)(kept * times)
    if isinstance(value, np.ndarray) and rng.random() < chance:
        times = rng.choice([0, 2, 1000])
        return np.tile(value, times) if value.size < 10_000 else value[:1]
    return value


def notebook(rng, grader):
    """A notebook's name and its file, changed as text or as JSON."""
    name = rng.choice(grader.names)
    raw = grader.books[name]
    if rng.random() < 0.5:
        return name, changed(rng, raw)
    value = bent(rng, json.loads(raw), 0.05)
    return name, json.dumps(value, default=str).encode()


def forged(rng, frame):
    """A frame changed as bytes or as a value."""
    if rng.random() < 0.3:
        return changed(rng, frame)
    return wire.pack(bent(rng, wire.receive(Sink(frame))))


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
    forging = Forging(grader.sent[name], rng, forged, 0)
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
    forging = Forging(grader.sent[name], rng, forged, 0)
    return lambda: grader.comes(name, forging, {"x.zip": made})


def frames(rng, grader):
    """Frames of a room, changed: plain values, or a break of the protocol."""
    forging = Forging(grader.sent[rng.choice(grader.names)], rng, forged, 1)
    raw = forging.forged(rng.choice(forging.frames))

    def read():
        with contextlib.suppress(wire.ProtocolError, wire.Closed):
            wire.receive(Sink(raw))

    return read


def replies(rng, grader):
    """A right submission in a room whose replies are changed."""
    name = rng.choice(grader.names)
    forging = Forging(grader.sent[name], rng, forged, rng.choice([0.02, 0.2, 1]))
    return lambda: grader.goes(grader.job(name, grader.books[name]), forging)


TRIES = {"files": files, "zips": zips, "frames": frames, "replies": replies}


def chance(name, seed):
    return random.Random(f"{name} {seed}")
