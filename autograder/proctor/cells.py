"""The cells of a submitted file, whatever front end wrote it."""

import json
from dataclasses import dataclass

from proctor.handin import Unreadable


@dataclass
class Wrote:
    """A cell as it was submitted: text, kind, and the ids that it still carries."""

    text: str
    kind: str
    ids: set


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
