"""The files of a download, a zip file or a folder; never unpacked by their names."""

import contextlib
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from proctor.clean import is_clean, quoted
from proctor.handin.files import (
    DAMAGED,
    LONGEST_NAME,
    MAX_FILE,
    NOT_THEIRS,
    UNPACKED,
    Unreadable,
    contents,
    small,
)

MOST_ENTRIES = 200_000
PASSED_OVER = {*NOT_THEIRS, ".git", ".DS_Store"}
END, WIDE_END = b"PK\x05\x06", b"PK\x06\x06"


@dataclass(frozen=True)
class Entry:
    """A file of a download: where it lies in it, when it was changed, in seconds, how
    many bytes it has, and `read()`, which gives them or raises Unreadable."""

    parts: tuple[str, ...]
    changed: float
    size: int
    read: Callable

    def __str__(self):
        return quoted("/".join(self.parts), LONGEST_NAME)


@contextlib.contextmanager
def opened(path):
    """(the files of a download, sentences on those that are left out).

    Raises Unreadable for a download that can't be read at all.
    """
    with contextlib.ExitStack() as stack:
        found = _in_folder(path) if path.is_dir() else _in_zip(path, stack)
        kept, left = [], []
        for entry in sorted(found, key=lambda e: e.parts):
            why = _unfit(entry.parts)
            if why:
                left.append(f"{quoted('/'.join(entry.parts))} was left: {why}.")
            elif not {*entry.parts} & PASSED_OVER:
                kept.append(entry)
        yield kept, left


def _unfit(parts):
    if {"", ".", ".."} & {*parts}:
        return "its path leads out of the download"
    if max(map(len, parts)) > LONGEST_NAME:
        return f"its name is longer than {LONGEST_NAME} letters"
    if not all(map(is_clean, parts)):
        return "its name holds characters that can't be shown"
    return ""


def _in_folder(path):
    for top, folders, files in os.walk(path):
        folders[:] = sorted({*folders} - PASSED_OVER)
        links = [name for name in folders if Path(top, name).is_symlink()]
        for name in [*files, *links]:
            file = Path(top, name)
            parts, about = file.relative_to(path).parts, file.lstat()
            read = lambda file=file: contents(file)  # noqa: E731
            yield Entry(parts, about.st_mtime, kept_size(about.st_size), read)


def _in_zip(path, stack):
    shown = quoted(path.name)
    if not path.is_file():
        raise Unreadable(f"There is no file or folder {shown}. Look at its path.")
    try:
        count = _counted(path)
        if count > MOST_ENTRIES:
            raise Unreadable(
                f"{shown} holds {count:,} files, more than a class hands in."
            )
        archive = stack.enter_context(zipfile.ZipFile(path))
    except (*DAMAGED, OSError, struct.error) as error:
        raise Unreadable(
            f"{shown} is no zip file that can be read ({error}). Download it again."
        ) from None
    for info in archive.infolist():
        if not info.is_dir():
            read = lambda info=info: _unpacked(archive, info)  # noqa: E731
            parts = tuple(info.filename.replace("\\", "/").split("/"))
            yield Entry(parts, _seconds(info), kept_size(info.file_size), read)


def kept_size(size):
    """What a file takes; one that is too large is left."""
    return size if size <= MAX_FILE else 0


def _counted(path):
    """How many files a zip file says it holds, before its list is read."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    at = tail.rfind(END)
    if at < 0:
        raise zipfile.BadZipFile("it has no end")
    (size,) = struct.unpack_from("<L", tail, at + 12)
    wide = tail.rfind(WIDE_END)
    if wide >= 0:
        (size,) = struct.unpack_from("<Q", tail, wide + 40)
    return size // zipfile.sizeCentralDir


def _seconds(info):
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _unpacked(archive, info):
    shown = quoted(info.filename)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable(f"{shown} is a link to another place.")
    if info.compress_type not in UNPACKED:
        raise Unreadable(f"{shown} is packed in a rare way.")
    try:
        with archive.open(info) as file:
            return small(file.read(MAX_FILE + 1), shown)
    except DAMAGED as error:
        raise Unreadable(f"{shown} can't be unpacked ({error}).") from None
