"""Hostile files and notebooks, each with its fair value: what is handed in, the points
that it deserves (None: a person must look), and what is said about it.

Each goes beside a right submission of notebook NAME, and `SECRET` is a file elsewhere
on the machine that nobody may learn from one.
"""

import copy
import json
import os
import struct
import zipfile
from dataclasses import dataclass
from io import BytesIO

from corpus import handins

UNIT, NAME = "1-derivatives", "00_shapes_and_checks"
FILE = f"{NAME}.ipynb"
SECRET = "the-word-that-nobody-may-learn"
FULL = 10


@dataclass(frozen=True)
class Hostile:
    """What is handed in: write(unit's folder) makes it; points None: a person looks.

    says: a piece of what the report says about it; "" where nothing needs to be said.
    """

    write: callable
    points: float | None
    says: str = ""


def right():
    """The notebook's JSON with the course's own answers."""
    return json.loads(json.dumps(handins.right(NAME)))


def as_bytes(book):
    return json.dumps(book).encode()


def cell(book, name):
    return next(c for c in book["cells"] if c["id"] == f"answer-{name}")


def own(text, kind="markdown"):
    made = {"cell_type": kind, "metadata": {}, "source": text}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


# Files -----------------------------------------------------------------------


def file(name, raw):
    """Hand in one file, whatever its name and bytes."""

    def write(folder):
        path = os.path.join(os.fsencode(folder), os.fsencode(name))
        with open(path, "wb") as made:
            made.write(raw() if callable(raw) else raw)

    return write


def with_right(write):
    """Hand in a right notebook besides."""

    def both(folder):
        (folder / FILE).write_bytes(as_bytes(right()))
        write(folder)

    return both


def stamp(raw):
    return with_right(file("timestamp.txt", raw))


def linked(name):
    """A link in a file's place to one elsewhere, which is a right notebook."""

    def write(folder):
        secret = folder.parents[2] / "elsewhere" / FILE
        secret.parent.mkdir(exist_ok=True)
        secret.write_bytes(as_bytes(right()) + b"\n" * 10)
        (folder / name).symlink_to(secret)

    return write


def linked_stamp(folder):
    secret = folder.parents[2] / "elsewhere.txt"
    secret.write_text(SECRET)
    (folder / "timestamp.txt").symlink_to(secret)


def linked_folder(folder):
    """The folder for the unit is a link to a classmate's."""
    folder.rmdir()
    folder.symlink_to(folder.parents[1] / "s00" / UNIT)


def linked_home(folder):
    """The student's own folder is a link to a classmate's."""
    folder.rmdir()
    folder.parent.rmdir()
    folder.parent.symlink_to(folder.parents[1] / "s00")


def linked_inside(folder):
    """A folder inside is a link to a classmate's."""
    (folder / "work").symlink_to(folder.parents[1] / "s00" / UNIT)


def pipe(name):
    return lambda folder: os.mkfifo(folder / name)


