"""Whatever front end saved it, a notebook grades to the same marks."""

from types import SimpleNamespace

import nbformat
import pytest
from corpus.handins import right, sent_out
from proctor.grading.grade import Job, grade
from proctor.handin.repair import repair
from proctor.source import build
from sample import forms

FORMS = [forms.jupyterlab, forms.vscode, forms.classic, forms.colab_drive,
         forms.colab_github, forms.kaggle, forms.deepnote, forms.windows]  # fmt: skip
PATHS = build.sources()
of_every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def saved_by(form, name):
    """A solved notebook's file, as a front end writes it."""
    return form(SimpleNamespace(student="s01", **right(name)))


def in_order(raw, name):
    """What the grader makes of a file: its cells, texts and notes."""
    found = repair(raw, sent_out(name))
    return [(c.id, c.source) for c in found.book.cells], found.texts, found.notes


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@of_every_notebook
def test_a_solved_notebook_is_the_same_through_every_front_end(path, form):
    name = path.stem
    plain = nbformat.writes(right(name)).encode()
    assert in_order(saved_by(form, name), name) == in_order(plain, name)


@of_every_notebook
def test_a_solved_notebook_keeps_its_marks_through_a_front_end(path):
    form = FORMS[PATHS.index(path) % len(FORMS)]
    came = saved_by(form, path.stem)
    result = grade(Job("s01", path.stem, sent_out(path.stem), came))
    read = sum(v.out_of for v in result.verdicts.values() if v.state.by_person)
    assert result.points == result.out_of - read and result.person == ""
    assert result.notes == []
