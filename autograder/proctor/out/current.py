"""Whether a feedback page still says what the graded notebook and its marks say."""

import hashlib
from collections import defaultdict
from pathlib import Path

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)

MARK, HEAD = '<meta name="version" content="{}">', 2000  # stands in a page's head
SAYS = {
    Grade: [
        Grade.auto_score,
        Grade.manual_score,
        Grade.extra_credit,
        Grade.needs_manual_grade,
        SubmittedNotebook.late_submission_penalty,
    ],
    Comment: [Comment.comment],
}


class Versions:
    """The versions of what a unit's feedback pages are made of."""

    def __init__(self, coursedir, unit):
        self.coursedir, self.unit = coursedir, unit
        self.said = defaultdict(list)
        with Gradebook(coursedir.db_url) as gradebook:
            for kind, columns in SAYS.items():
                where = (SubmittedAssignment.student_id, Notebook.name, BaseCell.name)
                rows = (
                    gradebook.db.query(*where, *columns)
                    .select_from(kind)
                    .join(kind.cell)
                    .join(kind.notebook)
                    .join(SubmittedNotebook.assignment)
                    .join(SubmittedNotebook.notebook)
                    .filter(Notebook.assignment.has(name=unit))
                )
                for student, notebook, *row in rows.order_by(BaseCell.name):
                    self.said[student, notebook].append(row)

    def path(self, folder, student, notebook):
        return Path(self.coursedir.format_path(folder, student, self.unit), notebook)

    def of(self, student, notebook):
        """A digest of a graded notebook, its points and its comments."""
        graded = self.path(
            self.coursedir.autograded_directory, student, f"{notebook}.ipynb"
        )
        raw = graded.read_bytes() if graded.exists() else b""
        said = repr(self.said[student, notebook]).encode()
        return hashlib.sha256(raw + said).hexdigest()[:12]

    def is_current(self, student, notebook):
        """Whether the page was made from what is there now."""
        page = self.path(self.coursedir.feedback_directory, student, f"{notebook}.html")
        if not page.exists():
            return False
        with page.open(encoding="utf-8", errors="replace") as file:
            return f'"{self.of(student, notebook)}"' in file.read(HEAD)
