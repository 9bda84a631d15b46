"""Every topic that a notebook owes is taken up by one of its questions or sections."""

import re
import tomllib
from pathlib import Path

import pytest
from chainrule.questions import bank
from proctor.source.build import sources
from proctor.source.percent import read

TOPICS = Path(__file__).parent / "topics"
ABOUT = tomllib.loads(TOPICS.with_suffix(".toml").read_text(encoding="utf-8"))
WRITTEN = {path.stem: path for path in sources()}

# What each notebook has to teach; topics.toml says what each row is about.
ROWS = {
    "00_shapes_and_checks": """
        000-1 000-2
    """,
    "01_three_derivatives": """
        000-4 000-5 000-6 000-7 000-9 003-2 003-3 003-4 003-5 003-6 004-2 004-3
        004-8 004-9 F2 F5 F6 F31
    """,
    "02_graphs_by_hand": """
        000-3 000-7 000-9 000-10 000-11 001-2 001-3 001-5 001-6 002-3 002-6 002-7
        002-8 003-7 003-8 003-9 004-11 004-12 004-14 004-15 004-16 004-19 F3 F7 F8
    """,
    "03_reverse_mode": """
        000-8 001-2 001-3 001-4 002-3 002-4 002-9 003-4 003-9 003-10 004-10 004-12
        004-13 F1 F9 F17 F24
    """,
    "04_tensors": """
        000-2 000-3 001-7 002-7 002-10 002-11 002-12 002-14 004-4 004-17 004-18
        004-20 004-21 004-22 004-23 F21 F23
    """,
    "05_losses": """
        001-23 002-13 004-30 004-31 004-32 004-33 004-34 004-35 004-36 004-37 004-38
        F22 F32 F33 F34 F35 F36
    """,
    "06_networks": """
        000-12 001-1 001-23 002-5 003-10 003-11 003-13 004-1 004-10 004-16 004-17
        004-19 004-20 004-24 004-25 F4 F25 F29
    """,
    "07_gradient_descent": """
        000-12 001-1 001-9 001-10 002-1 002-2 003-1 004-5 004-6 004-7 004-26 004-27
        F12 F13 F27 F28
    """,
    "08_optimizers": """
        001-11 001-12 001-13 001-20 003-20 003-21 004-28 004-29 F14 F15 F16 F18
    """,
    "09_initialization": """
        001-14 001-15 001-16 F10 F11
    """,
    "10_generalization": """
        001-17 001-18 001-19 001-20 001-22 003-14 F26
    """,
    "11_dropout_and_norms": """
        001-21 003-15 003-16 003-17 003-18 003-19 F19 F20
    """,
    "12_gpu_training": """
        001-7 001-8 003-12 003-13 F30
    """,
    "13_convolutions": """
        000-13 001-22
    """,
    "14_sequences": """
        000-13 001-14
    """,
    "15_capstone": """
        000-13
    """,
}

each_notebook = pytest.mark.parametrize("name", sorted(WRITTEN))


def taken(name):
    """{row: {"question": ...} or {"section": ...}} as the notebook's file says."""
    return tomllib.loads((TOPICS / f"{name}.toml").read_text(encoding="utf-8"))


def sections(path):
    """The headings of a notebook."""
    text = "\n".join(cell.text for cell in read(path) if cell.role == "prose")
    return set(re.findall(r"^#+ (.+)$", text, re.M))


def test_every_notebook_owes_something_and_every_file_belongs_to_one():
    assert set(WRITTEN) <= set(ROWS)
    assert {path.stem for path in TOPICS.iterdir()} <= set(ROWS)


def test_each_row_says_what_it_is_about():
    assert set(ABOUT) == {row for rows in ROWS.values() for row in rows.split()}


@each_notebook
def test_no_topic_of_a_notebook_is_missing(name):
    missing = set(ROWS[name].split()) - set(taken(name))
    assert {row: ABOUT[row] for row in missing} == {}


@each_notebook
def test_each_topic_names_a_question_or_section_that_exists(name):
    known = {"question": set(bank(name)), "section": sections(WRITTEN[name])}
    for row, place in taken(name).items():
        assert set(place) <= set(known) and place, row
        for kind, title in place.items():
            assert title in known[kind], f"{row}: no {kind} {title!r}"
