"""Who is who: the course's students by the ids under which an LMS knows them.

A roster is any table of the students with a head line: the gradebook that Canvas
exports, Moodle's grading worksheet, Gradescope's roster, or one of your own with a
column `id`.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from itertools import zip_longest

from proctor.clean import is_clean, quoted
from proctor.handin.files import Unreadable, contents

# The column that names a student in this course: the first that is there.
OWN = ["id", "student_id", "sis login id", "sis user id", "username", "id number",
       "sid", "email address", "email", "identifier"]  # fmt: skip
KINDS = {  # of ids, and the columns that hold them
    "canvas": ["lms_user_id"],
    "moodle": ["identifier"],
    "username": ["username", "sis login id", "id number"],
    "sid": ["sid", "sis user id"],
    "email": ["email", "email address"],
    "github": ["github", "github_username"],
}
CALLED = {
    "canvas": "the Canvas ID",
    "moodle": "the participant number",
    "username": "the username",
    "sid": "the student ID",
    "email": "the e-mail address",
    "blackboard": "the username at the end of",
    "github": "the account at the end of",
    "id": "the id",
}
ENDS = {"github": ("github", "-"), "blackboard": ("username", "_")}


class Roster:
    """The students of a table, their `ids` in its order. `shown`: its name."""

    def __init__(self, rows, shown):
        self.shown, self.known = shown, defaultdict(set)
        self.ids = [own_id(row) for row in rows]
        seen = set()
        for row, student in zip(rows, self.ids, strict=True):
            if student in seen:
                raise Unreadable(
                    f"{shown} has the id {quoted(student)} twice. Which student is "
                    "meant? Correct the table, then run again."
                )
            if not fit(student):
                raise Unreadable(f"{shown} has the id {quoted(student)}, which can't "
                                 "name a folder. Correct the table.")  # fmt: skip
            seen.add(student)
            for kind, value in keys_of(row, student):
                self.known[kind, value.casefold()].add(student)

    def student(self, keys):
        """The id of the student with such keys. Raises LookupError, with the reason."""
        told = " and ".join(f"{CALLED[kind]} {quoted(v)}" for kind, v in keys.items())
        found = set().union(*(self.named(*pair) for pair in keys.items() if pair[1]))
        if not found:
            raise LookupError(f"nobody in {self.shown} has {told}")
        if len(found) > 1:
            raise LookupError(f"{self.shown} has several students with {told}")
        return found.pop()

    def kind(self, keys):
        """The kind of id by which students are known: the course's own."""
        return "id"

    def named(self, kind, value):
        """The students with this id, or with an id that it ends in."""
        value = value.casefold()
        column, before = ENDS.get(kind, (kind, ""))
        found = self.known.get((column, value), set())
        if found or not before:
            return found
        ends = {v: who for (k, v), who in self.known.items() if k == column}
        fitting = [who for v, who in ends.items() if value.endswith(before + v)]
        return set().union(*fitting)


class NoRoster:
    """Every student goes by the LMS's own id."""

    shown, ids = "", ()

    def kind(self, keys):
        return next((kind for kind, value in keys.items() if value), "")

    def student(self, keys):
        kind = self.kind(keys)
        value = keys.get(kind, "")
        if kind == "blackboard":
            value = value.rpartition("_")[2]
        if not fit(value):
            raise LookupError(f"{quoted(value)} can't name a folder")
        return value


def fit(student):
    """Whether an id may name a folder."""
    plain = is_clean(student) and student.strip() == student != ""
    return plain and len(student) < 200 and not re.search(r"[/\\+]|^\.", student)


def read(path):
    """The Roster of a table's file. Raises Unreadable."""
    return Roster(students(table(path)), quoted(path.name))


def table(path):
    """A table's rows, each a dictionary by column. Raises Unreadable."""
    try:
        text = contents(path).decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        head, rows = fit_together([line for line in lines if line])
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise Unreadable(
            f"{quoted(path.name)} is no table in UTF-8 with commas ({error}). "
            "Export it again as CSV."
        ) from None
    if not rows:
        raise Unreadable(f"{quoted(path.name)} has no rows. Export it again.")
    return [dict(zip_longest(head, row, fillvalue="")) for row in rows]


def fit_together(lines):
    """A table's head and rows. Raises ValueError where a cell has no column of its
    own."""
    head, *rows = lines or [[]]
    twice = [name for name, count in Counter(head).items() if name and count > 1]
    if twice:
        raise ValueError(f"it has the column {quoted(twice[0])} twice")
    long = [place for place, row in enumerate(rows, 2) if len(row) > len(head)]
    if long:
        raise ValueError(f"row {long[0]} has more cells than the first")
    if not {*OWN} & {name.strip().casefold() for name in head}:
        raise ValueError(f"it has no column of ids, such as {quoted('id')}")
    return head, rows


def students(rows):
    """The rows that are about a student: Canvas has others, without an ID, and a
    spreadsheet leaves empty ones."""
    full = [row for row in rows if any(cell.strip() for cell in row.values())]
    return [row for row in full if not is_canvas(row) or lowered(row)["id"].isdigit()]


def is_canvas(row):
    """Whether a row is one of Canvas's gradebook."""
    names = {*lowered(row)}
    named = "student" in names or {"lastname", "firstname"} <= names
    return named and {"id", "section"} <= names


def lowered(row):
    return {k.strip().casefold(): v.strip() for k, v in row.items()}


def own_id(row):
    """The id by which the course knows a row's student."""
    # Canvas's own number is in a column ID, beside the id that the school gives.
    names = [*OWN[1:], "id"] if is_canvas(row) else OWN
    row = lowered(row)
    value = next((row[name] for name in names if row.get(name)), "")
    return value.removeprefix("Participant ")


def keys_of(row, student):
    """(kind, id) of all under which a row's student may be known."""
    yield "id", student
    if is_canvas(row):
        yield "canvas", lowered(row)["id"]
    row = lowered(row)
    for kind, columns in KINDS.items():
        for column in columns:
            if row.get(column):
                yield kind, row[column].removeprefix("Participant ")
