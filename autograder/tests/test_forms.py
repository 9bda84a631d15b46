"""Whatever front end saved it, a notebook grades to the same marks."""

from types import SimpleNamespace

import forms
import pytest
from handins import right, sent_out
from proctor.grading.grade import Job, grade
from proctor.source import build

FORMS = [forms.jupyterlab, forms.vscode, forms.classic, forms.colab_drive,
         forms.colab_github, forms.kaggle, forms.deepnote, forms.windows]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("path", build.sources(), ids=lambda path: path.stem)
def test_a_solved_notebook_keeps_its_marks_through_every_front_end(path, form):
    came = form(SimpleNamespace(student="s01", **right(path.stem)))
    result = grade(Job("s01", path.stem, sent_out(path.stem), came))
    read = sum(v.out_of for v in result.verdicts.values() if v.state.by_person)
    assert result.points == result.out_of - read and result.person == ""
    assert result.notes == []