def packed(**entries):
    """A zip file of these texts by name."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return made.getvalue()


def damaged_zip():
    raw = bytearray(packed(**{FILE: as_bytes(right())}))
    at = len(FILE) + 30
    raw[at + 200 : at + 400] = bytes(200)
    return bytes(raw)


def zip_that_lies(size):
    """A zip file whose directory declares another size than there is."""
    raw = bytearray(packed(**{FILE: as_bytes(right())}))
    at = raw.index(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(raw)


def encrypted_zip():
    raw = bytearray(packed(**{FILE: as_bytes(right())}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + place] |= 1
    return bytes(raw)


def spaces():
    names = {f"{' ' * 60_000}{n}.ipynb": "{}" for n in range(2)}
    return packed(**names)


def blanks_in_name():
    return packed(**{f"copy of {'copy of ' * 8000}{FILE}": "{}"})


def many_entries():
    return packed(**{f"{n}.ipynb": "" for n in range(10_001)})


def bomb():
    return packed(**{FILE: b"[" + b" " * (65 << 20) + b"]"})


def many_files(folder):
    for number in range(10_001):
        (folder / f"{number}.ipynb").touch()


def sparse(folder):
    with open(folder / FILE, "wb") as made:
        made.truncate(65 << 20)


def folder_of_that_name(folder):
    (folder / FILE).mkdir()


STAMPS = {
    "a time that is none": b"not a time",
    "a time of NULs": b"\0" * 40,
    "a time in the year 1 with an offset": b"0001-01-01 00:00:00 +0900",
    "a time in the year 9999 with an offset": b"9999-12-31 23:59:59 -0900",
    "a time in a zone that is a path": b"2026-09-14 09:00:00 ../../../etc/passwd",
    "a time that is half a character": b"2026-09-14 09:00:00 \xff\xfe",
    "a time of a megabyte": b"2026-09-14 09:00:00 " + b"x" * (1 << 20),
    "a time that is empty": b"",
}
NO_TIME = "timestamp.txt holds no time"
FILES = {
    **{name: Hostile(stamp(raw), FULL, NO_TIME) for name, raw in STAMPS.items()},
    "a time that is a link": Hostile(with_right(linked_stamp), FULL, NO_TIME),
    "a time that is a pipe": Hostile(with_right(pipe("timestamp.txt")), FULL, NO_TIME),
    "a pipe for a notebook": Hostile(pipe(FILE), None, "a pipe or a device"),
    "a link for a notebook": Hostile(linked(FILE), None, "a link to another place"),
    "a link for a zip file": Hostile(linked("x.zip"), None, "a link to another place"),
    "a link for the folder": Hostile(linked_folder, None, "a link to another place"),
    "a link for the home": Hostile(linked_home, None, "a link to another place"),
    "a link to a folder inside": Hostile(linked_inside, None, "a link"),
    "a folder for a notebook": Hostile(folder_of_that_name, None, "folder is empty"),
    "a name with a newline and an escape": Hostile(
        file("x\n\x1b[31ms99      20  done.ipynb", lambda: as_bytes(right())),
        FULL,
        r"'x\n\x1b[31ms99",
    ),
    "a name that is no text": Hostile(
        file(b"\xff\xfe.ipynb", lambda: as_bytes(right())),
        FULL,
        r"'\udcff\udcfe.ipynb'",
    ),
    "a name that turns a line around": Hostile(
        file("\u202e02 s99.ipynb", lambda: as_bytes(right())), FULL, r"'\u202e02 s99"
    ),
    "more files than anyone hands in": Hostile(many_files, None, "10000 files"),
    "a file that is too large": Hostile(sparse, None, "larger than 64 MB"),
    "a damaged zip file": Hostile(file("x.zip", damaged_zip), None, "be unpacked"),
    "a zip file that breaks off": Hostile(
        file("x.zip", lambda: damaged_zip()[:900]), None, "be unpacked"
    ),
    "a zip file that declares too much": Hostile(
        file("x.zip", lambda: zip_that_lies(2**31)), FULL, "x.zip"
    ),
    "a zip file with a password": Hostile(
        file("x.zip", encrypted_zip), None, "be unpacked"
    ),
    "a zip file of names of spaces": Hostile(file("x.zip", spaces), None, FILE),
    "a zip file of a name of copies": Hostile(
        file("x.zip", blanks_in_name), None, "notebook"
    ),
    "a zip file of too many files": Hostile(
        file("x.zip", many_entries), None, "10000 files"
    ),
    "a zip file that swells": Hostile(file("x.zip", bomb), None, "larger than 64 MB"),
}


# Notebooks -------------------------------------------------------------------


def book(change):
    """Hand in the right notebook with something changed in its JSON."""

    def write(folder):
        made = right()
        change(made)
        (folder / FILE).write_bytes(as_bytes(made))

    return write


def cells_without_end():
    cells = ",".join(["{}"] * (10 << 20))
    return packed(**{FILE: f'{{"cells": [{cells}]}}'})


def many_texts(made):
    made["cells"] += [own(f"text {n}") for n in range(30_000)]


def empty_cells(made):
    made["cells"] += [own("") for _ in range(1_000)]


def strange_metadata(made):
    for number, one in enumerate(made["cells"]):
        one["metadata"] = [7, "x", {"nbgrader": 3}, {"nbgrader": {"grade_id": []}}][
            number % 4
        ]
        one["outputs"] = {"no": "list"}
    made["metadata"], made["nbformat"] = "none", "four"


def halves(made):
    made["cells"].insert(1, own("\ud800 and \udfff"))
    made["cells"].insert(2, own("half = '\udc80'", "code"))


def controls(made):
    made["cells"].insert(1, own("\0\x1b[2J\x1b[31m s99  20 \u202e", "code"))


def long_line(made):
    made["cells"].insert(1, own("x" * (3 << 20)))


def long_code(made):
    made["cells"].insert(1, own("x = 0\n" * (1 << 20), "code"))


def deep_code(made):
    made["cells"].insert(1, own("(" * 30_000 + ")" * 30_000, "code"))


def strange_sources(made):
    made["cells"] += [own([1, None, {"a": []}]), own({"no": "text"}), own(3.5)]
    made["cells"] += [{"cell_type": ["code"], "source": "x"}, {"cell_type": "code"}]


def copies(made):
    answer = cell(made, "affine")
    made["cells"] += [copy.deepcopy(answer) for _ in range(500)]


NOTEBOOKS = {
    "cells without end in a small zip file": Hostile(
        file("x.zip", cells_without_end), None, "millions of values"
    ),
    "thirty thousand cells of text": Hostile(book(many_texts), None, "2000 cells"),
    "a thousand empty cells": Hostile(book(empty_cells), FULL),
    "metadata of strange kinds": Hostile(book(strange_metadata), FULL),
    "sources of strange kinds": Hostile(book(strange_sources), FULL),
    "halves of characters": Hostile(book(halves), FULL),
    "control characters": Hostile(book(controls), FULL),
    "a text of one long line": Hostile(book(long_line), FULL),
    "more code than anyone writes": Hostile(book(long_code), None, "4 MB"),
    "a bracket within a bracket": Hostile(book(deep_code), FULL),
    "five hundred copies of an answer": Hostile(book(copies), FULL, "501 times"),
    "an integer of a million digits": Hostile(
        file(FILE, b'{"cells": [' + b"1" * 10**6 + b"]}"), None, "not JSON"
    ),
    "lists within lists": Hostile(file(FILE, b"[" * 100_000), None, "too deeply"),
    "bytes that are no text": Hostile(file(FILE, b'{"\xff\xfe'), None, "not text"),
}


# Answers ---------------------------------------------------------------------


def answers(points, says="", **texts):
    """Hand in the notebook with these texts as answers to their questions."""

    def change(made):
        for name, text in texts.items():
            cell(made, name)["source"] = text

    return Hostile(book(change), points, says)


def returns(name, result, before=""):
    return f"{before}\ndef {name}(*args):\n    return {result}"


ODD = """
class Odd:
    pass
