"""Both graders over a course in a folder of its own, and the marks that they give."""

import contextlib
import gc
import io
import os
import shutil
import subprocess
import sys
from unittest import mock

from jupyter_core.application import NoStart
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderApp
from proctor.__main__ import main
from proctor.source import build

BIN = os.path.dirname(sys.executable)
ENV = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
UNITS = sorted({path.parent.name for path in build.sources()})


class Failed(Exception):
    """An nbgrader command has failed; the message is what it said."""


def nbgrader(course, *command):
    """What an nbgrader command says, run in this process. Raises Failed."""
    said = io.StringIO()
    with (
        contextlib.chdir(course),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        code = _run([*command])
    gc.collect()  # the course's lock goes with the last of the application
    if code:
        raise Failed(said.getvalue())
    return said.getvalue()


def proctor(course, *command):
    """What comes of one of the grader's commands, run in this process."""
    said, errors = io.StringIO(), io.StringIO()
    status = 0
    with (
        contextlib.chdir(course),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(errors),
        mock.patch.object(sys, "argv", ["proctor", *command]),
        mock.patch.dict(os.environ),
    ):
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
            if isinstance(status, str):
                print(status, file=sys.stderr)
                status = 1
    return subprocess.CompletedProcess(
        command, status, said.getvalue(), errors.getvalue()
    )


def _run(command):
    """The exit status of an nbgrader command."""
    app = NbGraderApp.instance()
    try:
        app.initialize(command)
        app.start()
    except NoStart:  # so a subcommand ends
        return 0
    except SystemExit as ended:
        return ended.code
    finally:
        app.reset()


def autograde(course, unit, notebook, student="*"):
    which = ("--notebook", notebook, "--student", student)
    return nbgrader(course, "autograde", unit, *which, "--force")


def begin(course):
    """Make a folder a course whose gradebook knows every unit."""
    shutil.copy(build.ROOT / "autograder" / "nbgrader_config.py", course)
    build.build()
    for unit in UNITS:
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
