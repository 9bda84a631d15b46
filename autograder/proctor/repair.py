"""What came back, put back in order: a submitted file becomes a notebook to grade.

Files return from Colab, VS Code, Kaggle or an LMS with lost marks, copied and deleted
cells, other names. Locked cells are always the released ones; what a student wrote is
kept, in its order. Every repair is told. The submitted file itself is only read.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field

import nbformat

from proctor.handin import Unreadable
from proctor.words import is_for_words, own_words, settle

ADDED_BY_FRONT_ENDS = {"view-in-github", "created-in-deepnote-cell"}


@dataclass
class Wrote:
    """A cell as it was submitted: text, kind, and the ids that it still carries."""

    text: str
    kind: str
    ids: set


@dataclass
class Repaired:
    """A notebook in order, and the sentences that say what was put right.

    texts: of each question that is answered in words, its state and why.
    """

    book: nbformat.NotebookNode
    notes: list = field(default_factory=list)
    texts: dict = field(default_factory=dict)


def cells_of(raw):
    """The cells of a submitted file, whatever wrote it. Raises Unreadable."""
    try:
        book = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("The file is not text, so it is no notebook.") from None
    except RecursionError:
        raise Unreadable("The file is nested too deeply to be a notebook.") from None
    except ValueError as error:
        if not raw.strip():
            raise Unreadable("The file is empty.") from None
        if b"<<<<<<<" in raw:
            raise Unreadable("The file holds unresolved git merge marks.") from None
        raise Unreadable(
            f"The file breaks off or is damaged: it is not JSON ({error})."
        ) from None
    cells = book.get("cells") if isinstance(book, dict) else None
    if cells is None and isinstance(book, dict) and book.get("worksheets"):
        cells = [c for sheet in book["worksheets"] for c in sheet.get("cells", [])]
    if not isinstance(cells, list):
        raise Unreadable("The file is JSON, but it has no notebook cells.")
    return [_wrote(cell) for cell in cells if isinstance(cell, dict)]


def _wrote(cell):
    text = cell.get("source", cell.get("input", ""))
    text = "".join(map(str, text)) if isinstance(text, list) else str(text)
    text = text.replace("\r\n", "\n").encode("utf-8", "replace").decode()
    meta = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    marks = meta.get("nbgrader") if isinstance(meta.get("nbgrader"), dict) else {}
    ids = [marks.get("grade_id"), cell.get("id"), meta.get("id")]
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "code"
    return Wrote(text, kind, {i for i in ids if isinstance(i, str)})


def repair(raw, released):
    """Match a submitted file with the released notebook. Raises Unreadable."""
    wrote = [w for w in cells_of(raw) if not w.ids & ADDED_BY_FRONT_ENDS]
    index = Index(released.cells)
    homes = [_home(cell, index) for cell in wrote]
    if not any(home is not None and _is(home, "solution") for home in homes):
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


def _is(cell, mark):
    return bool(cell.metadata.get("nbgrader", {}).get(mark))


def _is_own_copy(cell, home):
    """Whether a second copy of a released cell holds something that a student wrote."""
    return not _is(home, "locked") and cell.text.strip() != home.source.strip()


def _is_written(cell, home):
    """Whether a copy of a cell that is the student's to fill in was filled in."""
    if is_for_words(home):
        return bool(own_words(cell.text, home.source))
    return cell.text.strip() != home.source.strip()


def _first_line(text):
    return text.strip().partition("\n")[0].replace("'", '"').replace(" ", "")


class Index:
    """The released cells by all that a submitted cell may be known by."""

    def __init__(self, cells):
        answers = [c for c in cells if _is(c, "solution")]
        titled = [c for c in cells if _is(c, "grade")]
        self.id = {c.id: c for c in cells}
        self.text = {c.source.strip(): c for c in cells}
        self.name = {name: c for c in answers for name in _defined(c.source)}
        self.title = {_first_line(c.source): c for c in titled}


def _defined(text):
    """The functions, classes and values that a cell defines at its left edge."""
    found = re.findall(r"^(?:def|class) +(\w+)|^(\w+) *=(?!=)", text, re.M)
    return [function or value for function, value in found]


def _home(cell, released):
    """The released cell that this one is: by id, text, first line, or the name that it
    defines."""
    named = [released.name[n] for n in _defined(cell.text) if n in released.name]
    home = next((released.id[i] for i in sorted(cell.ids) if i in released.id), None)
    code = "code" in (cell.kind, home.cell_type) if home is not None else False
    if code and _is(home, "solution") and named:
        return home if home in named else named[0]  # pasted into another answer's cell
    return (
        home
        or released.text.get(cell.text.strip())
        or released.title.get(_first_line(cell.text))
        or (named[0] if named else None)
    )


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
        names = set(_defined(home.source))
        own = [n for n in numbers if _is_written(wrote[n], home)]
        defining = [n for n in own if names & set(_defined(wrote[n].text))]
        as_sent = [n for n in defining if wrote[n].kind == home.cell_type]
        counted[cell_id] = (as_sent or defining or own or numbers)[-1]
        if len(numbers) > 1 and _is(home, "solution"):
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
    if not _is(home, "grade") and not _is(home, "solution"):
        metadata["tags"] = [*metadata.get("tags", []), "course"]
    return _made(home.cell_type, home.source, home.id, metadata)


def _known(cell, home, notes):
    """A released cell as it is graded: locked ones restored, answers as code again."""
    same = cell.text.strip() == home.source.strip()
    if _is(home, "locked"):
        if not same:
            notes["had been changed; as released it is used"].append(home)
        return _ours(home)
    if _is(home, "solution"):
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
