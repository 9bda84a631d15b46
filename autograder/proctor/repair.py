"""What came back, put back in order: a submitted file becomes a notebook to grade.

Files return from Colab, VS Code, Kaggle or an LMS with lost marks, copied and deleted
cells, other names. Locked cells are always the released ones; what a student wrote is
kept, in its order. Every repair is told. The submitted file itself is only read.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import nbformat

from proctor.cells import cells_of
from proctor.files import Unreadable
from proctor.homes import Index, defined, home_of, marked
from proctor.words import is_for_words, own_words, settle

ADDED_BY_FRONT_ENDS = {"view-in-github", "created-in-deepnote-cell"}


@dataclass
class Repaired:
    """A notebook in order, and the sentences that say what was put right.

    texts: of each question that is answered in words, its state and why.
    """

    book: nbformat.NotebookNode
    notes: list = field(default_factory=list)
    texts: dict = field(default_factory=dict)


def repair(raw, released):
    """Match a submitted file with the released notebook. Raises Unreadable."""
    wrote = [w for w in cells_of(raw) if not w.ids & ADDED_BY_FRONT_ENDS]
    index = Index(released.cells)
    homes = [home_of(cell, index) for cell in wrote]
    if not any(home is not None and marked(home, "solution") for home in homes):
        raise Unreadable(
            "None of this notebook's answer cells was found in the file: "
            "it may be another notebook."
        )
    notes, cells = defaultdict(list), []
    counted = _counted(wrote, homes, notes)
    for number, (cell, home) in enumerate(zip(wrote, homes, strict=True)):
        if home is not None and counted[home.id] == number:
            cells.append((home, _known(cell, home, notes)))
        elif cell.text.strip() and (home is None or _is_own_copy(cell, home)):
            cells.append((None, _made(cell.kind, cell.text, f"extra-{number}")))
    texts = settle(cells, released, _made, notes)
    book = _complete(cells, released, notes)
    return Repaired(book, [_told(what, found) for what, found in notes.items()], texts)


def _told(what, cells):
    """One sentence for all the cells that the same was done to."""
    ids = ", ".join(repr(cell.metadata.nbgrader.grade_id) for cell in cells)
    if len(cells) == 1:
        return f"The cell {ids} {what}."
    return f"{len(cells)} cells: each {what} ({ids})."


def _is_own_copy(cell, home):
    """Whether a second copy of a released cell holds something that a student wrote."""
    return not marked(home, "locked") and cell.text.strip() != home.source.strip()


def _is_written(cell, home):
    """Whether a copy of a cell that is the student's to fill in was filled in."""
    if is_for_words(home):
        return bool(own_words(cell.text, home.source))
    return cell.text.strip() != home.source.strip()


def _counted(wrote, homes, notes):
    """Of each released cell's copies, the number of the one that counts: the last
    that is not the empty stub; one that defines the answer before one that doesn't."""
    copies = {}
    for number, home in enumerate(homes):
        if home is not None:
            copies.setdefault(home.id, []).append(number)
    counted = {}
    for cell_id, numbers in copies.items():
        home = homes[numbers[0]]
        names = set(defined(home.source))
        own = [n for n in numbers if _is_written(wrote[n], home)]
        defining = [n for n in own if names & set(defined(wrote[n].text))]
        as_sent = [n for n in defining if wrote[n].kind == home.cell_type]
        counted[cell_id] = (as_sent or defining or own or numbers)[-1]
        if len(numbers) > 1 and marked(home, "solution"):
            notes[f"came {len(numbers)} times; the last counts"].append(home)
    return counted


def _made(kind, text, cell_id, metadata=None):
    cell = {
        "cell_type": kind,
        "id": cell_id,
        "metadata": metadata or {},
        "source": text,
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(cell)


def _ours(home):
    """A released cell as it was sent out, the course's own unless it is a check."""
    metadata = dict(home.metadata)
    if not marked(home, "grade") and not marked(home, "solution"):
        metadata["tags"] = [*metadata.get("tags", []), "course"]
    return _made(home.cell_type, home.source, home.id, metadata)


def _known(cell, home, notes):
    """A released cell as it is graded: locked ones restored, answers as code again."""
    same = cell.text.strip() == home.source.strip()
    if marked(home, "locked"):
        if not same:
            notes["had been changed; as released it is used"].append(home)
        return _ours(home)
    if marked(home, "solution"):
        if cell.kind != home.cell_type:
            kind = home.cell_type
            notes[f"had become {cell.kind}; it is {kind} again"].append(home)
        return _made(home.cell_type, cell.text, home.id, home.metadata)
    tags = [*home.metadata.get("tags", []), "course"]
    return _made(cell.kind, cell.text, home.id, {"tags": tags} if same else None)


def _complete(cells, released, notes):
    """Put marked cells that are missing back where they belong."""
    present = {home.id for home, _ in cells if home is not None}
    order = [cell.id for cell in released.cells]
    for cell in released.cells:
        if not cell.metadata.get("nbgrader") or cell.id in present:
            continue
        notes["was missing; as released it is put back"].append(cell)
        before = set(order[: order.index(cell.id)])
        places = [
            i for i, (h, _) in enumerate(cells) if h is not None and h.id in before
        ]
        cells.insert(max(places, default=-1) + 1, (cell, _ours(cell)))
    book = nbformat.v4.new_notebook(cells=[cell for _, cell in cells])
    book.metadata = nbformat.from_dict(released.metadata)
    return book
