"""One notebook in the two places where it is judged: a kernel's checks, the grader."""

import contextlib
import io
import json
from unittest import mock

import nbformat
from chainrule import judge as judges
from chainrule import questions
from IPython.core.interactiveshell import InteractiveShell
from proctor.grading.grade import Job, grade
from proctor.room.server import USUAL
from traitlets.config import Config

from corpus.handins import filled_in, sent_out

SEED = 7
QUIET = Config()
QUIET.HistoryManager.enabled = False


def notebook(name, answers, last=""):
    """A notebook as a student has filled it in, with a last cell of its own."""
    book = filled_in(name, answers)
    for cell in book.cells:
        if cell.source.startswith("STUDENT ="):
            cell.source = 'STUDENT = "s01"'
    book.cells.append(nbformat.v4.new_code_cell(last, id="last"))
    return book


def checked(book):
    """The verdict of each check, as a kernel gives it; demo cells are left out.

    Checks draw the cases that the grader draws where a check stands.
    """
    shell, found = InteractiveShell(config=QUIET), {}
    with (
        mock.patch.object(questions, "judge", _as_graded),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        for cell in book.cells:
            if cell.cell_type == "code" and "demo" not in cell.metadata.get("tags", []):
                done = shell.run_cell(cell.source)
                if cell.id.startswith("check-"):
                    found[cell.id.partition("-")[2]] = done.result
    return found


def _as_graded(question, answer, seed, student, above):
    names = list(questions.bank(questions.notebook_of(question.name)))
    seed = [SEED, names.index(question.name), 0]
    return judges.judge(question, answer, seed, student, above)


def graded(name, book, limits=USUAL):
    """The grader's Result for a notebook."""
    raw = json.dumps(book).encode()
    return grade(Job("s01", name, sent_out(name), raw, seed=SEED, limits=limits))
