"""Which released cell a submitted one is, whatever marks it has lost."""

from proctor.handin.names import defined


def marked(cell, mark):
    return bool(cell.metadata.get("nbgrader", {}).get(mark))


def is_course_s(cell):
    """Whether a cell is as it was sent out, and not there to be answered in."""
    return "course" in cell.metadata.get("tags", [])


def first_line(text):
    return text.strip().partition("\n")[0].replace("'", '"').replace(" ", "")


class Index:
    """The released cells by all that a submitted cell may be known by."""

    def __init__(self, cells):
        answers = [c for c in cells if marked(c, "solution")]
        titled = [c for c in cells if marked(c, "grade")]
        self.id = {c.id: c for c in cells}
        self.text = {c.source.strip(): c for c in cells}
        self.name = {name: c for c in answers for name in defined(c.source)}
        self.title = {first_line(c.source): c for c in titled}


def home_of(cell, released):
    """The released cell that this one is: by id, text, first line, or the name that it
    defines."""
    named = [released.name[n] for n in defined(cell.text) if n in released.name]
    found = next((released.id[i] for i in sorted(cell.ids) if i in released.id), None)
    code = "code" in (cell.kind, found.cell_type) if found is not None else False
    if code and marked(found, "solution") and named:
        return found if found in named else named[0]  # pasted into another's cell
    return (
        found
        or released.text.get(cell.text.strip())
        or released.title.get(first_line(cell.text))
        or (named[0] if named else None)
    )
