"""Cells that were joined, split or written in elsewhere: no answer is lost."""

import nbformat
import pytest
from corpus.handins import right, sent_out
from proctor.grading.grade import Job, grade
from proctor.handin.match import marked
from proctor.handin.repair import repair

NAME = "01_three_derivatives"
STUBS = {cell.id: cell.source for cell in sent_out(NAME).cells}


@pytest.fixture
def solution():
    """The notebook as a student hands it in, every question answered."""
    return right(NAME)


def is_answer(cell):
    return cell.cell_type == "code" and marked(cell, "solution")


def named(book, cell_id):
    return next(cell for cell in book.cells if cell.id == cell_id)


def join(book, wanted, into=0):
    """Join all wanted cells into one of them, the first unless told otherwise."""
    joined = [cell for cell in book.cells if wanted(cell)]
    kept, text = joined[into], "\n\n".join(cell.source for cell in joined)
    book.cells = [cell for cell in book.cells if cell is kept or not wanted(cell)]
    kept.source = text


def extra(text):
    return nbformat.v4.new_code_cell(text, id="mine")


def two_answers(book):
    pair = [cell.id for cell in book.cells if is_answer(cell)][:2]
    join(book, lambda cell: cell.id in pair)


def all_answers(book):
    join(book, is_answer)


def all_answers_below(book):
    join(book, is_answer, into=-1)


def all_code(book):
    join(book, lambda cell: cell.cell_type == "code")


def all_code_without_marks(book):
    all_code(book)
    for cell in book.cells:
        cell.metadata = {}
        del cell["id"]
    book.nbformat_minor = 0


def in_a_cell_above_the_stubs(book):
    answers = [cell for cell in book.cells if is_answer(cell)]
    text = "\n\n".join(cell.source for cell in answers)
    book.cells.insert(book.cells.index(answers[0]), extra(text))
    for cell in answers:
        cell.source = STUBS[cell.id]


def in_the_checks(book):
    for cell in [cell for cell in book.cells if is_answer(cell)]:
        check = named(book, cell.id.replace("answer", "check"))
        check.source = f"{cell.source}\n\n{check.source}"
        cell.source = STUBS[cell.id]


def in_changed_checks(book):
    in_the_checks(book)
    for cell in book.cells:
        if cell.id.startswith("check"):
            cell.source = cell.source.replace("\ncheck(", "\nprint(")


def in_the_demos(book):
    demo = next(c for c in book.cells if "demo" in c.metadata.get("tags", []))
    demo.source += "\n\n" + "\n\n".join(c.source for c in book.cells if is_answer(c))
    book.cells = [cell for cell in book.cells if not is_answer(cell)]


def as_conditional_definitions(book):
    for cell in book.cells:
        if is_answer(cell):
            cell.source = "if True:\n    " + cell.source.replace("\n", "\n    ")
    all_answers(book)


FORMS = [two_answers, all_answers, all_answers_below, all_code, all_code_without_marks,
         in_a_cell_above_the_stubs, in_the_checks, in_changed_checks,
         in_the_demos, as_conditional_definitions]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_answer_counts_wherever_it_stands(solution, form):
    form(solution)
    raw = nbformat.writes(solution).encode()
    result = grade(Job("s00", NAME, sent_out(NAME), raw))
    assert result.points == result.out_of, result.verdicts


def put_right(book):
    return repair(nbformat.writes(book).encode(), sent_out(NAME))


def code_of(repaired):
    return [cell.source for cell in repaired.book.cells if cell.cell_type == "code"]


def test_a_stub_that_is_left_out_is_told(solution):
    two_answers(solution)
    repaired = put_right(solution)
    assert repaired.notes == [
        "The cell 'answer-central_difference' is answered in another cell, "
        "so its empty stub is left out."
    ]
    assert STUBS["answer-central_difference"] not in code_of(repaired)
    assert named(repaired.book, "answer-central_difference").source.startswith("#")


@pytest.mark.parametrize(
    "text",
    ["central_difference = best_h = 6e-6", "central_difference, y = max, min",
     "from helper import central_difference", "class central_difference: pass",
     "async def central_difference(f, x, h): pass", "%%time\ncentral_difference = max"],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, -1])
@pytest.mark.parametrize("stub", ["gone", "empty"])
def test_no_stub_runs_over_a_students_own_definition(solution, text, place, stub):
    cell = named(solution, "answer-central_difference")
    cell.source = STUBS[cell.id]
    if stub == "gone":
        solution.cells.remove(cell)
    solution.cells.insert(place % (len(solution.cells) + 1), extra(text))
    code = code_of(put_right(solution))
    assert text in code and STUBS[cell.id] not in code


def test_a_stub_is_put_back_where_nobody_answers_it(solution):
    solution.cells.remove(named(solution, "answer-central_difference"))
    assert STUBS["answer-central_difference"] in code_of(put_right(solution))


def test_what_a_student_adds_to_a_locked_cell_is_kept(solution):
    changed = STUBS["setup"].replace("import numpy", "import math, numpy")
    named(solution, "setup").source = changed
    repaired = put_right(solution)
    assert changed in code_of(repaired)
    assert named(repaired.book, "setup").source == STUBS["setup"]
    assert "below what was written in it" in repaired.notes[0]


def test_a_demo_that_was_joined_to_an_answer_is_a_demo_again(solution):
    demo = next(c for c in solution.cells if "demo" in c.metadata.get("tags", []))
    text = demo.source
    join(solution, lambda cell: cell is demo or cell.id == "answer-best_h", into=-1)
    repaired = put_right(solution)
    apart = next(c for c in repaired.book.cells if c.source == text)
    assert "demo" in apart.metadata.tags
    assert "def best_h" in named(repaired.book, "answer-best_h").source


def test_a_cell_split_in_two_is_kept_whole(solution):
    cell = named(solution, "answer-central_difference")
    at = solution.cells.index(cell)
    solution.cells.insert(at + 1, extra(cell.source))
    cell.source = "two = 2"
    code = code_of(put_right(solution))
    assert code.index("two = 2") < code.index(solution.cells[at + 1].source)


def test_a_line_inside_a_students_function_is_never_cut_out(solution):
    check = named(solution, "check-best_h")
    solution.cells.remove(check)
    text = f"note = '''\n{check.source}\n'''"
    solution.cells.append(extra(text))
    assert text in code_of(put_right(solution))
