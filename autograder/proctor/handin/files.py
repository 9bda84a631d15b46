"""The files of a submission's folder, and of zip files in it: only read, with care.

No link is followed and no pipe waited for; all that can be long has a limit.
"""

import contextlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from proctor.clean import quoted
from proctor.handin.kinds import ITSELF, LOOKED_AT, PACKED, kind_of

MAX_FILE = 64 << 20
MOST_FILES, MOST_ARCHIVES, MOST_ENTRIES, LONGEST_NAME = 10_000, 10, 10_000, 255
UNPACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # these are read bit by bit
NOT_THEIRS = {"__MACOSX", ".ipynb_checkpoints"}
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)


class Unreadable(Exception):
    """The file can't be read as a notebook; the message says why, for a person."""


@dataclass(frozen=True)
class File:
    """A file that may be a notebook; `read()` gives its bytes or raises Unreadable."""

    name: str
    read: Callable
    archive: str = ""


def is_candidate(name):
    """Whether a file may be a notebook, by its name."""
    return ".ipynb" in name.lower() and not name.startswith("._")


def paths_in(folder):
    """The files below a folder, and links as such. Raises Unreadable."""
    found = []
    for top, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(set(folders) - NOT_THEIRS)
        links = [name for name in folders if Path(top, name).is_symlink()]
        found += [Path(top, name) for name in sorted([*files, *links])]
        if len(found) > MOST_FILES:
            raise Unreadable(f"There are more than {MOST_FILES} files. {ITSELF}")
    return found


def candidates(paths):
    """The files that may be notebooks, among them those inside of zip files."""
    archives = 0
    for path in paths:
        if is_candidate(path.name):
            yield File(path.name, lambda path=path: contents(path))
        elif path.suffix.lower() == ".zip" and archives < MOST_ARCHIVES:
            archives += 1
            yield from _packed(path)


@contextlib.contextmanager
def opened(path):
    """A regular file, open for reading. Raises Unreadable."""
    shown = quoted(path.name)
    if path.is_symlink():
        raise Unreadable(f"{shown} is a link to another place. {ITSELF}")
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise Unreadable(f"{shown} is a pipe or a device. {ITSELF}")
            yield file
    except OSError as error:
        raise Unreadable(f"{shown} can't be opened: {error.strerror}.") from None


def contents(path, most=MAX_FILE):
    """The bytes of a file. Raises Unreadable."""
    with opened(path) as file:
        raw = file.read(most + 1)
    return small(raw, quoted(path.name), most)


def small(raw, shown, most=MAX_FILE):
    if len(raw) > most:
        raise Unreadable(f"{shown} is larger than {most >> 20} MB. {ITSELF}")
    return raw


def described(path):
    """A file's name with what it is, and what to ask the student for."""
    try:
        with opened(path) as file:
            kind = kind_of(file.read(LOOKED_AT))
    except Unreadable:
        kind = "a link, a pipe or a device", ITSELF
    what, ask = kind or ("", ITSELF)
    return quoted(path.name) + (f" ({what})" if what else ""), ask


def unpacked(path):
    """A zip file of no more entries than are looked at. Raises Unreadable."""
    raw, shown = contents(path), quoted(path.name)
    if raw.count(zipfile.stringCentralDir) > MOST_ENTRIES:
        raise Unreadable(f"{shown} holds more than {MOST_ENTRIES} files. {ITSELF}")
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except DAMAGED as error:
        raise Unreadable(f"{shown} can't be unpacked ({error}). {ITSELF}") from None


def _packed(path):
    """The candidates in a zip file; a damaged one is the only candidate itself."""
    try:
        with unpacked(path) as archive:
            entries = archive.namelist()
    except Unreadable as error:
        yield File(path.name, lambda error=error: _refuse(error))
        return
    for entry in entries:
        *folders, name = entry[-LONGEST_NAME:].split("/")
        if is_candidate(name) and not NOT_THEIRS.intersection(folders):
            read = lambda entry=entry: _unpack(path, entry)  # noqa: E731
            yield File(name, read, archive=path.name)


def _refuse(error):
    raise error


def _unpack(path, entry):
    """The bytes of a file in a zip file. Raises Unreadable."""
    shown = f"{quoted(entry)} in {quoted(path.name)}"
    with unpacked(path) as archive:
        if archive.getinfo(entry).compress_type not in UNPACKED:
            raise Unreadable(f"{shown} is packed in a rare way. {PACKED}")
        try:
            with archive.open(entry) as file:
                return small(file.read(MAX_FILE + 1), shown)
        except DAMAGED as error:
            raise Unreadable(f"{shown} can't be unpacked ({error}). {ITSELF}") from None
