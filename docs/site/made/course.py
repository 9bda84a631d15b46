"""The course as the site's pages see it: its units, and each notebook as released."""

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from unicodedata import numeric

from chainrule.questions import bank

ROOT = Path(__file__).parents[3]
TOPICS = ROOT / "autograder" / "tests" / "topics"
HEADING = re.compile(r"^(#+) (.+)$", re.M)
ASKED = re.compile(r"^\*\*Question `(\w+)` (•+), ", re.M)
HEAD = re.compile(r"^\*\*(You'll do|You'll learn|You need|Time):\*\* (.+)$", re.M)
TIME = re.compile(r"about (an|[\d.]+)([¼½¾])? hours?")


@dataclass(frozen=True)
class Notebook:
    """A notebook that students get."""

    path: Path

    @property
    def name(self):
        return self.path.stem

    @property
    def unit(self):
        return self.path.parent.name

    @property
    def page(self):
        """Its page, from the site's root."""
        return f"/notebooks/{self.unit}/{self.name}.ipynb"

    @functools.cached_property
    def cells(self):
        return json.loads(self.path.read_text(encoding="utf-8"))["cells"]

    @functools.cached_property
    def prose(self):
        texts = [text(c) for c in self.cells if c["cell_type"] == "markdown"]
        return "\n\n".join(texts)

    @property
    def title(self):
        return HEADING.search(self.prose)[2]

    @property
    def head(self):
        """What its head says: {"You'll do": ..., "Time": ...}."""
        return dict(HEAD.findall(self.prose))

    @property
    def hours(self):
        """What it says of its time."""
        return stated(self.head["Time"])

    @property
    def questions(self):
        return bank(self.name)

    @property
    def points(self):
        return sum(question.points for question in self.questions.values())

    @property
    def dots(self):
        """How hard each question is: {name: "••"}."""
        return dict(ASKED.findall(self.prose))

    @property
    def sections(self):
        """Its sections below the title, those for all notebooks left out, each with
        the questions that it asks: [(level, title, [question, ...]), ...]."""
        found = []
        for line in self.prose.splitlines():
            heading, asked = HEADING.match(line), ASKED.match(line)
            if heading and len(heading[1]) > 1:
                found.append((len(heading[1]), heading[2], []))
            elif asked and found:
                found[-1][2].append(asked[1])
        return [s for s in found if s[1] not in ("Hand in", "Read on")]


def stated(time):
    """The hours in words like "about 2¼ hours, half of it reading"."""
    whole, part = TIME.match(time).groups()
    return float(whole.replace("an", "1")) + (numeric(part) if part else 0)


def text(cell):
    """A cell's text, which a file may hold as lines."""
    return "".join(cell["source"])


@functools.cache
def notebooks():
    """Every notebook, in order."""
    return [Notebook(path) for path in sorted((ROOT / "notebooks").glob("*/*.ipynb"))]


def units():
    """{unit: its notebooks}, in order."""
    found = {}
    for notebook in notebooks():
        found.setdefault(notebook.unit, []).append(notebook)
    return found


def spoken(unit):
    """A unit's name for people: "Unit 2: autodiff"."""
    number, _, name = unit.partition("-")
    return f"Unit {number}: {name.replace('pytorch', 'PyTorch')}"


def slug(words):
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def anchor(notebook, section):
    """The name under which pages link to a section of a notebook."""
    return f"{notebook}--{slug(section)}"


def question_anchor(name):
    return f"question-{slug(name)}"


def escaped(words):
    """Words that are shown as they are in a table of a page."""
    return re.sub(r"([\\`*_{}\[\]<>$|])", r"\\\1", words)
