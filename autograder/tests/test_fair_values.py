"""What other graders lose or give away, with the fair value for each.

Each row was measured with stock nbgrader 0.9.6 or otter 7: what happened there stands
in its name or comment. Rows that another test holds already are listed with that test
in HELD; the others are held here, each by a submission that is right but for its row.
"""

import json
import re
from pathlib import Path

import pytest
from corpus import trials
from corpus.handins import answers_in, made_from
from proctor.grading.grade import Job, grade

HERE = Path(__file__).parent
RIGHT = answers_in(trials.USUAL.source)
HELD = {
    "a loop in one function": "test_sample_class.py: s22",
    "a loop that swallows interrupts": "test_sample_class.py: s22",
    "a memory bomb": "test_sample_class.py: s23",
    "ten million lines of output": "test_sample_class.py: s24",
    "os._exit": "test_sample_class.py: s24",
    "sys.exit at the top": "test_sample_class.py: s25",
    "an answer turned into text": "test_sample_class.py: s25",
    "a daemon in a session of its own": "test_sample_class.py: s26",
    "a deleted check or answer": "test_sample_class.py: s14",
    "a copied answer cell": "test_sample_class.py: s15",
    "Copy of x, BOM and CRLF": "test_sample_class.py: s16",
    "x (1).ipynb": "test_sample_class.py: s17",
    "all marks of cells stripped": "test_sample_class.py: s18",
    "broken off": "test_sample_class.py: s20",
    "an empty folder": "test_sample_class.py: s21",
    "a patched np.allclose": "test_sample_class.py: s27",
    "points, locks and tags changed": "test_sample_class.py: s29",
    "reading tests and classmates": "test_sample_class.py: s30",
    "one student's fault in another's notebook": (
        "test_sample_class.py: test_one_student_s_verdicts_do_not_reach_another"
    ),
    "empty, merge marks, no notebook": (
        "test_repair.py: test_what_cant_be_read_is_told_in_words"
    ),
    "old points that stay": ("test_run.py: test_points_of_an_earlier_file_do_not_stay"),
    "a worker that is killed": (
        "test_run.py: test_a_job_that_ends_its_worker_is_left_to_a_person"
    ),
    "a batch that is aborted": (
        "test_run.py: test_a_run_that_is_ended_in_the_middle_is_completed"
    ),
    "a student who is absent from the export": (
        "test_sample_class.py: test_nbgrader_s_export_holds_the_manifest_s_marks"
    ),
    "a locked database": (
        "test_run.py: test_a_locked_gradebook_is_a_sentence_and_loses_nothing"
    ),
    "pickle from the student": ("test_wire.py: test_a_forged_frame_is_refused_by_name"),
    "the parent process killed": "attacks: ending every process in sight",
    "an AST transformer": "attacks: an AST transformer that takes asserts away",
    "writing the gradebook": "attacks: every file whose name promises something",
    "the frames of the grader patched": "attacks: wire.pack writes true for everything",
}


@pytest.mark.parametrize("row", HELD)
def test_a_row_that_is_held_elsewhere_is_held_there(row):
    where, _, what = HELD[row].partition(": ")
    if where == "attacks":
        assert what in {attack.tries for attack in trials.attacks()}
    else:
        text = (HERE / where).read_text(encoding="utf-8")
        manifest = (HERE.parent / "sample" / "manifest.toml").read_text("utf-8")
        assert f"def {what}" in text or f"[{what}]" in manifest


IN_AN_ANSWER = {
    "a segmentation fault": "import ctypes; ctypes.string_at(0)",
    "exit() in an answer": "exit()",
    "input() in an answer": "return float(input())",
    "a breakpoint in an answer": "import pdb; pdb.set_trace()",
    "an interrupt in an answer": "raise KeyboardInterrupt",
    "a loop in an answer": "while True: pass",
    "a fork whose child returns": "import os; os.fork(); return 0.0",
}


def product(body):
    return f"def product_slope(x):\n    {body}\n    return 0.0"


@pytest.mark.parametrize("row", IN_AN_ANSWER)
def test_it_costs_its_own_question_only(warm, row):
    answers = RIGHT | {"product_slope": product(IN_AN_ANSWER[row])}
    result = trials.marked("s01", trials.hand_in("", answers))
    lost = [name for name, v in result.verdicts.items() if v.state != "right"]
    assert lost == ["product_slope"]


IN_A_CELL = {
    "exit() typed in a cell": "exit()",
    "quit() typed in a cell": "quit()",
    "a segmentation fault": "import ctypes; ctypes.string_at(0)",
    "input()": "x = input()",
    "a breakpoint": "import pdb; pdb.set_trace()",
    "a warning": "import warnings; warnings.warn('slow')",
    "a note to stderr": "import sys; print('note', file=sys.stderr)",
    "one line of a hundred megabytes": "print('x' * 10**8)",
    "half a character in the output": "print('\\ud800')",
    "a huge image": (
        "import matplotlib.pyplot as plt\nplt.imshow(np.zeros((2000, 2000)))"
    ),
    "a syntax error": "def",
    "a magic that is not there": "%nothing\n!false",
    "a fork whose child sleeps": "import os, time\nif not os.fork(): time.sleep(999)",
    "a fork whose child goes on": "import os; os.fork()",
    "skip-execution in a comment": "# skip-execution\nraise SystemExit",
}


