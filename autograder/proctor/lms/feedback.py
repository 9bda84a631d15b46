"""Feedback pages in a zip file, under the names that an LMS takes them back by."""

from dataclasses import dataclass, field
from pathlib import Path

from proctor.handin.find import base_name
from proctor.whole import zipped


@dataclass
class Pages:
    """found: {name in the zip: path}; without, old: students who have no page, or one
    that says other than their marks."""

    found: dict[str, Path] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    old: list[str] = field(default_factory=list)

    def told(self, unit):
        """Sentences on the pages that have to be made."""
        for who, what in [
            (self.without, "No feedback page yet"),
            (self.old, "A feedback page older than the mark"),
        ]:
            if who:
                remedy = f"Make it with: nbgrader generate_feedback {unit}"
                yield f"{what}: {', '.join(who)}. {remedy}"


def pages(course, unit, record, notebook, is_current):
    """The Pages of what was collected, by student and a file's base name: `record`.

    is_current(student, notebook): whether the page says what the marks say.
    """
    pages = Pages()
    for student, files in sorted(record.items()):
        home = Path(course) / "feedback" / student / unit
        there = {base_name(p.stem): p for p in sorted(home.glob(f"{notebook}.html"))}
        for base, file in sorted(files.items()):
            if base in there:
                pages.found[_returned(file["came"])] = there[base]
        if not there:
            pages.without.append(student)
        if not all(is_current(student, path.stem) for path in there.values()):
            pages.old.append(student)
    return pages


def _returned(came):
    """A handed-in file's name as the LMS gave it, for its page."""
    *folders, name = came
    return "/".join([*folders[-1:], f"{name.removesuffix('.ipynb')}.html"])


def packed(found):
    """The zip file's bytes."""
    return zipped({name: page.read_bytes() for name, page in found.items()})
