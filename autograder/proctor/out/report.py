"""A unit's class: marks, what was put right, and what the class gets wrong."""

import json
from collections import defaultdict
from pathlib import Path

from chainrule.verdict import State

from proctor.handin.files import Unreadable
from proctor.handin.find import ABSENT
from proctor.out.measures import question


def results(folder):
    """The kept results below a unit's folder, as dicts, in order of student.
    Raises Unreadable."""
    for path in sorted(Path(folder).glob("*/*.json")):
        try:
            yield slim(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError):
            raise Unreadable(
                f"{path} is damaged. Delete it and grade the unit again: "
                "this one is graded anew."
            ) from None


def slim(kept):
    """What a report needs of a kept result; there are many."""
    origin, seconds = kept.get("origin") or {}, kept.get("seconds") or {}
    came = bool(origin.get("file", True) or kept["person"])
    for verdict in kept["verdicts"]:
        name = verdict["question"]
        verdict |= {"came": came, "seconds": seconds.get(name) if came else None}
        if not verdict["advice"]:
            verdict["story"] = ""
    names = ("student", "notebook", "person", "notes", "verdicts")
    return {
        **{name: kept[name] for name in names},
        "release": kept.get("release", ""),
        "came": came,
        "isolated": origin.get("isolated", True),
    }


def feedback_page(unit):
    """Where `nbgrader generate_feedback` puts a result's page, seen from the report."""
    return lambda r: f"../feedback/{r['student']}/{unit}/{r['notebook']}.html"


def summarize(unit, found, missing=(), page=None, given=()):
    """What the report shows of a unit's results: one row for each student.

    page(result): the address of a result's feedback page; given: what persons gave, as
    the gradebook has it.
    """
    given = dict(given)
    found = list(found)
    nobodys = nobody_handed_in(found)
    by_student = defaultdict(list)
    for result in found:
        by_student[result["student"]].append(marked_by_persons(result, given))
    rows = [_row(*one, page, nobodys) for one in by_student.items()]
    asked = defaultdict(list)
    for row in rows:
        for verdict in row["verdicts"]:
            asked[verdict["question"]].append((row, verdict))
    questions = [question(*one) for one in asked.items()]
    releases = {r["release"] for several in by_student.values() for r in several}
    return {
        "unit": unit,
        "rows": rows,
        "missing": sorted(missing),
        "nobodys": nobodys,
        "persons": [row for row in rows if row["person"]],
        "texts": sum(q["waiting"] for q in questions),
        "questions": questions,
        "out_of": sum(q["out_of"] for q in questions),
        "mean": sum(row["points"] for row in rows) / max(len(rows), 1),
        "releases": sorted(releases - {""}),
    }


def nobody_handed_in(found):
    """The notebooks among results that no student handed in."""
    names = {result["notebook"] for result in found}
    return sorted(names - {r["notebook"] for r in found if r["came"]})


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


def _row(student, found, page, nobodys):
    """A student's notebooks as one row. What is said of each question and file leaves
    out the notebooks that are nobody's: that is said once."""
    some = [result for result in found if result["notebook"] not in nobodys]
    absent = {ABSENT.format(name) for name in nobodys}
    verdicts = [v for result in found for v in result["verdicts"]]
    judged = [v for v in verdicts if not is_open(v)]
    return {
        "student": student,
        "verdicts": verdicts,
        "shown": [v for result in some for v in result["verdicts"]],
        "points": sum(v["points"] for v in verdicts),
        "earned": sum(v["points"] for v in judged),
        "judged": sum(v["out_of"] for v in judged),
        "waiting": sum(v["state"] == State.WAITS for v in verdicts),
        "notes": [n for result in found for n in result["notes"] if n not in absent],
        "person": " ".join(result["person"] for result in found if result["person"]),
        "isolated": all(result["isolated"] for result in found),
        "lacking": [result["notebook"] for result in some if not result["came"]],
        "pages": [(r["notebook"].partition("_")[0], page(r)) for r in found if page],
    }


def is_open(verdict):
    """Whether a person has still to give the points."""
    return verdict["state"] in (State.WAITS, State.NEEDS_PERSON)


def table(summary):
    """The summary as text: a line for each student."""
    width = max([len(row["student"]) for row in summary["rows"]] + [7])
    lines = [f"{'student':{width}}  points  questions"]
    for row in summary["rows"]:
        marks = " ".join(State(v["state"]).mark for v in row["shown"])
        note = " ".join(row["notes"])
        note = note if len(note) < 96 else f"{note[:93]}..."
        note = f"{row['person']} {note}".strip()
        lines.append(
            f"{row['student']:{width}}  {row['points']:6g}  {marks}  {note}".rstrip()
        )
    lines += [f"{student:{width}}  missing" for student in summary["missing"]]
    seen = {v["state"] for row in summary["rows"] for v in row["shown"]}
    if seen:
        lines.append(", ".join(f"{s.mark} {s}" for s in State if s in seen))
    if summary["nobodys"]:
        lines.append(f"Nobody handed in {', '.join(summary['nobodys'])}.")
    count, persons = len(summary["rows"]), len(summary["persons"])
    submissions = "1 submission" if count == 1 else f"{count} submissions"
    total = [submissions, f"{persons} for a person"]
    mean = f"mean {summary['mean']:.1f} of {summary['out_of']:g} points"
    if summary["texts"]:
        total.append(f"{summary['texts']} texts to be read")
        mean += " so far"
    total += [f"{len(summary['missing'])} missing", mean]
    return "\n".join([*lines, ", ".join(total)])