@pytest.mark.parametrize("row", IN_A_CELL)
def test_it_costs_nothing_beside_right_answers(warm, row):
    result = trials.marked("s01", trials.hand_in(IN_A_CELL[row], RIGHT))
    assert (result.points, result.person) == (20, "")


NOISY = (
    "import sys, warnings\n    warnings.warn('x'); print('x', file=sys.stderr)\n    "
)


def test_a_right_answer_that_warns_and_writes_to_stderr_keeps_its_point(warm):
    noisy = f"def product_slope(x):\n    {NOISY}"
    noisy += "return np.sin(5 * x) + 5 * x * np.cos(5 * x)"
    answers = RIGHT | {"product_slope": noisy}
    assert trials.marked("s01", trials.hand_in("", answers)).points == 20


def test_a_true_zero_and_a_crash_are_told_apart(warm):
    wrong = trials.marked("s01", trials.hand_in("", trials.wrong_answers()))
    ends = dict.fromkeys(RIGHT, "import os; os._exit(1)")
    crashed = trials.marked("s02", trials.hand_in("", ends))
    assert wrong.points == crashed.points == 0
    assert not wrong.person and crashed.person


def copied_check(book):
    at = next(i for i, c in enumerate(book["cells"]) if c["id"] == "check-best_h")
    book["cells"].insert(at, json.loads(json.dumps(book["cells"][at])))


def copied_empty_answer(book):
    stub = next(c for c in trials.hand_in()["cells"] if c["id"] == "answer-best_h")
    book["cells"].append(stub)


def same_ids(book):
    for cell in book["cells"]:
        if "nbgrader" not in cell["metadata"]:
            cell["id"] = "same"


def edited_check(book):
    for cell in book["cells"]:
        if cell["id"].startswith("check-"):
            cell["source"] = "assert True"


def check_is_a_solution(book):
    for cell in book["cells"]:
        if cell["id"].startswith("check-"):
            cell["metadata"]["nbgrader"] |= {"solution": True}


def checks_are_raw(book):
    for cell in book["cells"]:
        if cell["id"].startswith("check-"):
            cell["cell_type"] = "raw"


def no_kernel(book):
    book["metadata"].pop("kernelspec", None)


def unknown_kernel(book):
    book["metadata"]["kernelspec"] = {"name": "my-env", "display_name": "my env"}


def oldest_format(book):
    book["nbformat_minor"] = 0
    for cell in book["cells"]:
        cell["metadata"]["id"] = cell.pop("id")


def format_three(book):
    cells = book["cells"]
    for cell in cells:
        cell.pop("id", None)
        if cell["cell_type"] == "code":
            cell |= {"input": cell.pop("source"), "language": "python", "outputs": []}
    book.clear()
    sheets = [{"cells": cells, "metadata": {}}]
    book |= {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}


def skip_tags(book):
    for cell in book["cells"]:
        cell["metadata"]["tags"] = ["skip-execution"]


def all_outputs_huge(book):
    text = [{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}]
    for cell in book["cells"][:8]:
        cell["outputs"] = text


FORMS = [
    copied_check,
    copied_empty_answer,
    same_ids,
    edited_check,
    check_is_a_solution,
    checks_are_raw,
    no_kernel,
    unknown_kernel,
    oldest_format,
    format_three,
    skip_tags,
    all_outputs_huge,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.__name__)
def test_a_right_notebook_is_worth_all_its_points_in_any_form(warm, form):
    book = trials.hand_in("", RIGHT)
    form(book)
    assert trials.marked("s01", book).points == 20


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f.__name__)
def test_a_wrong_notebook_is_worth_none_in_any_form(warm, form):
    book = trials.hand_in("", trials.wrong_answers())
    form(book)
    assert trials.marked("s01", book).points == 0


def test_a_deleted_answer_costs_its_points_and_is_told(warm):
    book = trials.hand_in("", RIGHT)
    book["cells"] = [c for c in book["cells"] if c["id"] != "answer-best_h"]
    result = trials.marked("s01", book)
    assert result.points == 16
    assert any(re.search("answer-best_h.*was missing", n) for n in result.notes)


def test_the_recorded_seed_gives_the_same_verdicts_and_another_other_cases(warm):
    raw = json.dumps(trials.hand_in("", trials.wrong_answers())).encode()
    book = made_from(trials.USUAL.source)

    def verdicts(seed):
        job = Job("s01", trials.USUAL.name, book, raw, seed=seed, limits=trials.LIMITS)
        result = grade(job)
        return result.seed, result.verdicts

    seed, first = verdicts(None)
    assert verdicts(seed) == (seed, first)
    other, second = verdicts(None)
    assert other != seed and second != first
