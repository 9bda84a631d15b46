"""Gradescope's autograder: the zip file it is given, and the results that it reads."""

import json
from pathlib import Path

from chainrule.verdict import State

from proctor.handin.files import Unreadable
from proctor.handin.kinds import to_the_student
from proctor.lms import roster
from proctor.source.build import ROOT, course

TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("setup.sh", "run_autograder")
# What grading takes: no solution, no test and no source of a notebook.
PARTS = (
    "LICENSE",
    "autograder/proctor",
    "autograder/pyproject.toml",
    "course.toml",
    "data",
    "lib/README.md",
    "lib/chainrule",
    "lib/constraints.txt",
    "lib/pyproject.toml",
    "lib/setup.py",
)
STUDENTS = "students.json"
WAITS = "Points that wait for a person: {}. Give them in a question of the outline."


def contents(unit, table=None):
    """The files of the zip file that grades a unit there. Raises Unreadable.

    table: of the students; their ids are found by their e-mail addresses.
    """
    files = {}
    for part in (*PARTS, f"notebooks/{unit}"):
        for file in [ROOT / part, *(ROOT / part).rglob("*")]:
            if file.is_file() and file.parent.name != "__pycache__":
                files[file.relative_to(ROOT).as_posix()] = file.read_bytes()
    for name in SCRIPTS:
        text = (TEMPLATES / name).read_text("utf-8").replace("UNIT", unit)
        files[name] = text.encode("utf-8")
    if table:
        files[STUDENTS] = json.dumps(ids(table), indent=1).encode("utf-8")
    return files


def ids(table):
    """{e-mail address: id} of a table of the students. Raises Unreadable."""
    who = roster.read(table)
    found = {key: min(ids) for (kind, key), ids in who.known.items() if kind == "email"}
    if not found:
        raise Unreadable(
            f"{who.shown} has no column of e-mail addresses, by which Gradescope knows "
            "students. Give its roster: Roster, Download Roster."
        )
    return found


def results(found, notes=()):
    """What Gradescope reads and shows to the student, of a unit's Results."""
    tests = [
        test(f"{result.notebook.partition('_')[0]}.{place}", verdict)
        for result in found
        for place, verdict in enumerate(result.verdicts.values(), 1)
    ]
    said = [*notes, *(f"{r.notebook}: {note}" for r in found for note in told(r))]
    verdicts = [v for result in found for v in result.verdicts.values()]
    waiting = sum(verdict.out_of for verdict in verdicts if verdict.state.open)
    if waiting:
        said.append(WAITS.format(f"{waiting:g}"))
    return {
        "score": sum(result.points for result in found),
        "output": "\n".join(said),
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {
            "release": course()["tag"],
            "seeds": {result.notebook: result.seed for result in found},
        },
    }


def told(result):
    """The sentences on a Result, for the student."""
    return filter(None, [*result.notes, to_the_student(result.person)])


def test(number, verdict):
    """A verdict as Gradescope's test case; what a person marks has no score there."""
    said = to_the_student(str(verdict)) if verdict.state.open else str(verdict)
    made = {"name": verdict.question, "number": number, "output": said}
    if not verdict.state.open:
        made |= {"score": verdict.points, "max_score": verdict.out_of}
        made["status"] = "passed" if verdict.state == State.RIGHT else "failed"
    return made
