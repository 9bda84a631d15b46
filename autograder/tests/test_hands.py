"""What demos show stays out of a student's hands: no name is bound to it."""

import contextlib
import io
import types

import pytest
from chainrule.questions import NOTEBOOKS, off_the_table
from chainrule.rules import lies_in
from proctor.source.build import sources
from proctor.source.percent import read, stub

WITHOUT_TORCH = [name for name in NOTEBOOKS if "torch" in off_the_table(name)]


def names_after(notebook):
    """A notebook's names after all its cells but the answers have run."""
    (path,) = [p for p in sources() if p.stem == notebook]
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in read(path):
            if cell.role in ("setup", "code", "demo"):
                exec(cell.text, names)
            elif cell.role == "answer":
                exec(stub(cell.text), names)
    return names


def home(value):
    """The module that a name leads to: a module itself, or that of a thing's kind."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    kind = value if isinstance(value, type | types.FunctionType) else type(value)
    return kind.__module__ or ""


@pytest.mark.parametrize("notebook", WITHOUT_TORCH)
def test_no_name_of_a_notebook_leads_to_what_is_off_the_table(notebook):
    off = off_the_table(notebook)
    found = {
        name: home(value)
        for name, value in names_after(notebook).items()
        if any(lies_in(home(value), module) for module in off)
    }
    assert found == {}


def test_what_is_off_the_table_is_known_by_its_module():
    import torch
    from chainrule.tensor import Tensor

    assert home(torch) == home(torch.Tensor).partition(".")[0] == "torch"
    assert home(torch.ones(1)) == "torch"
    assert home(Tensor) == home(Tensor([1.0])) == "chainrule.tensor"
