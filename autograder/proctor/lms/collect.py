"""Put what students handed in where the grader looks for it.

What can't be placed is told and left.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from proctor.clean import quoted
from proctor.handin.files import Unreadable, is_candidate
from proctor.handin.find import base_name
from proctor.lms.entries import opened
from proctor.lms.formats import uploads
from proctor.lms.record import RECORD, check_ids, few, recorded, there_already
from proctor.lms.roster import NoRoster
from proctor.lms.units import units_of
from proctor.whole import write_whole

STAMP = "timestamp.txt"
LONGEST = 240  # bytes of a name: where it is kept it becomes a little longer
BLOCK = 4096  # bytes that a file may take beyond its size


@dataclass
class Collected:
    """What came of a run.

    placed: (student, file) of what is there anew; notes, left: sentences; twice: how
    many files are the same as another of the same student.
    """

    placed: set[tuple[str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    twice: int = 0


def digest_of(raw):
    return hashlib.sha256(raw).hexdigest()


class Collection:
    """The files of one unit in a course folder.

    submitted/<student>/<unit>/ holds the file that counts of each name, and
    downloaded/<unit>/earlier/<student>/ what it took the place of.
    """

    def __init__(self, course, unit, roster=None):
        self.submitted, self.unit = Path(course) / "submitted", unit
        self.kept = Path(course) / "downloaded" / unit
        self.roster = roster or NoRoster()
        self.record = recorded(self.kept)
        self.found = Collected()
        self.met = set()

    def add(self, *paths, within=contextlib.nullcontext):
        """Collect downloads: zip files or folders. Raises Unreadable before anything
        is changed; within(): the context in which it is."""
        with contextlib.ExitStack() as stack:
            several = [self._read(path, stack) for path in paths]
            self._check_room(several)
            stack.enter_context(within())
            for found in several:
                for student, uploads in found.items():
                    self._place(student, uploads)
            write_whole(self.kept / RECORD, json.dumps(self.record, indent=1))

    def _read(self, path, stack):
        """{student: uploads} of a download. Raises Unreadable."""
        entries, left = stack.enter_context(opened(path))
        shown = quoted(path.name)
        if not entries:
            raise Unreadable(f"{shown} holds no files.")
        name, came, rest = uploads(path, entries, self.roster.ids)
        self.found.left += left
        self.found.left += [f"{entry} names no student." for entry in rest]
        self.found.notes.append(f"{shown} was read as: {name}.")
        found = self._by_student(came)
        if came and not found and self.roster.shown:
            raise Unreadable(
                f"No file of {shown} belongs to anyone in "
                f"{self.roster.shown} ({len(self.roster.ids)} students): nothing "
                "was changed. Is it another class's roster?"
            )
        self._check(shown, found)
        self._check_unit(shown, found)
        return found

    def lacking(self):
        """Who of the roster has no file, in words."""
        ids = self.roster.ids
        without = [student for student in ids if student not in self.record]
        names = f": {', '.join(without)}" if without else ""
        return f"{len(ids)} on the roster, {len(without)} without a file{names}."

    def _by_student(self, came):
        """{student: their uploads, the earliest first}; the rest is left."""
        found = defaultdict(list)
        for upload in came:
            try:
                found[self.roster.student(upload.keys)].append(upload)
            except LookupError as error:
                self.found.left.append(f"{upload.entry} was left: {error}.")
        return {
            student: sorted(found[student], key=lambda u: u.order)
            for student in sorted(found)
        }

    def _check(self, shown, found):
        """Tell whose these students are. Raises Unreadable where they are others than
        those that are there."""
        came = {s: self.roster.kind(several[0].keys) for s, several in found.items()}
        there = there_already(self.submitted, self.kept.parent)
        check_ids(shown, came, there, self.roster.shown)
        if came and not self.roster.shown:
            self.found.notes.append(
                f"No roster was given: the students are known as {few(came)}."
            )

    def _check_unit(self, shown, found):
        """Raises Unreadable where all notebooks that came are of other units."""
        others = set()
        for upload in chain.from_iterable(found.values()):
            units = self._units(upload)
            if self.unit in units:
                return
            others |= units
        if others:
            raise Unreadable(
                f"{shown} holds notebooks of {' and '.join(sorted(others))}, and none "
                f"of {self.unit}: nothing was changed. Which unit was meant?"
            )

    def _units(self, upload):
        """The units that a file may be of; none where it is no notebook."""
        if not is_candidate(upload.name):
            return set()
        try:
            return units_of(upload.name, upload.entry.read()) or {self.unit}
        except Unreadable:
            return {self.unit}

    def _check_room(self, several):
        """Raises Unreadable where the disk has not enough room for what came."""
        size = sum(
            upload.entry.size + BLOCK
            for found in several
            for student, uploads in found.items()
            for upload in uploads
            if self._is_new(upload, self.record.get(student, {}))
        )
        home = next(path for path in [self.kept, *self.kept.parents] if path.exists())
        free = shutil.disk_usage(home).free
        if size > free:
            raise Unreadable(
                f"The disk has {free / 1e6:.1f} MB left, and these files may take "
                f"{size / 1e6:.1f}: nothing was changed. Make room, then run again."
            )

    def _is_new(self, upload, known):
        before = known.get(base_name(upload.name))
        return not before or upload.order > before["order"]

    def _place(self, student, several):
        home = self.submitted / student / self.unit
        before = self.record.get(student, {})
        known = {b: f for b, f in before.items() if (home / f["name"]).exists()}
        self.record[student] = known
        for upload in several:
            try:
                raw = upload.entry.read()
            except Unreadable as error:
                self.found.left.append(f"{student}: {error}")
                continue
            self._one(student, home, known, upload, raw)
        if not known:
            del self.record[student]

    def _one(self, student, home, known, upload, raw):
        """Place one file, unless it is there already or something later is."""
        before, digest = known.get(base_name(upload.name)), digest_of(raw)
        if before and digest == before["digest"]:
            before["order"] = max(before["order"], upload.order)
            self.found.twice += (student, digest) in self.met
            self.met.add((student, digest))
            return
        why = self._unfit(upload, raw)
        if why:
            self.found.left.append(f"{upload.entry} was left: {why}.")
        elif not self._is_new(upload, known):
            self._keep(student, upload.name, raw)
        else:
            self._put(student, home, known, upload, raw, digest)

    def _unfit(self, upload, raw):
        """Why a file can't be placed, or ""."""
        if upload.name.casefold() == STAMP:
            return f"{STAMP} is not theirs"
        if len(os.fsencode(upload.name)) > LONGEST:
            return f"its name is longer than {LONGEST} bytes"
        units = units_of(upload.name, raw)
        if units and self.unit not in units:
            return f"a notebook of {' and '.join(sorted(units))}, not of {self.unit}"
        return ""

    def _put(self, student, home, known, upload, raw, digest):
        """Put a file where it counts; what it takes the place of is kept."""
        base, path = base_name(upload.name), home / upload.name
        before = known.get(base)
        for old in {path, home / before["name"]} if before else {path}:
            there = old.read_bytes() if old.exists() else raw
            if there != raw:
                self._keep(student, old.name, there)
                old.unlink()
        write_whole(path, raw)
        latest = max((file["order"] for file in known.values()), default=0)
        if upload.when and upload.order >= latest:
            write_whole(home / STAMP, f"{upload.when}\n")
        if upload.late:
            self.found.notes.append(
                f"{student}: late, by the LMS's own mark; no points are taken off."
            )
        known[base] = {
            "name": upload.name,
            "order": upload.order,
            "digest": digest,
            "late": upload.late,
            "came": list(upload.entry.parts),
            "by": self.roster.kind(upload.keys),
        }
        self.met.add((student, digest))
        self.found.placed.add((student, base))

    def _keep(self, student, name, raw):
        """Keep a file that doesn't count, under a name that tells it from others."""
        path = self.kept / "earlier" / student / f"{digest_of(raw)[:8]} {name}"
        if not path.exists():
            write_whole(path, raw)
            self.found.notes.append(
                f"{student}: an earlier {quoted(name)} is kept in {path.parent}."
            )
