"""Where each mark in the gradebook comes from: release, seed, question and grader."""

import fnmatch
from itertools import groupby

from proctor.grading.batch import Batch
from proctor.grading.origin import versions
from proctor.grading.run import Stop, course_at, explained
from proctor.out.gradebook import Marks

UNKNOWN = "nothing is kept of how its marks were given"


def trace(folder, unit, only="*"):
    """Lines on every mark of a unit. Raises Stop."""
    coursedir, config = course_at(folder)
    with explained(), Marks(coursedir, config) as marks:
        if not marks.has(unit):
            raise Stop(
                f"The gradebook knows no marks of {unit}. "
                f"Grade it first: python -m proctor grade {unit}"
            )
        batch = Batch.of(coursedir, unit)
        of_one = lambda found: (found[0], found[2].notebook.name)  # noqa: E731
        rows = [r for r in marks.rows(unit) if fnmatch.fnmatch(r[0], only)]
        for (student, notebook), own in groupby(sorted(rows, key=of_one), of_one):
            kept = batch.last(student, notebook)
            yield f"{student}  {notebook}  {head(kept)}"
            if kept.get("origin"):
                scores = {question: row for _, question, row in own}
                yield from lines(scores, kept, versions(notebook))


def head(kept):
    """What a notebook's marks have in common."""
    if not kept.get("origin"):
        return UNKNOWN
    grader = kept["origin"]["grader"]
    return f"release {kept['release']}  seed {kept['seed']}  grader {grader}"


def lines(scores, kept, now):
    """One line for each question, in the bank's order."""
    width = max(map(len, scores))
    for verdict in kept["verdicts"]:
        name, row = verdict["question"], scores[verdict["question"]]
        version = kept["origin"]["questions"][name]
        told = [f"{row.score:g} of {verdict['out_of']:g}", f"question {version}"]
        if version != now[name]:
            told.append(f"since then it became {now[name]}")
        if row.manual_score is not None:
            told.append("given by a person")
        elif (row.auto_score or 0) != verdict["points"]:
            told.append(f"not from here, where it had {verdict['points']:g}")
        yield f"    {name:{width}}  {'  '.join(told)}"
