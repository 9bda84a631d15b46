"""Put what students handed in where the grader looks for it.

What can't be placed is told and left.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from proctor.clean import quoted
from proctor.handin.files import Unreadable
from proctor.handin.find import base_name
from proctor.lms.entries import opened
from proctor.lms.formats import uploads
from proctor.lms.record import RECORD, check_ids, few, recorded, there_already
from proctor.lms.roster import NoRoster
from proctor.lms.units import units_of
from proctor.whole import write_whole

STAMP = "timestamp.txt"


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

    def add(self, path):
        """Collect a download: a zip file or a folder. Raises Unreadable."""
        with opened(path) as (entries, left):
            if not entries:
                raise Unreadable(f"{quoted(path.name)} holds no files.")
            name, came, rest = uploads(path, entries)
            self.found.left += left
            self.found.left += [f"{entry} names no student." for entry in rest]
            self.found.notes.append(f"{quoted(path.name)} was read as: {name}.")
            found = self._by_student(came)
            if came and not found and self.roster.shown:
                raise Unreadable(
                    f"No file of {quoted(path.name)} belongs to anyone in "
                    f"{self.roster.shown} ({len(self.roster.ids)} students): nothing "
                    "was changed. Is it another class's roster?"
                )
            self._check(quoted(path.name), found)
            for student, several in found.items():
                self._place(student, several)
        write_whole(self.kept / RECORD, json.dumps(self.record, indent=1))

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

    def _place(self, student, several):
        home = self.submitted / student / self.unit
        known = self.record.setdefault(student, {})
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
        if upload.name.casefold() == STAMP:
            self.found.left.append(f"{upload.entry} was left: {STAMP} is not theirs.")
            return
        base, path = base_name(upload.name), home / upload.name
        digest = digest_of(raw)
        before = known.get(base)
        if before and digest == before["digest"]:
            self.found.twice += (student, digest) in self.met
            self.met.add((student, digest))
            return
        units = units_of(upload.name, raw)
        if units and self.unit not in units:
            of = " and ".join(sorted(units))
            self.found.left.append(
                f"{upload.entry} was left: a notebook of {of}, not of {self.unit}."
            )
            return
        if before and upload.order <= before["order"]:
            self._keep(student, upload.name, raw)
            return
        for old in {path, home / before["name"]} if before else {path}:
            there = old.read_bytes() if old.exists() else raw
            if there != raw:
                self._keep(student, old.name, there)
                old.unlink()
        write_whole(path, raw)
        if upload.when:
            write_whole(home / STAMP, f"{upload.when}\n")
        if upload.late:
            self.found.notes.append(
                f"{student}: late, by the LMS's own mark; no points are taken off."
            )
        known[base] = {
            "name": upload.name,
            "order": upload.order,
            "digest": digest,
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
