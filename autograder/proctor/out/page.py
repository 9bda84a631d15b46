"""The graded notebook that a student reads: outputs, and verdicts in check cells."""

import re

from chainrule.verdict import State
from nbformat import from_dict
from nbformat.v4 import new_markdown_cell

from proctor.handin.kinds import to_the_student
from proctor.handin.match import is_course_s
from proctor.source.ids import ABOUT_FILE, cell_id, question_of

LONGEST, MOST_SHOWN = 20_000, 200_000
JOINER = "\u2060"  # takes no room, and what it stands in is no address any more
CUT = "(It is cut here; the file that came holds all of it.)"


def judged_notebook(result, models=()):
    """The submission's notebook with what its cells did and what the judge says.

    A check cell's execute_result is a number: nbgrader reads the points from it.
    models: model answers by question, for whoever reads the texts; feedback skips them.
    """
    book, left = result.book, MOST_SHOWN
    for index, cell in enumerate(book.cells):
        marks = cell.metadata.get("nbgrader", {})
        if not is_course_s(cell):
            cell.source = shown(cell, min(LONGEST, left))
            left = max(left - len(cell.source), 0)
        if marks.get("grade"):
            verdict = result.verdicts[question_of(marks["grade_id"])]
            cell.metadata["verdict"] = str(verdict.state)
            if verdict.state == State.NEEDS_PERSON:
                cell.metadata.setdefault("tags", []).append("needs-a-person")
            if cell.cell_type == "code":
                cell.outputs = told(verdict)
        elif index in result.ran:
            cell.outputs = outputs(result.ran[index])
    for name in models:
        if result.verdicts[name].state == State.WAITS:
            home = cell_id("explain", name)
            at = next(i for i, c in enumerate(book.cells) if c.id == home)
            book.cells.insert(at, for_the_reader(name, models[name]))
    if result.notes or result.person:
        book.cells.insert(0, notice(result))
    return book


def told(verdict):
    """A verdict as a check cell's outputs: for people, then for nbgrader."""
    shown = {"text/plain": str(verdict), "text/html": verdict._repr_html_()}
    if verdict.state == State.NEEDS_PERSON:
        shown = {kind: to_the_student(text) for kind, text in shown.items()}
    score = {
        "text/plain": f"{verdict.points:g}",
        "text/html": f"<small>{verdict.points:g} of {verdict.out_of:g} points</small>",
    }
    return [
        _output("display_data", data=shown, metadata={}),
        _output("execute_result", data=score, metadata={}, execution_count=None),
    ]


def _output(kind, **parts):
    """nbformat's `new_output` would look at each alone, which takes half a page's time;
    a notebook is looked at as a whole when it is written."""
    return from_dict({"output_type": kind, **parts})


def outputs(ran):
    """What one cell did, as notebook outputs."""
    found = []
    for kind, text in ran.outputs:
        if kind in ("text/stdout", "text/stderr"):
            found.append(_output("stream", name=kind[5:], text=text))
        else:
            found.append(_output("display_data", data={kind: text}, metadata={}))
    if ran.error:
        name, _, rest = ran.error.partition(":")
        found.append(
            _output("error", ename=name, evalue=rest.strip(), traceback=[ran.error])
        )
    return found


def for_the_reader(name, model):
    """What a person who reads an answer is to look for; the course's own cell."""
    text = f"**For whoever marks `{name}`: a model answer and the rubric**\n\n{model}"
    return new_markdown_cell(
        text, id=cell_id("model", name), metadata={"tags": ["course"]}
    )


def shown(cell, most):
    """A cell's source as far as it can be shown in time: code, or harmless text."""
    if cell.cell_type == "markdown":
        return harmless(cell.source, most)
    return cell.source if len(cell.source) <= most else f"{cell.source[:most]}\n# {CUT}"


def harmless(text, most=LONGEST):
    """Markdown that can be shown in time, its tags, links and pictures as they were
    typed: a link may run a script, a picture may call home or be lost with its file.

    nbconvert's sanitizer takes a text for HTML: Markdown's own links and pictures go
    through it, and a lost attachment ends the page."""
    if len(text) > most:
        text = f"{text[:most]}\n\n{CUT}"
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)
    text = re.sub(r"\](?=[(:])", r"]\\", text)
    return re.sub(r":(?=//)|(?<=\\)(?=href)", rf"\g<0>{JOINER}", text)


def notice(result):
    """The cell at the top that says what was put right in the file that came."""
    lines = [f"- {harmless(note)}" for note in result.notes]
    if result.person:
        why = harmless(to_the_student(result.person))
        lines.insert(0, f"**A person will look at this:** {why}\n")
    text = "**About your file**\n\n" + "\n".join(lines)
    return new_markdown_cell(text, id=ABOUT_FILE)
