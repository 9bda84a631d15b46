"""Grade the sample class with nbgrader's own commands, and hold it to its manifest.

The class hands in 01, and one of its students a notebook with torch as well.
"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from corpus.catalogue import mistakes
from corpus.handins import filled_in, put, right_answers, unit_of
from nbgrader.api import Gradebook
from proctor.out import course, report

from sample import make

HERE = Path(__file__).parent
COURSE = HERE.parent / "demo"
TORCH = "06_networks"
LEAK = "Every graph is kept alive"  # the mistake that is made there


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
    leaking = {
        name: source
        for name, source, mistake in mistakes(TORCH)
        if mistake.says.startswith(LEAK)
    }
    put(COURSE, "s01", TORCH, filled_in(TORCH, right_answers(TORCH) | leaking))


def expected():
    """What a fair grader gives, by notebook and student."""
    manifest = tomllib.loads((HERE / "manifest.toml").read_text(encoding="utf-8"))
    return {make.NAME: manifest, TORCH: {"s01": {"points": 24.5}}}


def marks(unit):
    """(points, needs a person) of every student, from nbgrader's gradebook."""
    found = {}
    with Gradebook(f"sqlite:///{COURSE / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(unit):
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


def grade(name):
    """Take a unit through nbgrader, with one of its notebooks: its summary."""
    unit = unit_of(name)
    nbgrader("generate_assignment", unit)
    nbgrader("autograde", unit, "--notebook", name)
    nbgrader("generate_feedback", unit, "--notebook", name)
    found = list(report.results(COURSE / "results" / unit))
    summary = report.summarize(unit, found, page=report.feedback_page(unit))
    print(report.table(summary), flush=True)
    return summary


def main():
    print("A sample class is graded:", flush=True)
    set_up()
    fair = expected()
    summaries = [grade(name) for name in fair]
    nbgrader("export")
    course.write(summaries, COURSE / "report" / "course.html")
    rows = summaries[0]["rows"]
    told = next(r for r in rows if any(v["state"] == "wrong" for v in r["verdicts"]))
    shown = COURSE / "report" / told["pages"][0][1]
    print(f"a feedback page  {shown.resolve()}")
    print(f"the summary      {COURSE}/report/course.html")
    off = []
    for name, deserved in fair.items():
        off += differences(deserved, marks(unit_of(name)))
    if off:
        sys.exit("\n".join(["Not as the manifest says:", *off]))
    print(f"All {sum(map(len, fair.values()))} marks are as the manifest says.")


if __name__ == "__main__":
    main()
