"""Feedback pages in a zip file, under the names that an LMS takes them back by."""

from pathlib import Path

from proctor.handin.find import base_name
from proctor.whole import write_zip


def pages(course, unit, record):
    """({name in the zip: path}, the students without a page).

    record: what was collected, by student and a file's base name.
    """
    found, without = {}, []
    for student, files in sorted(record.items()):
        home = Path(course) / "feedback" / student / unit
        there = {base_name(path.stem): path for path in sorted(home.glob("*.html"))}
        for base, file in sorted(files.items()):
            if base in there:
                found[_returned(file["came"])] = there[base]
        if not there:
            without.append(student)
    return found, without


def _returned(came):
    """A handed-in file's name as the LMS gave it, for its page."""
    *folders, name = came
    return "/".join([*folders[-1:], f"{name.removesuffix('.ipynb')}.html"])


def packed(found, path):
    """Write the zip file."""
    write_zip(path, {name: page.read_bytes() for name, page in found.items()})
