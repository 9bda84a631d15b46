"""Modules of questions stay short: one can be read and changed in one sitting."""

import pytest
from chainrule.questions import NOTEBOOKS
from corpus.sizes import length, modules

MODULES = [
    pytest.param(path, id=f"{notebook}-{path.parents[1].name}-{path.stem}")
    for notebook in NOTEBOOKS
    for path in modules(notebook)
]


@pytest.mark.parametrize("path", MODULES)
def test_a_module_of_a_bank_or_of_its_corpus_is_short(path):
    assert length(path) <= 200
