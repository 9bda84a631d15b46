"""What passes in Colab passes at grading: check in a kernel's shell, and the grader."""

import ast
import itertools

import pytest
from chainrule.questions import NOTEBOOKS, off_for
from corpus.catalogue import judged, sources
from corpus.places import checked, graded, notebook
from proctor.grading import grade as grades

UNIT = "01_three_derivatives"
MOST = {"right": 1, "wrong": 1, "mistakes": 1}


def right_answers(name):
    """A right answer to every question, the first that is written with `def`."""
    found = {q: sources(name, q, "right") for q in judged(name)}

    def defined(some):
        return next((source for source in some if "def " in source), some[0])

    return {question: defined(some) for question, some in found.items()}


def sets():
    """(notebook, answers): right and wrong answers of the corpus, one a question at a
    time, the first few of each kind."""
    for name in NOTEBOOKS:
        found = {q: answers_of(name, q) for q in judged(name)}
        for i in range(max(map(len, found.values()))):
            some = {q: answers[i] for q, answers in found.items() if i < len(answers)}
            yield pytest.param(name, some, id=f"{name}-{i}")


def answers_of(name, question):
    """What is written to a question: right, wrong, and its mistakes."""
    kinds = [sources(name, question, kind)[:most] for kind, most in MOST.items()]
    return [*itertools.chain(*kinds)]


@pytest.mark.parametrize("name, answers", [*sets()])
def test_a_check_and_the_grader_find_the_same(name, answers):
    book = notebook(name, answers)
    here, result = checked(book), graded(name, book)
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


MEANS = {
    "torch": "import torch; torch.tensor(1.0).item()",
    "sympy": "import sympy; sympy.Symbol('x')",
    "autograd": "import autograd; autograd.grad(abs)",
    "micrograd": "from micrograd.engine import Value; Value(2.0)",
    "chainrule.Value": "import chainrule; chainrule.Value(2.0)",
    "chainrule.Tensor": "from chainrule import Tensor; Tensor([2.0])",
    "chainrule.differences": "import chainrule.differences as d; d.central(abs, 1, 1)",
    "chainrule.dual": "from chainrule.dual import derivative; derivative(abs)(1.0)",
    "chainrule.oracle": "from chainrule import oracle; oracle.closed_form(abs)",
}


class Using(ast.NodeTransformer):
    """Lets every function of an answer begin with other lines."""

    def __init__(self, lines):
        self.lines = ast.parse(lines).body

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.body = [*self.lines, *node.body]
        return node


def by_means_of(lines, source, value):
    """A right answer that uses something else besides."""
    if value:
        return f"{lines}\n{source}"
    return ast.unparse(Using(lines).visit(ast.parse(source)))


def means_off(question):
    """The means that a question refuses; with torch allowed, sympy comes along."""
    allowed = {"torch", "sympy"} - {*off_for(question)}
    return [lines for means, lines in MEANS.items() if means not in allowed]


@pytest.mark.parametrize("turn, name", [*enumerate(NOTEBOOKS)])
def test_what_is_off_the_table_is_refused_in_both_with_the_same_reason(turn, name):
    """Each answer is by one of the means, another in each notebook."""
    questions, answers = judged(name), {}
    for i, (q, source) in enumerate(right_answers(name).items()):
        means = means_off(questions[q])
        lines = means[(i + turn) % len(means)]
        answers[q] = by_means_of(lines, source, questions[q].value)
    book = notebook(name, answers)
    here, there = checked(book), graded(name, book).verdicts
    for question, asked in questions.items():
        assert here[question] is not None, question
        assert str(there[question]) == str(here[question])
        if asked.value:  # what is taken there goes nowhere
            assert here[question].state == "right"
        else:
            assert "It uses " in str(here[question])


def forward(lines):
    """forward_difference with these lines."""
    return "\n    ".join(["def forward_difference(f, x, h):", *lines.splitlines()])


POOL = """
with {}(2) as pool:
    there, here = pool.map(f, [x + h, x])
return (there - here) / h
"""
THREADS = f"from concurrent.futures import ThreadPoolExecutor{POOL}"
RIGHT = {
    "threads": THREADS.format("ThreadPoolExecutor"),
    "longdouble asked": "return (f(np.longdouble(x) + h) - f(np.longdouble(x))) / h",
    "longdouble": "return np.array((f(x + h) - f(x)) / h, dtype=np.longdouble)",
    "complex asked": "return ((f(complex(x + h)) - f(complex(x))) / h).real",
    "a fraction asked": (
        "from fractions import Fraction as F\n"
        "return float((f(F(x) + F(h)) - f(F(x))) / F(h))"
    ),
    "big endian": "return np.array((f(x + h) - f(x)) / h, dtype='>f8')",
    "big endian asked": "return (f(np.array(x + h, dtype='>f8')) - f(x)) / h",
    "every other number": "return (f(np.array([x + h, 0])[::2])[0] - f(x)) / h",
    "a float of one's own": (
        "class Own(float):\n    pass\nreturn Own((f(x + h) - f(x)) / h)"
    ),
}
PROCESSES = "from concurrent.futures import ProcessPoolExecutor as Pool" + POOL
STAYS = "Threads may ask it, other processes can't"
WRONG = {
    "processes": (PROCESSES.format("Pool"), STAYS),
    "a pool": ("import multiprocessing as m" + POOL.format("m.Pool"), STAYS),
    "complex": ("return (f(x + h) - f(x)) / h + 0j", "returned a complex"),
    "objects": ("return np.array([f(x)], dtype=object)", "not made of numbers"),
    "a fraction": (
        "from fractions import Fraction\nreturn Fraction((f(x + h) - f(x)) / h)",
        "returned a fractions.Fraction",
    ),
    "text asked": ("return f('x')", "and was asked at a str"),
    "text": ("return str((f(x + h) - f(x)) / h)", "returned a str"),
    "a mask": ("return np.ma.array((f(x + h) - f(x)) / h)", "MaskedArray"),
    "one's own line": (
        "import random\nreturn random.choice([])",
        "line 3: return random.choice([])",
    ),
}


