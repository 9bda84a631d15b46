"""Put a unit's marks into the very table that the LMS handed out.

All rows, columns and ids stay as they are; only the cells of marks are filled. What
can't be filled is told before anything is written.
"""

import csv
import io
import re
from dataclasses import dataclass, field

from proctor.clean import quoted
from proctor.handin.files import Unreadable
from proctor.lms.roster import Roster, students, table

FORMULA = re.compile(r"[=+@\t\r-]")
NO_FORMULA = re.compile(r'="[^"]*"|[+-]?[\d.]*')  # a name by Canvas; a number
# The columns of a mark and of what it is out of, where an LMS always calls them so.
MARK, OUT_OF = {"moodle": "Grade"}, {"moodle": "Maximum Grade"}


@dataclass
class Filled:
    """A table with its marks, as text, and sentences on whoever got none."""

    text: str = ""
    changed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def filled(path, to, given, column=""):
    """The LMS's table at `path` with the marks of a Given. Raises Unreadable."""
    rows, shown = table(path), quoted(path.name)
    about = students(rows)
    ids = Roster(about, shown).ids
    known = dict(zip(ids, about, strict=True))
    if given.marks and not {*given.marks} & {*known}:
        raise Unreadable(
            f"None of the {len(known)} students of {shown} has a mark of {given.unit}. "
            "Is it another class's table? Nothing was written."
        )
    name = column_of(rows[0], to, given.unit, column, shown)
    for row in rows:
        check_points(row, to, name, given, shown)
    found = Filled()
    for student, row in known.items():
        fill(row, name, student, given, found)
    strangers = sorted({*given.marks} - {*known})
    found.told += [
        f"{student} has a mark and is not in {shown}." for student in strangers
    ]
    found.text = written(rows)
    return found


def column_of(row, to, unit, column, shown):
    """The column of a unit's marks. Raises Unreadable."""
    wanted = column or MARK.get(to, unit)
    fitting = [name for name in row if name.strip() == wanted]
    fitting = fitting or [name for name in row if is_for(name, wanted)]
    if len(fitting) != 1:
        names = ", ".join(quoted(name) for name in row if name)
        count = "Several columns" if fitting else "No column"
        raise Unreadable(
            f"{count} of {shown} may hold the marks of {unit}. "
            f"Name one with --column: {names}."
        )
    return fitting[0]


def is_for(name, wanted):
    """Whether a column is the wanted one; Canvas adds its number, `Homework 1 (42)`."""
    return re.sub(r" \(\d+\)$", "", name.strip()).casefold() == wanted.casefold()


def check_points(row, to, name, given, shown):
    """Refuse a table whose marks are out of something else. Raises Unreadable."""
    most = ""
    if next(iter(row.values())).strip() == "Points Possible":
        most = row[name]
    elif to in OUT_OF:
        most = row.get(OUT_OF[to], "")
    elif f"{name} - Max Points" in row:
        most = row[f"{name} - Max Points"]
    most, has = most.strip(), f"{given.out_of:g}"
    if most and re.sub(r"[.,]0*$", "", most) != has:
        parts = given.parts()
        change = f"{has} in the LMS, and download the table again."
        advice = f"Set {change}"
        if parts:
            only = given.only()
            advice = f"If you set only a part, add --notebook {only}; else set {change}"
        raise Unreadable(
            f"{shown} says that the marks are out of {quoted(most)}, and "
            f"{given.shown} has {has}{parts}. {advice}"
        )


def fill(row, name, student, given, found):
    why = given.why_none(student)
    if why:
        found.told.append(why)
    elif row[name] == "EX":
        found.told.append(f"{student} is excused in the LMS, and stays so.")
    else:
        before, row[name] = row[name], f"{given.marks[student].points:g}"
        if before != row[name]:
            found.changed.append(f"{student}: {before or 'nothing'} -> {row[name]}")


def written(rows):
    """A table as text, every cell in quotation marks, with none that would be run."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for row in rows:
        writer.writerow({k: harmless(v) for k, v in row.items()})
    return text.getvalue()


def harmless(cell):
    """A cell that no spreadsheet takes for a formula."""
    if FORMULA.match(cell) and not NO_FORMULA.fullmatch(cell):
        return f"'{cell}"
    return cell


def plain(given):
    """The marks as a table of our own."""
    rows = [
        {
            "id": student,
            "unit": given.unit,
            "points": "" if given.why_none(student) else f"{mark.points:g}",
            "out of": f"{given.out_of:g}",
            "waits for a person": "yes" if mark.waits else "",
        }
        for student, mark in sorted(given.marks.items())
    ]
    return Filled(written(rows), told=[*filter(None, map(given.why_none, given.marks))])
