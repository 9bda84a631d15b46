"""Both graders over a course in a folder of its own, and the marks that they give."""

import os
import shutil
import subprocess
import sys

from nbgrader.api import Gradebook
from proctor.source import build

BIN = os.path.dirname(sys.executable)
ENV = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}


def nbgrader(course, *command):
    done = subprocess.run(
        [f"{BIN}/nbgrader", *command],
        cwd=course,
        env=ENV,
        capture_output=True,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def autograde(course, unit, notebook):
    return nbgrader(course, "autograde", unit, "--notebook", notebook, "--force")


def begin(course, *units):
    """Make a folder a course, as far as a first submission."""
    shutil.copy(build.ROOT / "autograder" / "nbgrader_config.py", course)
    build.build()
    for unit in units:
        nbgrader(course, "generate_assignment", unit)


def marks(course, unit, notebook):
    """The points of each student who handed in; None where a person must look."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = {}
        for one in gradebook.notebook_submissions(notebook, unit):
            points = sum(row.auto_score or 0 for row in one.grades)
            person = any(row.needs_manual_grade for row in one.grades)
            found[one.student.id] = None if person else points
        return found
