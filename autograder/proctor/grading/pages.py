"""The course page, from all that is kept and what the gradebook says."""

from pathlib import Path

from proctor.grading.run import Stop, course_at, explained
from proctor.out import course, report
from proctor.out.gradebook import Marks


def write_pages(folder):
    """Write the course page, with ids and without; their paths. Raises Stop."""
    coursedir, config = course_at(folder)
    kept = sorted((Path(folder) / "results").glob("*/"))
    if not kept:
        raise Stop(
            "Nothing is graded yet. Grade a unit first: python -m proctor grade UNIT"
        )
    with explained(), Marks(coursedir, config) as marks:
        known = marks.students()
        found = [of_unit(home, marks, known) for home in kept]
        pages = {True: "course.html", False: "course-without-ids.html"}
        paths = {ids: Path(folder) / "report" / name for ids, name in pages.items()}
        for ids, path in paths.items():
            course.write(found, path, ids)
    return [*paths.values()]


def of_unit(home, marks, known):
    """The summary of a unit's kept results."""
    handed_in = {path.name for path in home.iterdir()}
    missing = {*known} - handed_in
    page = report.feedback_page(home.name)
    given = marks.given(home.name)
    return report.summarize(home.name, report.results(home), missing, page, given)
