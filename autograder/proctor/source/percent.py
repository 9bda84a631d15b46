"""One text file per notebook (percent format) becomes cells with a role and a name."""

import functools
import hashlib
import re
from dataclasses import dataclass

import jupytext

from proctor.source.ids import cell_id

ROLES = ("setup", "demo", "answer", "check", "explain")
REGION = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION\n(.*?)^[ \t]*### END SOLUTION(?:\n|\Z)", re.M | re.S
)


class SourceError(Exception):
    """The percent source breaks a rule; the message names the cell and the remedy."""


@dataclass(frozen=True)
class Cell:
    """A cell of the source. role: prose, code or one of ROLES."""

    role: str
    name: str
    text: str

    @property
    def id(self):
        """The same for the same cell: its title, or a hash of its text."""
        if self.role in ("answer", "check", "explain"):
            return cell_id(self.role, self.name)  # read back by name, so kept as it is
        if self.role in ("prose", "code"):
            return hashlib.sha256(f"{self.role}\n{self.text}".encode()).hexdigest()[:12]
        return re.sub(r"[^a-z0-9_]+", "-", f"{self.role} {self.name}".lower()).strip(
            "-"
        )

    @property
    def kind(self):
        return "markdown" if self.role in ("prose", "explain") else "code"


def read(path):
    """The cells of a percent source. Raises SourceError."""
    return list(_cells(path.read_text(encoding="utf-8"), path.name))


@functools.cache
def _cells(text, file):
    """What `read` says of a text: building a unit reads each file three times."""
    notebook = jupytext.reads(text, fmt="py:percent")
    cells = [_cell(cell, file) for cell in notebook.cells]
    seen = set()
    for cell in cells:
        if cell.id in seen:
            what = f"{cell.role} {cell.name or cell.text[:40]!r}"
            raise SourceError(
                f"{file} has two cells {what}. Give one of them another name or text."
            )
        seen.add(cell.id)
    return cells


def _cell(cell, file):
    role, _, name = cell.metadata.get("title", "").partition(" ")
    if cell.cell_type == "markdown" and not role:
        return Cell("prose", "", cell.source)
    if not role:
        return Cell("code", "", cell.source)
    if role not in ROLES:
        raise SourceError(
            f"{file} has a cell titled {role!r}. Use one of {', '.join(ROLES)}."
        )
    if (cell.cell_type == "markdown") != (role == "explain"):
        raise SourceError(
            f"The cell {role} {name} of {file} is a {cell.cell_type} cell. "
            "A cell titled explain is [markdown], every other titled cell is code."
        )
    if role in ("answer", "explain") and not REGION.search(cell.source + "\n"):
        raise SourceError(
            f"The cell {role} {name} of {file} has no ### BEGIN SOLUTION / "
            "### END SOLUTION pair."
        )
    if role == "explain" and f"`{name}`" not in cell.source.partition("\n")[0]:
        raise SourceError(
            f"The cell explain {name} of {file} must begin with a line that holds "
            f"`{name}`: a text that was pasted elsewhere is found again by it."
        )
    return Cell(role, name, cell.source)


def stub(text):
    """An answer cell as students get it: each solution region is theirs to write.

    Inside a function the region becomes `raise NotImplementedError`; at the left edge
    the name that it assigns last becomes `name = ...`.
    """

    def empty(match):
        indent, region = match.groups()
        if indent:
            return f"{indent}raise NotImplementedError  # your code here\n"
        name = re.findall(r"^(\w+) *=[^=]", region, re.M)[-1]
        return f"{name} = ...  # your value here\n"

    return REGION.sub(empty, text + "\n").rstrip("\n")


def blank(text):
    """A text cell as students get it: its first line, and room for their own words."""
    room = "*Your words here, in place of this line.*"
    return REGION.sub(room, text + "\n").rstrip("\n")


def solved(text):
    """A cell as staff have it: no marks around the solution, and an id of its own."""
    text = REGION.sub(lambda match: match.group(2), text + "\n").rstrip("\n")
    return text.replace('STUDENT = ""', 'STUDENT = "s00"')


def model_answers(cells):
    """What staff look for in each answer in words: {question: text}."""
    return {
        cell.name: REGION.search(cell.text + "\n").group(2).strip()
        for cell in cells
        if cell.role == "explain"
    }


def solution_lines(cells):
    """The lines that only staff may see, without those too short to tell anything."""
    for cell in cells:
        for _, region in REGION.findall(cell.text + "\n"):
            yield from (s for s in map(str.strip, region.splitlines()) if len(s) > 11)
