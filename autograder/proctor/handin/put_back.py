"""What is missing from a submitted notebook, put back where it belongs.

What a student wrote goes first: no empty stub may run where another cell of the file
defines its name.
"""

import nbformat

from proctor.handin.match import marked
from proctor.handin.names import defined


def complete(cells, released, notes):
    """The whole notebook: `cells`, and the marked ones that are not among them.

    cells: pairs of a released cell (None for the student's own) and what came; notes:
    filled.
    """
    own = _own_names(cells)
    cells = [
        (home, cell)
        for home, cell in cells
        if not (_is_as_sent(home, cell) and _is_answered(home, own))
    ]
    present = {home.id for home, _ in cells if home is not None}
    for number, home in enumerate(released.cells):
        if home.metadata.get("nbgrader") and home.id not in present:
            before = {cell.id for cell in released.cells[:number]}
            cells.insert(_after(cells, before), (home, _put_back(home, own, notes)))
    book = nbformat.v4.new_notebook(cells=[cell for _, cell in cells])
    book.metadata = nbformat.from_dict(released.metadata)
    return book


def _own_names(cells):
    """What a student's code defines that was not sent out with its cell."""
    names = set()
    for home, cell in cells:
        if cell.cell_type == "code" and not _is_as_sent(home, cell):
            names |= set(defined(cell.source)) - _given(home)
    return names


def _is_as_sent(home, cell):
    return home is not None and cell.source.strip() == home.source.strip()


def _given(home):
    """What a released cell defines for the student; an answer's stub gives nothing."""
    if home is None or marked(home, "solution"):
        return set()
    return set(defined(home.source))


def _is_answered(home, own):
    """Whether a released cell is an answer's, and the name is defined elsewhere."""
    code = home.cell_type == "code" and marked(home, "solution")
    return code and not own.isdisjoint(defined(home.source))


def _after(cells, before):
    """The place after the last of the cells that were sent out before."""
    places = [i for i, (h, _) in enumerate(cells) if h is not None and h.id in before]
    return max(places, default=-1) + 1


def _put_back(home, own, notes):
    if not _is_answered(home, own):
        notes["was missing; as released it is put back"].append(home)
        return as_released(home)
    notes["is answered in another cell, so its empty stub is left out"].append(home)
    text = f"# {' and '.join(defined(home.source))}: see another cell."
    return made("code", text, home.id, home.metadata)


def made(kind, text, cell_id, metadata=None):
    cell = {
        "cell_type": kind,
        "id": cell_id,
        "metadata": metadata or {},
        "source": text,
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(cell)


def as_released(home):
    """A released cell as it was sent out, the course's own unless it is a check."""
    metadata = dict(home.metadata)
    if not marked(home, "grade") and not marked(home, "solution"):
        metadata["tags"] = [*metadata.get("tags", []), "course"]
    return made(home.cell_type, home.source, home.id, metadata)
