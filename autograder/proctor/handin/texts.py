"""Answers in words: whether one was written, and where it stands if not in its cell."""

from itertools import takewhile

from chainrule.verdict import State

from proctor.handin.match import marked
from proctor.source.ids import cell_id, is_own, question_of

WAITS = "A person reads it and gives its points."
GONE = "The cell for {} is gone; its text may be in a cell of the student's own."


def is_for_words(cell):
    """Whether a released cell asks for words: nbgrader's manually graded cell."""
    return marked(cell, "grade") and marked(cell, "solution")


def own_words(text, released):
    """The lines of a cell that were not sent out with it."""
    sent = {line.strip() for line in released.splitlines()} - {""}
    return "\n".join(s for s in text.splitlines() if s.strip() not in sent).strip()


def settle(cells, released, make, notes):
    """Bring words that stand beside their cell into it; (state, why) by question.

    cells: pairs of a released cell (None for the student's own) and what came, changed
    in place; make(kind, text, id, metadata): a cell; notes: filled.
    """
    states = {}
    for number, home in enumerate(released.cells):
        if is_for_words(home):
            name = question_of(home.id)
            states[name] = _settle(
                cells, home, released.cells[number - 1], make, notes, name
            )
    return states


def _settle(cells, home, prompt, make, notes, name):
    at = next((i for i, (h, _) in enumerate(cells) if h is home), None)
    if at is not None and own_words(cells[at][1].source, home.source):
        if "](attachment:" in cells[at][1].source:
            notes["holds a picture; only the file as it came shows it"].append(home)
        return State.WAITS, WAITS
    found = [pair for pair in _beside(cells, home, prompt) if _words(*pair, home)]
    if not found and at is None and _may_be_lost(cells, home, prompt):
        return State.NEEDS_PERSON, GONE.format(name)
    text = "\n\n".join(_words(*pair, home) for pair in found)
    title = home.source.partition("\n")[0]
    source = f"{title}\n\n{text}" if found else home.source
    made = make(home.cell_type, source, home.id, home.metadata)
    if at is not None:
        cells[at] = home, made
    elif found:
        first = next(i for i, pair in enumerate(cells) if pair is found[0])
        cells.insert(first + 1, (home, made))
    if not found:
        return State.NOT_WRITTEN, ""
    notes["was empty; the text beside it counts"].append(home)
    moved = {id(pair) for pair in found if pair[0] is None}
    cells[:] = [pair for pair in cells if id(pair) not in moved]
    return State.WAITS, WAITS


def _beside(cells, home, prompt):
    """The prompt, and the student's own cells that follow it or the cell itself."""
    near = False
    for pair in cells:
        if pair[0] is not None:
            near = pair[0] is home or pair[0] is prompt
        if near and pair[0] is not home:
            yield pair


def _words(its_home, cell, home):
    """What a student wrote in a cell, if it is words: text, or comments alone."""
    own = own_words(cell.source, (its_home or home).source)
    comments = all(s.startswith("#") for s in filter(None, own.split("\n")))
    return own if cell.cell_type != "code" or comments else ""


def _may_be_lost(cells, home, prompt):
    own = [cell for its_home, cell in cells if its_home is None]
    beside = any(its_home is None for its_home, _ in _beside(cells, home, prompt))
    return beside or any(cell.cell_type != "code" for cell in own)


def next_to(book, name):
    """The places of the student's own cells next to the cell of a question."""
    home = cell_id("explain", name)
    at = next(i for i, cell in enumerate(book.cells) if cell.id == home)

    def own(i):
        return is_own(book.cells[i].id)

    return [
        *takewhile(own, range(at - 1, -1, -1)),
        *takewhile(own, range(at + 1, len(book.cells))),
    ]
