"""The letters and the kinks that 00 settles, and that all notebooks keep to."""

import ast
import re

import numpy as np
import pytest
import torch
from chainrule import ops, transforms
from chainrule.judge import Question
from chainrule.questions import bank
from proctor.source.build import sources
from proctor.source.percent import read

each_source = pytest.mark.parametrize("path", sources(), ids=lambda path: path.stem)


def table(head):
    """The rows of the table of 00 that begins with this head."""
    text = "\n\n".join(cell.text for cell in read(sources()[0]) if cell.role == "prose")
    rows = text.partition(f"|{head}|\n")[2].partition("\n\n")[0].splitlines()[1:]
    return [re.split(r"(?<!\\)\|", row.strip("|")) for row in rows]


LETTERS = [
    letter
    for letters, *_ in table("letter|meaning|shape")
    for letter in letters.replace("`", "").split(", ")
]


def test_the_table_settles_each_letter_once():
    assert len(LETTERS) == len(set(LETTERS))
    assert set("xXWbLgJσdhεηλ") <= set(LETTERS)


def arguments(path):
    """The functions that a notebook asks for, each with its arguments' names."""
    for cell in read(path):
        if cell.role == "answer":
            for node in ast.walk(ast.parse(cell.text)):
                if isinstance(node, ast.FunctionDef):
                    yield cell.name, [a.arg for a in node.args.args]


@each_source
def test_an_upstream_gradient_has_no_other_name(path):
    for name, given in arguments(path):
        assert not {"u", "upstream"} & set(given), name


def cases_with_g(path):
    """Cases of a notebook's questions that hand an argument `g` to the answer."""
    rng = np.random.default_rng(0)
    for question in bank(path.stem).values():
        if isinstance(question, Question):
            for part in question.parts:
                for maker in part.cases:
                    args = maker(rng, question.own("s01")).args
                    if "g" in args and not args.get("second"):  # once differentiated
                        yield question.name, part.oracle, args


@each_source
def test_what_is_called_g_is_an_upstream_gradient(path):
    """What is pulled back doubles with the upstream gradient; values don't move."""
    for name, oracle, args in cases_with_g(path):
        once = oracle(**args)
        twice = oracle(**args | {"g": 2 * args["g"]})
        doubled, same = np.isclose(twice, 2 * once), np.isclose(twice, once)
        assert np.all(doubled | same) and np.any(doubled & ~same), name


KINKS = {
    "relu(x) = max(x, 0)": (ops.relu, torch.relu),
    "\\|x\\|": (ops.abs, torch.abs),
    "maximum(a, b)": (
        lambda a: ops.maximum(a, 0.0),
        lambda a: torch.maximum(a, torch.zeros(())),
    ),
}


def test_every_kink_of_the_table_is_tried():
    assert [row[0] for row in table("function|where|derivative in this course")] == [
        *KINKS
    ]


@pytest.mark.parametrize("row", table("function|where|derivative in this course"))
def test_a_kink_has_the_slope_of_the_table_in_the_library_and_in_torch(row):
    name, _, said = row
    ours, theirs = KINKS[name]
    at = torch.zeros((), requires_grad=True)
    slope = {"0": 0.0, "½": 0.5}[said.split()[0]]
    assert transforms.grad(ours)(0.0) == slope
    assert torch.autograd.grad(theirs(at), at)[0].item() == slope
