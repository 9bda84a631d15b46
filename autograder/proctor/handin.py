"""What a student handed in: which file of a folder is which notebook of the unit.

Files come back renamed, several at a time, or inside a zip. They are only read.
"""

import re
import zipfile
from dataclasses import dataclass

MAX_FILE = 64 << 20


class Unreadable(Exception):
    """The file can't be read as a notebook; the message says why, for a person."""


class NotHandedIn(Exception):
    """The student handed in other notebooks of the unit, and not this one."""


@dataclass(frozen=True)
class File:
    """A file that may be a notebook; `read()` gives its bytes or raises Unreadable."""

    name: str
    read: callable
    archive: str = ""


def base_name(name):
    """A file's name without what browsers and drives add: `Copy of x (1)` is x."""
    name = re.sub(r"\.ipynb(\.txt|\.json)?$", "", name.strip(), flags=re.I)
    before = None
    while name != before:
        before = name
        name = re.sub(
            r"^(copy of|kopie von|copie de|copia de)\s+", "", name, flags=re.I
        )
        name = re.sub(r"\s*\(\d+\)$|[-_ ]+copy\d*$", "", name, flags=re.I)
    return name.casefold().replace(" ", "_")


def notebooks_in(folder):
    """Every notebook file below a folder, those inside of zip files too."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    for path in paths:
        if ".ipynb" in path.name.lower():
            yield File(path.name, lambda path=path: _read(path))
        elif path.suffix.lower() == ".zip":
            yield from _zipped(path)


def _read(path):
    if path.stat().st_size > MAX_FILE:
        raise Unreadable(f"{path.name} is larger than {MAX_FILE >> 20} MB.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path.name} can't be opened: {error.strerror}.") from None


def _zipped(path):
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e.filename for e in archive.infolist()]
    except (zipfile.BadZipFile, OSError):
        return
    for entry in entries:
        name = entry.rpartition("/")[2]
        if ".ipynb" in name.lower() and not entry.startswith("__MACOSX"):
            read = lambda entry=entry: _unzip(path, entry)  # noqa: E731
            yield File(name, read, archive=path.name)


def _unzip(path, entry):
    try:
        with zipfile.ZipFile(path) as archive, archive.open(entry) as file:
            raw = file.read(MAX_FILE + 1)
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
        raise Unreadable(f"{entry} in {path.name} can't be read: {error}.") from None
    if len(raw) > MAX_FILE:
        raise Unreadable(f"{entry} in {path.name} is larger than {MAX_FILE >> 20} MB.")
    return raw


def find(folder, name, others=()):
    """The bytes of this notebook in a submission's folder, and what was odd: a pair.

    others: the unit's other notebooks. Raises NotHandedIn when only others are there,
    Unreadable when that can't be said.
    """
    files = list(notebooks_in(folder))
    mine = [f for f in files if base_name(f.name) == name.casefold()]
    mine.sort(key=lambda f: (f.name != f"{name}.ipynb", f.archive))
    known = {other.casefold() for other in others}
    strange = [f for f in files if base_name(f.name) not in known]
    if mine:
        return mine[0].read(), _odd(mine, name)
    if len(strange) == 1:
        note = f"The file came under another name, {strange[0].name!r}."
        return strange[0].read(), note
    if files and not strange:
        raise NotHandedIn(f"{name} was not handed in.")
    there = ", ".join(sorted(p.name for p in folder.iterdir())[:5])
    raise Unreadable(
        f"There is no {name}.ipynb in what was handed in: "
        f"{there or 'the folder is empty'}."
    )


def _odd(mine, name):
    """Sentences on a file's name and place, and on other copies of it."""
    chosen, *rest = mine
    notes = []
    if chosen.archive:
        notes.append(f"The notebook was inside {chosen.archive}.")
    if chosen.name != f"{name}.ipynb":
        notes.append(f"The file came as {chosen.name!r}.")
    if rest:
        others = ", ".join(file.name for file in rest)
        notes.append(f"There are several copies; {chosen.name} counts, not {others}.")
    return " ".join(notes)
