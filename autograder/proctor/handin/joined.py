"""Cells that were joined into one, taken apart again.

What was sent out and stands whole inside another cell is a cell of its own again: a
demo that stops in a room then takes no answer with it, and a check has its place.
"""

from dataclasses import replace

from proctor.handin.match import marked
from proctor.handin.names import parses


def apart(wrote, released, notes):
    """The submitted cells, and what each held of `released` as cells beside it.

    notes: filled.
    """
    alone = {cell.text.strip() for cell in wrote}
    for home in released:
        text = home.source.strip()
        if home.cell_type != "code" or marked(home, "solution") or text in alone:
            continue
        at = next((i for i, c in enumerate(wrote) if _holds(c, text)), None)
        if at is not None:
            wrote = [*wrote[:at], *_cut(wrote[at], home), *wrote[at + 1 :]]
            if home.metadata.get("nbgrader"):
                notes["stood in a cell with other code; it is alone again"].append(home)
    return wrote


def _sides(cell, text):
    before, _, after = f"\n{cell.text}\n".partition(f"\n{text}\n")
    return before, after


def _holds(cell, text):
    """Whether these lines stand in a cell, with whole statements before and after."""
    if cell.kind != "code" or f"\n{text}\n" not in f"\n{cell.text}\n":
        return False
    return all(parses(side) for side in _sides(cell, text))


def _cut(cell, home):
    """What stood before a released cell's text, that text, and what came after."""
    before, after = _sides(cell, home.source.strip())
    ids = cell.ids - {home.id}
    parts = [
        replace(cell, text=before.strip("\n"), ids=ids),
        replace(cell, text=home.source, ids={home.id}),
        replace(cell, text=after.strip("\n"), ids=set() if before.strip() else ids),
    ]
    return [part for part in parts if part.text.strip()]
