"""The file itself: points, locks, tags, kinds of cells, kernels. `book` is its JSON."""

import copy


def checks(book):
    return [c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]


def answers(book):
    marked = [c for c in book["cells"] if "nbgrader" in c["metadata"]]
    return [c for c in marked if c["metadata"]["nbgrader"]["solution"]]


def hundred_points(book):
    for cell in checks(book):
        cell["metadata"]["nbgrader"]["points"] = 100


def unlocked(book):
    for cell in checks(book):
        cell["metadata"]["nbgrader"] |= {"locked": False, "grade": False}
        cell["source"] = "20.0"


def skipped(book):
    for cell in book["cells"]:
        cell["metadata"]["tags"] = [
            "skip-execution",
            "demo",
            "course",
            "needs-a-person",
        ]


def checks_are_text(book):
    for cell in checks(book):
        cell["cell_type"] = "markdown"


def checks_are_raw(book):
    for cell in checks(book):
        cell["cell_type"] = "raw"


def checks_are_answers(book):
    for cell in checks(book):
        cell["metadata"]["nbgrader"] |= {"solution": True, "grade": True}


def checks_are_gone(book):
    book["cells"] = [c for c in book["cells"] if c not in checks(book)]


def checks_come_twice(book):
    for cell in checks(book):
        forged = copy.deepcopy(cell) | {"source": "100.0"}
        book["cells"].append(forged)


def forged_outputs(book):
    score = {"text/plain": ["4"]}
    for cell in checks(book):
        cell["outputs"] = [
            {"output_type": "execute_result", "data": score, "metadata": {}}
        ]
        cell["metadata"]["verdict"] = "right"


def another_kernel(book):
    book["metadata"]["kernelspec"] = {
        "name": "bash",
        "display_name": "x",
        "argv": ["x"],
    }
    book["metadata"]["language_info"] = {"name": "bash"}


def odd_metadata(book):
    for number, cell in enumerate(answers(book)):
        cell["metadata"]["nbgrader"] = [None, 7, "x", {"grade_id": [1]}, []][number % 5]
        cell["id"] = {"x": 1}


def odd_format(book):
    book |= {"nbformat": 99, "nbformat_minor": "x", "metadata": []}


def answers_under_checks(book):
    for cell, check in zip(answers(book), checks(book), strict=True):
        name = check["metadata"]["nbgrader"]["grade_id"]
        cell["metadata"]["nbgrader"]["grade_id"] = name
        cell["id"] = name


def new_set_up(book):
    cell = next(c for c in book["cells"] if c.get("id") == "setup")
    cell["source"] = "import numpy as np\ncheck = numbers = lambda *a, **k: 100.0"


def another_name(book):
    cell = next(c for c in book["cells"] if c.get("id") == "setup")
    cell["source"] += "\nSTUDENT = 'a classmate'"
    book["metadata"]["authors"] = [{"name": "a classmate"}]


def script_in_text(book):
    text = "<script>CANARY()</script><img src=x onerror=CANARY()>"
    cell = {"cell_type": "markdown", "metadata": {"tags": ["course"]}, "source": text}
    book["cells"].insert(1, cell)


ATTACKS = {
    "checks worth a hundred points": hundred_points,
    "checks that are not locked and say 20": unlocked,
    "every cell tagged to be skipped": skipped,
    "checks turned into text": checks_are_text,
    "checks turned into raw cells": checks_are_raw,
    "checks marked as answers": checks_are_answers,
    "checks deleted": checks_are_gone,
    "checks that come twice": checks_come_twice,
    "outputs and verdicts written beforehand": forged_outputs,
    "another kernel": another_kernel,
    "marks that are no dictionaries, ids that are no text": odd_metadata,
    "a format that does not exist": odd_format,
    "answers under the names of checks": answers_under_checks,
    "another set-up cell": new_set_up,
    "the name of a classmate": another_name,
    "scripts in a text that claims to be the course's": script_in_text,
}
