"""The one writer to nbgrader's gradebook, with the marks that autograde writes."""

import warnings

from chainrule.verdict import State
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from proctor.source.ids import question_of

# nbgrader adds a submission to its session a moment late; nothing is lost by it.
warnings.filterwarnings("ignore", "Object of type <Submitted")


class Marks:
    """An open gradebook, as a context manager; `commit` makes what is saved last."""

    def __init__(self, coursedir, config):
        self.url, self.config = coursedir.db_url, config
        self.gradebook = Gradebook(coursedir.db_url, coursedir.course_id)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gradebook.close()

    def commit(self):
        self.gradebook.db.commit()

    def has(self, unit):
        """Whether `nbgrader generate_assignment` has been run for this unit."""
        try:
            return bool(self.gradebook.find_assignment(unit).notebooks)
        except MissingEntry:
            return False

    def students(self):
        return [student.id for student in self.gradebook.students]

    def enroll(self, students):
        """Let the gradebook know students before they hand in anything, once it is
        committed."""
        unknown = sorted({*students} - {*self.students()})
        self.gradebook.db.add_all(Student(id=student) for student in unknown)
        self.gradebook.db.flush()

    def save(self, unit, result, timestamp=None):
        """A result's points and comments; what is for a person stays open."""
        self.gradebook.update_or_create_student(result.student)
        stamp = {"timestamp": parse_utc(timestamp)} if timestamp else {}
        submission = self.gradebook.update_or_create_submission(
            unit, result.student, **stamp
        )
        notebook = next(n for n in submission.notebooks if n.name == result.notebook)
        asked = self.questions(notebook.notebook_id)
        for row in notebook.grades:
            verdict = result.verdicts.get(asked[row.cell_id])
            open_ = verdict is None or verdict.state.open
            row.auto_score = None if open_ else verdict.points
            row.needs_manual_grade = open_ or row.manual_score is not None
        for row in notebook.comments:
            verdict = result.verdicts.get(asked[row.cell_id])
            unwritten = verdict is not None and verdict.state == State.NOT_WRITTEN
            row.auto_comment = "No response." if unwritten else None
        if submission.total_seconds_late > 0:
            self.commit()
            self.punish(unit, result)

    def questions(self, notebook):
        """{a cell's id: its question}, read at once: each row's name is a query."""
        found = self.gradebook.db.query(BaseCell.id, BaseCell.name)
        cells = found.filter(BaseCell.notebook_id == notebook)
        return {cell: question_of(name) for cell, name in cells}

    def rows(self, unit, *only):
        """(student, question, row) of every mark of a unit."""
        found = (
            self.gradebook.db.query(
                SubmittedAssignment.student_id, BaseCell.name, Grade
            )
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment)
            .join(Assignment)
            .filter(Assignment.name == unit, *only)
        )
        return [(student, question_of(name), row) for student, name, row in found]

    def given(self, unit):
        """What a person gave: {(student, question): (points, whether they stand)}.

        Points no longer stand for certain where a text was graded again since.
        """
        return {
            (student, question): (row.score, not row.needs_manual_grade)
            for student, question, row in self.rows(
                unit, Grade.manual_score.isnot(None)
            )
        }

    def punish(self, unit, result):
        """Apply the course's own rule for late work, through nbgrader."""
        where = {"assignment": unit, "student": result.student}
        where |= {"notebook": result.notebook, "db_url": self.url}
        late = AssignLatePenalties(config=self.config)
        late.preprocess(result.book, {"nbgrader": where})
