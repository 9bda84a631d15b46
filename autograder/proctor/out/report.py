"""The class on one page: marks, what was put right, and what the class gets wrong."""

import json
from collections import Counter
from pathlib import Path

import jinja2
from chainrule.verdict import State

TEMPLATES = Path(__file__).parent / "templates"


def results(folder):
    """The kept results below a unit's folder, as dicts, in order of student."""
    files = sorted(Path(folder).glob("*/*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def summarize(unit, found, missing=(), page=None, given=()):
    """What the report shows of a unit's results: one row for each student.

    page(result): the address of a result's feedback page; given: what persons gave, as
    the gradebook has it.
    """
    given = dict(given)
    found = [marked_by_persons(result, given) for result in found]
    students = list(dict.fromkeys(result["student"] for result in found))
    rows = [_row(s, [r for r in found if r["student"] == s], page) for s in students]
    names = list(dict.fromkeys(v["question"] for r in rows for v in r["verdicts"]))
    questions = [_question(name, rows) for name in names]
    return {
        "unit": unit,
        "rows": rows,
        "missing": sorted(missing),
        "persons": [row for row in rows if row["person"]],
        "texts": sum(q["waiting"] for q in questions),
        "questions": questions,
        "out_of": sum(q["out_of"] for q in questions),
        "mean": sum(row["points"] for row in rows) / max(len(rows), 1),
    }


def marked_by_persons(result, given):
    """A result with the points that a person gave in place of the judge's."""

    def marked(verdict):
        points, stand = given.get((result["student"], verdict["question"]), (None, 0))
        if points is None:
            return verdict
        state = str(State.READ) if stand else verdict["state"]
        return {**verdict, "points": points, "state": state}

    verdicts = [marked(v) for v in result["verdicts"]]
    left = any(v["state"] == State.NEEDS_PERSON for v in verdicts)
    person = result["person"] if left else ""
    return {**result, "verdicts": verdicts, "person": person}


def _row(student, found, page):
    """A student's notebooks as one row."""
    verdicts = [v for result in found for v in result["verdicts"]]
    return {
        "student": student,
        "verdicts": verdicts,
        "points": sum(v["points"] for v in verdicts),
        "notes": [note for result in found for note in result["notes"]],
        "person": " ".join(result["person"] for result in found if result["person"]),
        "pages": [(r["notebook"].partition("_")[0], page(r)) for r in found if page],
    }


def _question(name, rows):
    verdicts = [v for r in rows for v in r["verdicts"] if v["question"] == name]
    told = Counter(v["advice"] for v in verdicts if v["advice"])
    marked = [v["points"] for v in verdicts if v["state"] != State.WAITS]
    return {
        "name": name,
        "out_of": verdicts[0]["out_of"],
        "right": sum(v["state"] == State.RIGHT for v in verdicts),
        "unwritten": sum(v["state"] == State.NOT_WRITTEN for v in verdicts),
        "waiting": len(verdicts) - len(marked),
        "mean": sum(marked) / len(marked) if marked else None,
        "told": told.most_common(3),
    }


def write_page(summary, path):
    """The summary as one self-contained HTML page."""
    loader = jinja2.FileSystemLoader([TEMPLATES, TEMPLATES / "chainrule_feedback"])
    environment = jinja2.Environment(loader=loader, autoescape=True)
    template = environment.get_template("report.html.j2")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template.render(**summary, State=State), encoding="utf-8")


def table(summary):
    """The summary as text: a line for each student."""
    width = max([len(row["student"]) for row in summary["rows"]] + [7])
    lines = [f"{'student':{width}}  points  questions"]
    for row in summary["rows"]:
        marks = " ".join(State(v["state"]).mark for v in row["verdicts"])
        note = " ".join([*row["notes"], row["person"]])
        note = note if len(note) < 96 else f"{note[:93]}..."
        lines.append(
            f"{row['student']:{width}}  {row['points']:6g}  {marks}  {note}".rstrip()
        )
    lines += [f"{student:{width}}  missing" for student in summary["missing"]]
    count, persons = len(summary["rows"]), len(summary["persons"])
    total = [f"{count} submissions", f"{persons} for a person"]
    mean = f"mean {summary['mean']:.1f} of {summary['out_of']:g} points"
    if summary["texts"]:
        total.append(f"{summary['texts']} texts to be read")
        mean += " so far"
    total += [f"{len(summary['missing'])} missing", mean]
    return "\n".join([*lines, ", ".join(total)])
