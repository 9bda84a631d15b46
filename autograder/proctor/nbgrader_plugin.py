"""What nbgrader's own configuration points are given: `configure(c)` does it all.

`nbgrader autograde` then stages what came back, runs each submission in a room, and
writes the verdicts where its reports, feedback and exports look for them.
"""

import contextlib
from dataclasses import replace

from chainrule.verdict import State
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.api import Gradebook
from nbgrader.converters import NbGraderException
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ComputeChecksums,
    GetGrades,
    LockCells,
    NbGraderPreprocessor,
    SaveAutoGrades,
    SaveCells,
)
from traitlets import Bool

from proctor.clean import quoted
from proctor.grading.batch import Batch
from proctor.grading.grade import room_for
from proctor.grading.run import PASSED_OVER, Stop, locked
from proctor.handin.match import marked
from proctor.out.course import TEMPLATES
from proctor.out.current import MARK, Versions
from proctor.room.sandbox import NoRoom
from proctor.room.server import USUAL
from proctor.source.build import ROOT
from proctor.source.ids import question_of
from proctor.source.percent import blank, stub


def configure(c):
    """Set nbgrader's traits; the one line that nbgrader_config.py needs."""
    c.CourseDirectory.source_directory = str(ROOT / "autograder" / "build" / "source")
    c.CourseDirectory.release_directory = "build/release"
    c.GenerateAssignment.preprocessors = [
        StubAnswers,
        LockCells,
        ComputeChecksums,
        SaveCells,
        CheckCellMetadata,
    ]
    c.FeedbackPage.template_name = "chainrule_feedback"
    c.FeedbackPage.extra_template_basedirs = [str(TEMPLATES)]
    c.GenerateFeedback.exporter_class = FeedbackPage
    c.GenerateFeedback.preprocessors = [GetMarks, CSSHTMLHeaderPreprocessor]
    c.Autograde.exporter_class = StagedExporter
    c.Autograde.sanitize_preprocessors = [CheckCellMetadata]
    c.Autograde.autograde_preprocessors = [
        JudgeInRoom,
        SaveVerdicts,
        AssignLatePenalties,
        CheckCellMetadata,
    ]


class StubAnswers(NbGraderPreprocessor):
    """Empty the answers as the student notebook has them."""

    def preprocess_cell(self, cell, resources, index):
        if marked(cell, "solution"):
            empty = blank if cell.cell_type == "markdown" else stub
            cell.source = empty(cell.source)
        return cell, resources


class FeedbackPage(HTMLExporter):
    """Has a template of its own: the formgrader's pages keep theirs. Before the first
    conversion, nbgrader is left only the pages that aren't there or are out of date."""

    def __init__(self, parent=None, **kwargs):
        super().__init__(parent=parent, **kwargs)
        self.versions = Versions(parent.coursedir, parent.coursedir.assignment_id)
        if not parent.force:
            old = {
                folder: books
                for folder, books in parent.assignments.items()
                if not all(self.is_current(parent, book) for book in books)
            }
            current = len(parent.assignments) - len(old)
            parent.log.info("Pages of %d students are up to date.", current)
            parent.assignments = old
            parent.force = True

    def is_current(self, parent, book):
        where = parent.init_single_notebook_resources(book)["nbgrader"]
        return self.versions.is_current(where["student"], where["notebook"])

    def version(self, student, notebook):
        """What a page says of the version that it is made from."""
        return MARK.format(self.versions.of(student, notebook))

    def _create_environment(self):
        environment = super()._create_environment()
        environment.globals.update(
            State=State, question_of=question_of, version=self.version
        )
        return environment


class StagedExporter(NotebookExporter):
    """Before the first conversion, put what came back in order, and let nbgrader
    read that in place of the submitted folder, which stays as it is."""

    isolated = Bool(True, help="Whether submissions are graded in rooms").tag(
        config=True
    )

    def __init__(self, parent=None, **kwargs):
        super().__init__(parent=parent, **kwargs)
        try:
            self.lock = contextlib.ExitStack()
            self.lock.enter_context(locked(parent.coursedir.root))
            limits = replace(USUAL, isolated=self.isolated)
            self.batch = Batch.of(
                parent.coursedir,
                parent.coursedir.assignment_id,
                parent.coursedir.student_id,
                parent.coursedir.notebook_id,
                limits,
            )
            for notebook in self.batch.released:
                room_for(notebook, limits)
            for name in self.batch.passed_over:
                parent.log.warning(PASSED_OVER.format(quoted(name)))
            self.batch.stage()
        except (NoRoom, FileNotFoundError, Stop) as error:
            parent.log.error(str(error))
            raise NbGraderException(str(error)) from None
        parent.coursedir.submitted_directory = str(self.batch.folder)
        parent.init_notebooks()


class JudgeInRoom(NbGraderPreprocessor):
    """Takes Execute's place: cells run in a room, checks get their verdicts."""

    def preprocess(self, book, resources):
        where = resources["nbgrader"]
        batch, one = self.parent.batch, (where["student"], where["notebook"])
        result, _ = batch.finished(batch.grade(*one))
        if result.person:
            self.log.warning("%s, %s needs a person: %s", *one, result.person)
        return result.book, resources


class GetMarks(GetGrades):
    """Fetch points and comments for feedback, and whether a person gave them."""

    def _get_score(self, cell, resources):
        super()._get_score(cell, resources)
        row = self.gradebook.find_grade(
            cell.metadata.nbgrader.grade_id,
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        if row.manual_score is not None and not row.needs_manual_grade:
            cell.metadata["verdict"] = str(State.READ)


class SaveVerdicts(SaveAutoGrades):
    """Write points; a verdict that needs a person leaves the score open, not zero."""

    def preprocess(self, book, resources):
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(
                where["notebook"], where["assignment"], where["student"]
            )
            for row in submission.grades:
                row.auto_score, row.needs_manual_grade = None, True
            gradebook.db.commit()
        graded = [cell for cell in book.cells if "verdict" in cell.metadata]
        self.states = {
            question_of(cell.metadata.nbgrader.grade_id): cell.metadata.verdict
            for cell in graded
        }
        return super().preprocess(book, resources)

    def _add_score(self, cell, resources):
        super()._add_score(cell, resources)
        if "needs-a-person" in cell.metadata.get("tags", []):
            row = self.gradebook.find_grade(
                cell.metadata.nbgrader.grade_id,
                self.notebook_id,
                self.assignment_id,
                self.student_id,
            )
            row.auto_score, row.needs_manual_grade = None, True
            self.gradebook.db.commit()

    def _add_comment(self, cell, resources):
        name = cell.metadata.nbgrader.grade_id
        comment = self.gradebook.find_comment(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        unwritten = self.states.get(question_of(name)) == State.NOT_WRITTEN
        comment.auto_comment = "No response." if unwritten else None
        self.gradebook.db.commit()
