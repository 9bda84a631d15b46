"""The course on one page: who needs help, and what the class gets wrong."""

from pathlib import Path

import jinja2
from chainrule.verdict import State

from proctor.out.measures import FEW, KINDS, bars, behind, share
from proctor.whole import write_whole

TEMPLATES = Path(__file__).parent / "templates"
LATELY = 2  # units that say who falls behind
NOT_RIGHT = [state for state in State if state not in (State.RIGHT, State.READ)]
FEW_ROWS, FEW_NAMES = 60, 12  # what is shown without a click


def write(summaries, path, ids=True):
    """The units' summaries as one self-contained HTML page.

    ids: whether it may say who is who; without, it can be shown in class.
    """
    loader = jinja2.FileSystemLoader([TEMPLATES, TEMPLATES / "chainrule_feedback"])
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        FEW=FEW, KINDS=KINDS, FEW_ROWS=FEW_ROWS, FEW_NAMES=FEW_NAMES, State=State
    )
    template = environment.get_template("course.html.j2")
    units = [unit_of(summary) for summary in summaries]
    write_whole(path, template.render(units=units, ids=ids, **over_all(units)))


def unit_of(summary):
    """A unit's summary with what its part of the page shows besides."""
    shares = {r["student"]: share(r["earned"], r["judged"]) for r in summary["rows"]}
    rows = [
        {**row, "share": shares[row["student"]], "not_right": not_right(row)}
        for row in summary["rows"]
    ]
    return {
        **summary,
        "rows": rows,
        "by_student": {row["student"]: row for row in rows},
        "bars": bars(shares.values()),
        "behind": behind(without_persons(shares, [summary])),
        "lacking": lacking(rows),
    }


def lacking(rows):
    """Who handed in something, and not this notebook: {notebook: students}."""
    found = {}
    for row in rows:
        for notebook in row["lacking"]:
            found.setdefault(notebook, []).append(row["student"])
    return dict(sorted(found.items()))


def not_right(row):
    """The questions that are not right, by state; None where nothing is written."""
    names = {}
    for verdict in row["shown"]:
        names.setdefault(verdict["state"], []).append(verdict["question"])
    names = {state: names[state] for state in NOT_RIGHT if state in names}
    all_of_them = len(names.get(State.NOT_WRITTEN, ())) == len(row["shown"])
    return None if all_of_them else names


def without_persons(shares, units):
    """The shares of those whose files no person has still to look at."""
    waiting = {row["student"] for unit in units for row in unit["persons"]}
    return {s: part for s, part in shares.items() if s not in waiting}


def over_all(units):
    """What the page says of all units together."""
    students = {s for unit in units for s in unit["by_student"]}
    students |= {s for unit in units for s in unit["missing"]}
    rows = [of_student(student, units) for student in sorted(students)]
    lately = {s: of_student(s, units[-LATELY:])["share"] for s in students}
    lately = without_persons(lately, units[-LATELY:])
    return {
        "rows": rows,
        "persons": [(u["unit"], row) for u in units for row in u["persons"]],
        "isolated": all(row["isolated"] for row in rows),
        "bars": bars([row["share"] for row in rows]),
        "behind": [(s, part, units_of(s, units)) for s, part in behind(lately)],
        "lately": [unit["unit"] for unit in units[-LATELY:]],
    }


def of_student(student, units):
    """A student's way through the units; one that is missing counts nothing."""
    found = [unit["by_student"].get(student) for unit in units]
    judged = [
        row["judged"] if row else unit["out_of"]
        for row, unit in zip(found, units, strict=True)
    ]
    earned = sum(row["earned"] for row in found if row)
    return {
        "student": student,
        "units": found,
        "points": sum(row["points"] for row in found if row),
        "share": share(earned, sum(judged)),
        "isolated": all(row["isolated"] for row in found if row),
        "missing": [u["unit"] for u, row in zip(units, found, strict=True) if not row],
    }


def units_of(student, units):
    """A student's share in each unit, None where nothing was handed in."""
    found = [unit["by_student"].get(student) for unit in units]
    return [row and row["share"] for row in found]
