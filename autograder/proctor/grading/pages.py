"""The course page, from all that is kept and what the gradebook says."""

from pathlib import Path

from proctor.grading.run import Stop, course_at, explained
from proctor.out import course, report
from proctor.out.gradebook import Marks


def write_pages(folder, one_notebook=""):
    """Write the course page, with ids and without; their paths. Raises Stop.

    one_notebook: a unit of which one was set: what nobody handed in is left out.
    """
    coursedir, config = course_at(folder)
    kept = sorted((Path(folder) / "results").glob("*/"))
    if not kept:
        raise Stop(
            "Nothing is graded yet. Grade a unit first: python -m proctor grade UNIT"
        )
    with explained(), Marks(coursedir, config) as marks:
        known = marks.students()
        found = [
            of_unit(home, marks, known, home.name == one_notebook) for home in kept
        ]
        pages = {True: "course.html", False: "course-without-ids.html"}
        paths = {ids: Path(folder) / "report" / name for ids, name in pages.items()}
        for ids, path in paths.items():
            course.write(found, path, ids)
    return [*paths.values()]


def of_unit(home, marks, known, one_notebook=False):
    """The summary of a unit's kept results."""
    found = list(report.results(home))
    if one_notebook:
        nobodys = report.nobody_handed_in(found)
        found = [r for r in found if r["notebook"] not in nobodys] or found
    handed_in = {path.name for path in home.iterdir()}
    missing = {*known} - handed_in
    page = report.feedback_page(home.name)
    given = marks.given(home.name)
    return report.summarize(home.name, found, missing, page, given)
