"""Grade a unit into nbgrader's gradebook without its kernels: `proctor grade`.

The marks are those of `nbgrader autograde`; feedback and export work as usual.
"""

import contextlib
import fcntl
import fnmatch
import signal
import sys
import time
from pathlib import Path

import sqlalchemy
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm
from traitlets.config.loader import PyFileConfigLoader

from proctor.clean import quoted
from proctor.grading.batch import Batch, released
from proctor.grading.grade import room_for
from proctor.grading.scale import NoCluster, grade_all
from proctor.handin.files import Unreadable
from proctor.out import report
from proctor.out.gradebook import Marks
from proctor.room.sandbox import NoRoom
from proctor.room.server import USUAL
from proctor.source.build import build
from proctor.whole import unwritten, write_whole

PASSED_OVER = (
    "The folder {} was passed over: a name with such characters can't be an id. "
    "Rename it, then run again."
)


class Stop(Exception):
    """The run can't go on; the message says why and what to do."""


@contextlib.contextmanager
def locked(course):
    """Hold the course's lock: two runs at once would write over each other."""
    path = Path(course) / "build" / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(
                "Another grading run is at work in this course. "
                "Wait until it has ended, then run again."
            ) from None
        yield


def course_at(folder):
    """nbgrader's view of a course folder: its configuration and its directories."""
    config = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    return CourseDirectory(config=config), config


def run(
    folder,
    unit,
    *,
    workers=1,
    scheduler="",
    only="*",
    notebooks="*",
    force=False,
    limits=USUAL,
):
    """Grade a unit; the summary of its report. Raises Stop."""
    coursedir, config = course_at(folder)
    with locked(folder), explained(), Marks(coursedir, config) as marks:
        if not marks.has(unit):
            assign(unit, marks, coursedir, config)
        batch = Batch.of(coursedir, unit, only, notebooks, limits)
        with graded(batch, force, workers, scheduler) as results:
            write(results, batch, marks, coursedir)
        for name in batch.passed_over:
            print(PASSED_OVER.format(quoted(name)))
        missing = {*fnmatch.filter(marks.students(), only)} - {*batch.students}
        kept = report.results(batch.results / unit)
        found = [one for one in kept if one["notebook"] in batch.released]
        return report.summarize(unit, found, missing, given=marks.given(unit))


@contextlib.contextmanager
def graded(batch, force, workers, scheduler):
    """The results of what is to be graded, as they come. Raises NoRoom."""
    waiting = batch.waiting(force)
    if not scheduler:
        for notebook in sorted({notebook for _, notebook in waiting}):
            room_for(notebook, batch.limits)
    done = len(batch.students) * len(batch.released) - len(waiting)
    if done:
        print(f"{done} are graded already, {len(waiting)} are not; --force regrades.")
    jobs = (batch.job(*pair) for pair in waiting)
    with contextlib.closing(grade_all(jobs, workers, scheduler)) as results:
        yield tqdm(results, total=len(waiting), unit="notebook", file=sys.stdout)


def assign(unit, marks, coursedir, config):
    """Build a unit that the gradebook does not know, and assign it. Raises Stop."""
    released(unit)
    print(f"The gradebook does not know {unit} yet: building and assigning it.")
    build(unit=unit)
    marks.commit()  # what has been read ends here, so that what comes is seen
    done = NbGraderAPI(coursedir, config=config).generate_assignment(unit)
    if not done["success"]:
        said = done.get("error") or done.get("log")
        raise Stop(f"{unit} can't be assigned:\n{said}")


def write(results, batch, marks, coursedir):
    """Keep results as they come: marks, notebook, and last the note that it is done."""
    unsaved, since = [], time.monotonic()
    try:
        for result in results:
            result, text = batch.finished(result)
            with unhurried():
                marks.save(batch.unit, result, batch.timestamp(result.student))
                unsaved.append((result, text))
                if time.monotonic() - since > 1:
                    unsaved, since = store(unsaved, batch, marks, coursedir)
    except sqlalchemy.exc.SQLAlchemyError:
        unsaved = []  # the next run grades these again
        raise
    finally:
        with unhurried():
            store(unsaved, batch, marks, coursedir)


@contextlib.contextmanager
def unhurried():
    """Let Ctrl-C wait until what is being written has been written."""
    asked = []
    before = signal.signal(signal.SIGINT, lambda *_: asked.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt


def store(unsaved, batch, marks, coursedir):
    """Put what was graded where no later end of the run can lose it."""
    if unsaved:
        marks.commit()
    for result, text in unsaved:
        folder = coursedir.format_path(
            coursedir.autograded_directory, result.student, batch.unit
        )
        write_whole(Path(folder) / f"{result.notebook}.ipynb", text)
        batch.keep(result, saved=True)
    return [], time.monotonic()


@contextlib.contextmanager
def explained():
    """Turn what can go wrong around a run into a sentence; what was graded stays."""
    try:
        yield
    except (NoRoom, NoCluster, FileNotFoundError, Unreadable) as error:
        raise Stop(str(error)) from None
    except sqlalchemy.exc.OperationalError as error:
        raise Stop(
            f"The gradebook can't be used ({error.orig}). Is it open in another "
            "program? Close it there, then run again: what was done so far is kept."
        ) from None
    except OSError as error:
        raise Stop(unwritten(error)) from None
