"""What came back, put back in order: a submitted file becomes a notebook to grade.

Files return from Colab, VS Code, Kaggle or an LMS with lost marks, copied and deleted
cells, other names. Locked cells are always the released ones; what a student wrote is
kept, in its order. Every repair is told. The submitted file itself is only read.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import nbformat

from proctor.handin.cells import cells_of
from proctor.handin.files import Unreadable
from proctor.handin.joined import apart
from proctor.handin.match import Index, home_of, marked
from proctor.handin.names import defined
from proctor.handin.put_back import as_released, complete, made
from proctor.handin.texts import is_for_words, own_words, settle
from proctor.source.ids import own_id

ADDED_BY_FRONT_ENDS = {"view-in-github", "created-in-deepnote-cell"}


@dataclass
class Repaired:
    """A notebook in order, and the sentences that say what was put right.

    texts: of each question that is answered in words, its state and why.
    """

    book: nbformat.NotebookNode
    notes: list[str] = field(default_factory=list)
    texts: dict[str, tuple] = field(default_factory=dict)


def repair(raw, released):
    """Match a submitted file with the released notebook. Raises Unreadable."""
    wrote = [w for w in cells_of(raw) if not w.ids & ADDED_BY_FRONT_ENDS]
    notes, cells = defaultdict(list), []
    wrote = apart(wrote, released.cells, notes)
    index = Index(released.cells)
    homes = [home_of(cell, index) for cell in wrote]
    if not any(_may_answer(*pair, index) for pair in zip(wrote, homes, strict=True)):
        raise Unreadable(
            "None of this notebook's answer cells was found in the file: "
            "it may be another notebook."
        )
    counted = _counted(wrote, homes, notes)
    for number, (cell, home) in enumerate(zip(wrote, homes, strict=True)):
        counts = home is not None and counted[home.id] == number
        if cell.text.strip() and (home is None or _holds_more(cell, home, counts)):
            cells.append((None, made(cell.kind, cell.text, own_id(number))))
        if counts:
            cells.append((home, _known(cell, home, notes)))
    texts = settle(cells, released, made, notes)
    book = complete(cells, released, notes)
    return Repaired(book, [_told(what, found) for what, found in notes.items()], texts)


def _told(what, cells):
    """One sentence for all the cells that the same was done to."""
    ids = ", ".join(repr(cell.metadata.nbgrader.grade_id) for cell in cells)
    if len(cells) == 1:
        return f"The cell {ids} {what}."
    return f"{len(cells)} cells: each {what} ({ids})."


def _may_answer(cell, home, index):
    """Whether a cell is one of the notebook's answers, or defines one of them."""
    if home is not None and marked(home, "solution"):
        return True
    return any(name in index.name for name in defined(cell.text))


def _holds_more(cell, home, counts):
    """Whether a copy of a released cell holds what would be lost with it: a locked one
    what it defines besides, one that doesn't count whatever a student wrote."""
    if marked(home, "locked"):
        return bool(set(defined(cell.text)) - set(defined(home.source)))
    return not counts and cell.text.strip() != home.source.strip()


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


def _known(cell, home, notes):
    """A released cell as it is graded: locked ones restored, answers as code again."""
    same = cell.text.strip() == home.source.strip()
    if marked(home, "locked"):
        kept = ", below what was written in it" if _holds_more(cell, home, True) else ""
        if not same:
            notes[f"had been changed; as released it is used{kept}"].append(home)
        return as_released(home)
    if marked(home, "solution"):
        if cell.kind != home.cell_type:
            kind = home.cell_type
            notes[f"had become {cell.kind}; it is {kind} again"].append(home)
        return made(home.cell_type, cell.text, home.id, home.metadata)
    tags = [*home.metadata.get("tags", []), "course"]
    return made(cell.kind, cell.text, home.id, {"tags": tags} if same else None)
