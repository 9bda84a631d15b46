"""The teaching guide: for each notebook its aim, a plan, mistakes, and questions.

Plan and questions to discuss are written by hand, in `words/teaching`; a notebook that
has no such file yet gets the rest.
"""

from pathlib import Path

from made.course import escaped, question_anchor, spoken
from made.notebooks import place

WORDS = Path(__file__).parents[1] / "words" / "teaching"
HEAD = """# Teaching guide

A page for each notebook: its aim and time, the plan of a session of 90 minutes, the
mistakes to expect, and questions to discuss. Students work before the session, in it,
or after it; the plans say which part is best done together. The mistakes are those that
the checks know: a student is told the sentence.

| notebook | time | questions | points |
|:--|:--|--:|--:|
"""


def pages(units):
    """{path: text} of the guide."""
    lines, tree = [HEAD.rstrip()], ["```{toctree}", ":hidden:", ""]
    made = {}
    for notebooks in units.values():
        for notebook in notebooks:
            made[f"teaching/{notebook.name}.md"] = page(notebook)
            tree.append(notebook.name)
            lines.append(row(notebook))
    made["teaching/index.md"] = "\n".join([*lines, "", *tree, "```", ""])
    return made


def row(notebook):
    time = notebook.head.get("Time", "").split(",")[0].split(". ")[0]
    count, points = len(notebook.questions), notebook.points
    link = f"[{notebook.title}]({notebook.name}.md)"
    return f"| {link} | {time.rstrip('.')} | {count} | {points:g} |"


def page(notebook):
    head = notebook.head
    lines = [f"# Teaching: {notebook.title}", ""]
    lines += [f"{spoken(notebook.unit)}. [The notebook]({notebook.page}).", ""]
    for title, key in [
        ("Aim", "You'll learn"),
        ("What students do", "You'll do"),
        ("What they need", "You need"),
        ("Time", "Time"),
    ]:
        if key in head:
            lines += [f"**{title}:** {head[key]}", ""]
    lines += [by_hand(notebook), "## What is asked, section by section", ""]
    lines += [*asked(notebook), "", "## Mistakes to expect", "", *mistakes(notebook)]
    return "\n".join([*lines, ""])


def by_hand(notebook):
    """What is written by hand about a notebook: plan and questions to discuss."""
    path = WORDS / f"{notebook.name}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def asked(notebook):
    """Each section with its questions, their points and dots."""
    yield "| section | question | points |"
    yield "|:--|:--|--:|"
    for _, title, names in notebook.sections:
        for name in names:
            link = f"[`{name}`](#{question_anchor(name)}) {notebook.dots[name]}"
            points = notebook.questions[name].points
            yield f"| {place(notebook, title)} | {link} | {points:g} |"


def mistakes(notebook):
    """The sentences that the bank has for each question."""
    for name, question in notebook.questions.items():
        said = [m.says for part in question.parts for m in part.mistakes]
        yield f"[`{name}`](#{question_anchor(name)})"
        if not said:
            yield ": It is answered in words. Read what stands there."
        yield from (f": {escaped(sentence)}\n" for sentence in dict.fromkeys(said))
        yield ""
