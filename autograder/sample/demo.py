"""Grade the sample class with nbgrader's own commands, and hold it to its manifest."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from nbgrader.api import Gradebook
from proctor.out import course, report

from sample import make

HERE = Path(__file__).parent
COURSE = HERE.parent / "demo"
UNIT = "1-derivatives"
ONLY = ("--notebook", "01_three_derivatives")  # all that this class hands in


def nbgrader(*command):
    """One nbgrader command in the demo's course; stop with what it said if it fails."""
    print(f"  nbgrader {' '.join(command)}", flush=True)
    done = subprocess.run(
        ["nbgrader", *command], cwd=COURSE, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nnbgrader {command[0]} failed.")


def set_up():
    """A course of its own: the real gradebook is never touched."""
    shutil.rmtree(COURSE, ignore_errors=True)
    COURSE.mkdir()
    shutil.copy(HERE.parent / "nbgrader_config.py", COURSE)
    make.make(COURSE / "submitted")


def marks():
    """(points, needs a person) of every student, from nbgrader's gradebook."""
    found = {}
    with Gradebook(f"sqlite:///{COURSE / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(UNIT):
            found[submission.student.id] = (
                submission.score,
                submission.needs_manual_grade,
            )
    return found


def differences(expected, found):
    """Sentences for every mark that is not what the manifest says."""
    for student, entry in expected.items():
        points, person = found.get(student, (None, None))
        if points is None:
            yield f"{student} is lost: it has no mark at all."
        elif person != entry.get("person", False):
            yield f"{student} {'needs' if person else 'should need'} a person."
        elif not person and abs(points - entry["points"]) > 1e-9:
            expect = f"the manifest says {entry['points']:g}"
            yield f"{student} has {points:g} points, {expect}."
    for student in found.keys() - expected.keys():
        yield f"{student} is in the gradebook, not in the manifest."


def main():
    print(f"A sample class hands in {UNIT}:", flush=True)
    set_up()
    for command in (
        ("generate_assignment", UNIT),
        ("autograde", UNIT, *ONLY),
        ("generate_feedback", UNIT, *ONLY),
        ("export",),
    ):
        nbgrader(*command)
    found = list(report.results(COURSE / "results" / UNIT))
    page = report.feedback_page(UNIT)
    summary = report.summarize(UNIT, found, page=page)
    course.write([summary], COURSE / "report" / "course.html")
    print(report.table(summary))
    expected = tomllib.loads((HERE / "manifest.toml").read_text(encoding="utf-8"))
    wrong = list(differences(expected, marks()))
    told = next(r for r in found if any(v["state"] == "wrong" for v in r["verdicts"]))
    shown = COURSE / "report" / page(told)
    print(f"a feedback page  {shown.resolve()}")
    print(f"the summary      {COURSE}/report/course.html")
    if wrong:
        sys.exit("\n".join(["Not as the manifest says:", *wrong]))
    print(f"All {len(expected)} marks are as the manifest says.")


if __name__ == "__main__":
    main()
