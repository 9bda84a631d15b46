"""A page for each notebook as released, with the pictures of a run.

The released notebook has no outputs. What its demos show comes from the run of the
solutions, with right answers; what checks say of them, and where a guess meets the
truth, stays out of sight.
"""

import json
import re

from proctor.source import build

from made.course import ROOT, anchor, question_anchor, spoken, text

BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
HERE = "/images/colab.svg"
ABOUT = (
    "{{download}}`Download the notebook </released/{unit}/{name}.ipynb>`, or read it "
    "here. Click on a title with a triangle to see the code of a picture. The pictures "
    "are those of a run with right answers; the notebook itself opens without them."
)
MARKED = re.compile(r"^(?:(#+) (.+)|\*\*Question `(\w+)`.*)$", re.M)
GUESSED = re.compile(r"^(?:You made no guess\. )?Found: (.+)\n?", re.M)
TITLE = re.compile(r"^#@title (.+)\n")
PYTHON = {
    "kernelspec": {"display_name": "Python 3", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
NEVER_SHOWN = ("answer-", "check-", "demo-see-where-you-stand")


def pages(units):
    """{path: text} of the pages of all notebooks, and of the units."""
    made = {}
    for unit, notebooks in units.items():
        made[f"notebooks/{unit}/index.md"] = unit_page(unit, notebooks)
        for notebook in notebooks:
            released = notebook.path.read_text(encoding="utf-8")
            made[f"released/{unit}/{notebook.name}.ipynb"] = released
            made[notebook.page.lstrip("/")] = page(notebook)
    return made


def unit_page(unit, notebooks):
    """A unit's notebooks with their aims."""
    lines = [f"# {spoken(unit)}", ""]
    for notebook in notebooks:
        head = notebook.head
        lines += [f"**[{notebook.title}]({notebook.name}.ipynb).**", ""]
        lines += [head.get("You'll do", ""), "", head.get("You'll learn", ""), ""]
    names = [notebook.name for notebook in notebooks]
    return "\n".join([*lines, "```{toctree}", ":hidden:", "", *names, "```", ""])


def page(notebook):
    """The notebook as its page's source: a notebook too."""
    outputs = run_of(notebook)
    badge, *others = [shown(cell, notebook, outputs) for cell in notebook.cells]
    at = next(i for i, c in enumerate(others) if c["source"].startswith("("))
    opening = others.pop(at)
    cells = [opening, badge, *others]
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": PYTHON, "cells": cells}
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


def run_of(notebook):
    """{cell's id: outputs} of the executed solution; nothing where there is none."""
    path = ROOT / "solutions" / notebook.unit / f"{notebook.name}.ipynb"
    if not path.exists():
        return {}
    book = json.loads(path.read_text(encoding="utf-8"))
    return {
        cell["id"]: cell["outputs"]
        for cell in book["cells"]
        if cell.get("outputs") and not cell["id"].startswith(NEVER_SHOWN)
    }


def shown(cell, notebook, outputs):
    """A cell of a released notebook as the page has it."""
    source = text(cell)
    if cell["cell_type"] == "markdown":
        if cell["id"] == "colab-badge":
            source = source.replace(BADGE, HERE)
            about = ABOUT.format(unit=notebook.unit, name=notebook.name)
            source = source.replace("\n\n", f"\n\n{about}\n\n", 1)
        marked = MARKED.sub(lambda match: _marked(match, notebook), source)
        source = _with_local_links(marked)
        return {"cell_type": "markdown", "id": cell["id"], "metadata": {}} | {
            "source": source
        }
    metadata = {"tags": [cell["id"].partition("-")[0]]}
    title = TITLE.match(source)
    if title:
        source = source[title.end() :]
        metadata["tags"] += ["hide-input"]
        metadata["mystnb"] = {
            "code_prompt_show": title[1],
            "code_prompt_hide": title[1],
        }
    return {
        "cell_type": "code",
        "id": cell["id"],
        "metadata": metadata,
        "source": source,
        "execution_count": None,
        "outputs": [new for old in outputs.get(cell["id"], ()) for new in seen(old)],
    }


def _marked(match, notebook):
    """A heading or a question, with a mark above it that other pages link to."""
    _, heading, question = match.groups()
    mark = question_anchor(question) if question else anchor(notebook.name, heading)
    return f"({mark})=\n\n{match[0]}"


def _with_local_links(source):
    where = build.course()
    corrections = (
        f"https://github.com/{where['owner']}/{where['repo']}/blob/{where['tag']}"
        "/docs/corrections.md"
    )
    return source.replace(corrections, "/corrections.md")


def seen(output):
    """What a page shows of an output: pictures, text, and truths for who asks."""
    if output["output_type"] == "stream":
        printed = "".join(output["text"])
        rest = GUESSED.sub("", printed)
        if rest.strip():
            yield {**output, "text": rest}
        found = GUESSED.findall(printed)
        if found:
            yield _html(folded(found))
    elif "text/html" in output.get("data", {}):
        yield _html("".join(output["data"]["text/html"]))
    else:
        yield output


def folded(found):
    """The truth that a guess meets, folded."""
    told = "; ".join(value.rstrip(".") for value in found)
    summary = "<summary>Guess first, then look</summary>"
    return f'<details class="truth">{summary}{told}.</details>'


def _html(html):
    data = {"text/html": html}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def place(notebook, title):
    """A link to a section of a notebook."""
    return f"[{title}](#{anchor(notebook.name, title)})"
