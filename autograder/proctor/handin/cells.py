"""The cells of a submitted file, whatever front end wrote it."""

import json
from dataclasses import dataclass

from proctor.handin.files import Unreadable
from proctor.handin.kinds import AGAIN, DOWNLOAD, EMPTY, kind_of

MOST_CELLS, MOST_VALUES = 2000, 1_000_000
MOST_TEXT, MOST_CODE = 32 << 20, 4 << 20


@dataclass
class Wrote:
    """A cell as it was submitted: text, kind, and the ids that it still carries."""

    text: str
    kind: str
    ids: set[str]


def cells_of(raw):
    """The cells of a submitted file, whatever wrote it. Raises Unreadable."""
    kind = kind_of(raw)
    if kind:
        what, ask = kind
        if what == EMPTY:
            raise Unreadable(f"The file is empty ({len(raw)} bytes). {ask}")
        raise Unreadable(f"The file is {what}, and no notebook. {ask}")
    cells = _found(_parsed(raw))
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"The file has more than {MOST_CELLS} cells.")
    cells = [_wrote(cell) for cell in cells]
    for most, kinds in ((MOST_TEXT, ("markdown", "raw")), (MOST_CODE, ("code",))):
        if sum(len(cell.text) for cell in cells if cell.kind in kinds) > most:
            raise Unreadable(f"Its {kinds[0]} cells hold more than {most >> 20} MB.")
    return cells


def _parsed(raw):
    """What the file says as JSON, in UTF-8, UTF-16 or UTF-32. Raises Unreadable."""
    if raw.count(b"{") + raw.count(b"[") + raw.count(b",") // 4 > MOST_VALUES:
        raise Unreadable("The file is no notebook: it holds millions of values.")
    try:
        return json.loads(raw)
    except UnicodeDecodeError:
        raise Unreadable(f"The file is not text, so no notebook. {DOWNLOAD}") from None
    except RecursionError:
        raise Unreadable("The file is nested too deeply to be a notebook.") from None
    except ValueError as error:
        if b"<<<<<<<" in raw:
            raise Unreadable("The file holds unresolved git merge marks.") from None
        raise Unreadable(
            f"The file breaks off or is damaged: it is not JSON ({error}). {AGAIN}"
        ) from None


def _found(book):
    """The cells of a notebook in the format of today or of the past, as dicts."""
    cells = book.get("cells") if isinstance(book, dict) else None
    sheets = book.get("worksheets") if isinstance(book, dict) else None
    if cells is None and isinstance(sheets, list):
        inside = [s.get("cells") for s in sheets if isinstance(s, dict)]
        cells = [c for found in inside if isinstance(found, list) for c in found]
    if not isinstance(cells, list):
        raise Unreadable(f"The file is JSON, but it has no notebook cells. {DOWNLOAD}")
    return [cell for cell in cells if isinstance(cell, dict)]


def _wrote(cell):
    text = cell.get("source", cell.get("input")) or ""
    text = "".join(map(str, text)) if isinstance(text, list) else str(text)
    text = text.replace("\r\n", "\n").encode("utf-8", "replace").decode()
    meta = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    marks = meta.get("nbgrader") if isinstance(meta.get("nbgrader"), dict) else {}
    ids = [marks.get("grade_id"), cell.get("id"), meta.get("id")]
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "code"
    return Wrote(text, kind, {i for i in ids if isinstance(i, str)})
