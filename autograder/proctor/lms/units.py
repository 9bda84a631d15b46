"""Which unit a handed-in notebook is of, by its cells or by its name."""

import functools

from proctor.handin.cells import cells_of
from proctor.handin.files import Unreadable
from proctor.handin.find import base_name
from proctor.source.build import ROOT

ASKING = ("answer-", "check-", "explain-")


def asking(raw):
    """The ids of a notebook's cells that belong to a question. Raises Unreadable."""
    return {i for cell in cells_of(raw) for i in cell.ids if i.startswith(ASKING)}


@functools.cache
def known():
    """{a notebook's name, or the id of a question's cell: its unit}."""
    found = {}
    for path in (ROOT / "notebooks").glob("*/*.ipynb"):
        marks = [path.stem, *asking(path.read_bytes())]
        found |= dict.fromkeys(marks, path.parent.name)
    return found


def units_of(name, raw):
    """The units that a file says it is of: its cells, or else its name."""
    try:
        marks = known().keys() & asking(raw)
    except Unreadable:
        marks = set()
    marks = marks or known().keys() & {base_name(name)}
    return {known()[mark] for mark in marks}