Odd.__module__ = "\\ud800"
"""
WRONG = {  # what `affine`, of 4 points, returns; the rest is right
    "an object of a class without a name": ("Odd()", ODD),
    "an array of objects": ("np.array([Odd()] * 100_000)", ODD),
    "thirty million small integers": ("np.zeros(30_000_000, np.uint8)", ""),
    "a list that is too long to cross": ("[0.0] * 600_000", ""),
    "a list of lists": ("[[0.0] * 1000 for _ in range(1000)]", ""),
    "a text of ten million letters": ("'x' * 10_000_000", ""),
    "an array of no entries and a long side": ("np.zeros((0, 30_000_000))", ""),
    "an array of many sides": ("np.zeros((1,) * 32)", ""),
    "numbers of text": ("[['x' * 1000] * 10, 1]", ""),
    "an integer that is as long as a book": ("10 ** 1_000_000", ""),
    "nothing that is a number": ("[np.nan, np.inf, 1j]", ""),
    "a dictionary in itself": ("d", "d = {}\nd['d'] = d"),
    "an error with a long word": ("1 / 0 if False else int('7' * 10_000)", ""),
}
ANSWERS = {
    name: answers(FULL - 4, affine=returns("affine", *made))
    for name, made in WRONG.items()
}
EVERYTHING = {**FILES, **NOTEBOOKS, **ANSWERS}
