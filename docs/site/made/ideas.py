"""An index of ideas: where each is met, used again, and tested."""

import re
import tomllib

from made.course import TOPICS, notebooks, question_anchor
from made.notebooks import place

HEAD = """# Index of ideas

Each idea of the course, with where it is met first, where it is used again, and which
questions test it; the number is the notebook's. The last part is about statements that
are often made and are put right here; [Corrections](corrections.md) has all of them.

"""


def page():
    about = tomllib.loads(TOPICS.with_suffix(".toml").read_text(encoding="utf-8"))
    found = {row: places(row) for row in about}
    known = {row: about[row] for row in about if found[row]}
    ideas = [row for row in known if not row.startswith("F")]
    ideas.sort(key=lambda row: (first_word(known[row]), row))
    statements = [row for row in known if row.startswith("F")]
    lines = [HEAD, "## Ideas", ""]
    lines += [entry(known[row], found[row]) for row in ideas]
    lines += ["## Put right", ""]
    lines += [entry(known[row], found[row]) for row in statements]
    return "\n".join(lines)


def first_word(words):
    """What an idea is sorted by."""
    for article in ("the ", "an ", "a "):
        words = words.removeprefix(article)
    return words.lower()


def places(row):
    """[(notebook, kind, title), ...]: where the notebooks take up an idea, in order."""
    found = []
    for notebook in notebooks():
        path = TOPICS / f"{notebook.name}.toml"
        if path.exists():
            taken = tomllib.loads(path.read_text(encoding="utf-8")).get(row, {})
            found += [(notebook, kind, title) for kind, title in taken.items()]
    return found


def entry(idea, found):
    """What the index says of one idea."""
    (notebook, kind, title), *others = found
    first = section_of(notebook, title) if kind == "question" else ""
    met = link(notebook, "section", first) if first else link(*found[0])
    used = [link(*other) for other in others if other[1] != "question"]
    tested = [link(*place) for place in found if place[1] == "question"]
    if not tested:
        tested = [link(n, "question", q) for n, _, t in found for q in asked_in(n, t)]
    said = [f"Met in {met}."]
    said += [f"Used in {', '.join(used)}."] * bool(used)
    said += [f"Tested by {', '.join(tested)}."] * bool(tested)
    return f"{idea[0].upper()}{idea[1:]}\n: {' '.join(said)}\n"


def asked_in(notebook, section):
    """The questions that a section asks."""
    return [
        q for _, title, asked in notebook.sections if title == section for q in asked
    ]


def section_of(notebook, question):
    """The section that asks a question."""
    return next((s for _, s, names in notebook.sections if question in names), "")


def link(notebook, kind, title):
    if kind == "question":
        return f"[`{title}`](#{question_anchor(title)})"
    if kind == "page":
        return f"[Corrections](#{title})"
    return f"{notebook.name[:2]} {place(notebook, title)}"


def with_marks(corrections):
    """The page of corrections, with a mark at each that other pages link to."""
    return re.sub(r"^### (F\d+):", r"(\1)=\n\n### \1:", corrections, flags=re.M)