def in_both(answers):
    book = notebook(UNIT, answers)
    (name,) = answers
    here, there = checked(book)[name], graded(UNIT, book).verdicts[name]
    assert str(here) == str(there)
    return here


@pytest.mark.parametrize("row", RIGHT)
def test_an_answer_is_right_in_both_whatever_its_numbers_are_made_of(row):
    assert in_both({"forward_difference": forward(RIGHT[row])}).state == "right"


@pytest.mark.parametrize("row", WRONG)
def test_what_is_no_answer_is_refused_in_both_with_the_same_words(row):
    lines, said = WRONG[row]
    assert said in str(in_both({"forward_difference": forward(lines)}))


def test_an_answer_that_asks_from_threads_gets_the_same_marks_every_time():
    eight = THREADS.format("ThreadPoolExecutor").replace("(2)", "(8)")
    eight = eight.replace("[x + h, x]", "[x + h, x] * 20").replace(
        "there, here", "there, here, *_"
    )
    answers = {**right_answers(UNIT), "forward_difference": forward(eight)}
    book = notebook(UNIT, answers)
    assert [graded(UNIT, book).points for _ in range(5)] == [20] * 5


def test_a_number_may_be_found_by_any_means_and_a_function_may_not():
    number = """
import torch
own = numbers("tidy_slope", STUDENT)
a, b, c, d, x = (torch.tensor(float(own[k]), dtype=torch.double) for k in "abcdx")
x.requires_grad_()
(a * x + b * x**2 + x * (c - d)).backward()
tidy_slope = x.grad.item()
"""
    function = "import torch\nreturn torch.tensor((f(x + h) - f(x)) / h).item()"
    assert in_both({"tidy_slope": number}).state == "right"
    found = in_both({"forward_difference": forward(function)})
    assert "not allowed" in str(found)


def test_an_unanswered_number_is_not_looked_for_in_a_second_room(monkeypatch):
    """Though a cell of the course's own uses what answers may not use."""
    monkeypatch.setattr(grades, "open_room", lambda *_: pytest.fail("it was opened"))
    result = graded(UNIT, notebook(UNIT, {}))
    assert any(ran.error and "not allowed" in ran.error for ran in result.ran.values())
    assert result.verdicts["tidy_slope"].state == "not written"


def test_a_number_that_was_found_with_what_a_room_has_not_is_left_to_a_person():
    found = "import autograd\ntidy_slope = autograd.grad(lambda x: 3 * x)(2.0)"
    result = graded(UNIT, notebook(UNIT, {"tidy_slope": found}))
    assert result.verdicts["tidy_slope"].state == "needs a person"
    assert "takes a package that is not there" in result.person


LASTS = [
    "np = 3",
    "%reset -f",
    "forward_difference = [1, 2]",
    "def two_points(f, x, h): return 0, 0",
    "while True: pass",
    "raise SystemExit",
]
HELPED = """
def two_points(f, x, h):
    return f(x + h), f(x)


def forward_difference(f, x, h):
    there, here = two_points(f, x, h)
    return (there - here) / h
"""


@pytest.mark.parametrize("last", LASTS)
def test_what_comes_after_the_checks_costs_nothing(last, limits):
    answers = {**right_answers(UNIT), "forward_difference": HELPED}
    assert graded(UNIT, notebook(UNIT, answers, last), limits).points == 20


def test_an_answer_below_its_check_counts_and_is_told():
    answers = right_answers(UNIT)
    below = answers.pop("best_h")
    result = graded(UNIT, notebook(UNIT, answers, below))
    assert result.points == 20
    assert "best_h counts as it stands after the last cell" in " ".join(result.notes)


IMPORTS = """
import pandas as pd
import torch
import torch.nn as nn
from google.colab import drive
from chainrule import Value
pd.set_option("display.precision", 3)
torch.manual_seed(0)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
drive.mount("/content/drive")
root = Value(2.0)
import math
math.pi
"""


def test_what_is_imported_and_set_up_but_not_used_costs_nothing():
    answers = right_answers(UNIT)
    answers = {name: IMPORTS + source for name, source in answers.items()}
    assert graded(UNIT, notebook(UNIT, answers)).points == 20


STOPPED = {
    "import nothing_of_this_name": "No module named 'nothing_of_this_name'",
    "h = not_there": "NameError: name 'not_there' is not defined",
    "import pandas; float(pandas.Series())": "which is not there when this is graded",
}


@pytest.mark.parametrize("first", STOPPED)
def test_an_answer_whose_cell_stopped_is_told_with_what(first):
    answers = right_answers(UNIT)
    answers["forward_difference"] = f"{first}\n{answers['forward_difference']}"
    found = graded(UNIT, notebook(UNIT, answers)).verdicts["forward_difference"]
    assert found.state == "wrong"
    assert "The cell that defines it stopped" in str(found)
    assert STOPPED[first] in str(found)


def test_a_file_that_a_cell_wrote_is_there_for_the_next():
    wrote = "%%writefile helper.py\ndef slope(f, x, h): return (f(x + h) - f(x)) / h"
    book = notebook(
        UNIT,
        {"forward_difference": "from helper import slope as forward_difference"},
        wrote,
    )
    book.cells.insert(2, book.cells.pop())
    assert graded(UNIT, book).verdicts["forward_difference"].state == "right"
