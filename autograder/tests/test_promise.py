"""What passes in Colab passes at grading: check in a kernel's shell, and the grader."""

import json

import nbformat
import pytest
from catalogue import corpus, judged
from chainrule import judge as judges
from chainrule import questions
from chainrule.questions import NOTEBOOKS
from IPython.core.interactiveshell import InteractiveShell
from proctor import build
from proctor.grade import Job, grade
from traitlets.config import Config

SOURCES = {path.stem: path for path in build.sources()}
SEED = 7
QUIET = Config()
QUIET.HistoryManager.enabled = False


def notebook(name, answers, last=""):
    """A notebook as a student has filled it in, with a last cell of its own."""
    book = build.student(SOURCES[name])
    for cell in book.cells:
        kind, _, question = cell.id.partition("-")
        if kind == "answer" and question in answers:
            cell.source = answers[question]
        if cell.source.startswith("STUDENT ="):
            cell.source = 'STUDENT = "s01"'
    book.cells.append(nbformat.v4.new_code_cell(last, id="last"))
    return book


def checked(book, capsys):
    """The verdict of each check, as a kernel gives it; demo cells are left out."""
    shell, found = InteractiveShell(config=QUIET), {}
    for cell in book.cells:
        if cell.cell_type == "code" and "demo" not in cell.metadata.get("tags", []):
            done = shell.run_cell(cell.source)
            if cell.id.startswith("check-"):
                found[cell.id.partition("-")[2]] = done.result
    capsys.readouterr()
    return found


def graded(name, book):
    raw = json.dumps(book).encode()
    return grade(Job("s01", name, build.student(SOURCES[name]), raw, seed=SEED))


@pytest.fixture(autouse=True)
def same_cases(monkeypatch):
    """Let checks draw the cases that the grader draws where a check stands."""

    def judge(question, answer, seed, student):
        names = list(questions.bank(questions.notebook_of(question.name)))
        seed = [SEED, names.index(question.name), 0]
        return judges.judge(question, answer, seed, student)

    monkeypatch.setattr(questions, "judge", judge)


def sets():
    """(notebook, answers): every answer of the corpus, one a question at a time."""
    for name in NOTEBOOKS:
        for kind in ("RIGHT", "WRONG", "MISTAKES"):
            found = corpus(name)[kind]
            for i in range(max(len(found[question]) for question in judged(name))):
                some = {q: found[q][i] for q in judged(name) if i < len(found[q])}
                yield pytest.param(name, some, id=f"{name}-{kind.lower()}-{i}")


@pytest.mark.parametrize("name, answers", [*sets()])
def test_a_check_and_the_grader_find_the_same(name, answers, capsys):
    book = notebook(name, answers)
    here, result = checked(book, capsys), graded(name, book)
    below = {note.partition(" counts")[0] for note in result.notes}
    for question, verdict in here.items():
        found = result.verdicts[question]
        if question in below:  # another answer's cell has defined it again
            assert verdict is None or found.points > verdict.points
        elif verdict is None:  # its cell stopped
            assert found.points == 0
        elif "random" in answers.get(question, ""):
            assert found.state == verdict.state
        else:
            assert str(found) == str(verdict)


TIDY = {
    "tidy_slope": """
import torch
own = numbers("tidy_slope", STUDENT)
a, b, c, d, x = (torch.tensor(float(own[k]), dtype=torch.double) for k in "abcdx")
x.requires_grad_()
(a * x + b * x**2 + x * (c - d)).backward()
tidy_slope = x.grad.item()
"""
}
FORWARD = {
    "forward_difference": """
def forward_difference(f, x, h):
    import torch
    return torch.tensor((f(x + h) - f(x)) / h).item()
"""
}


@pytest.mark.parametrize("answers, state", [(TIDY, "right"), (FORWARD, "wrong")])
def test_a_number_may_be_found_by_any_means_and_a_function_may_not(
    answers, state, capsys
):
    (name,) = answers
    book = notebook("01_three_derivatives", answers)
    found = graded("01_three_derivatives", book).verdicts[name]
    assert found.state == checked(book, capsys)[name].state == state
    assert ("off the table" in str(found)) == (state == "wrong")


def test_names_given_a_new_meaning_after_their_checks_cost_nothing():
    lasts = ["np = 3", "%reset -f", "forward_difference = [1, 2]"]
    right = corpus("01_three_derivatives")["RIGHT"]
    answers = {question: right[question][0] for question in right}
    for last in lasts:
        book = notebook("01_three_derivatives", answers, last)
        assert graded("01_three_derivatives", book).points == 20
