"""The whole course in one command: python -m sample.course

Builds every notebook, runs each one unanswered and solved, then grades a class of
thirty that hands in all of them, and holds the marks to `class.toml`. Prints what each
stage took.
"""

import contextlib
import itertools
import json
import shutil
import sys
import time
import tomllib
import zlib
from pathlib import Path

from chainrule.questions import NOTEBOOKS
from corpus.catalogue import judged, sources
from corpus.handins import filled_in, put, right_answers
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from proctor.grading.batch import Batch
from proctor.grading.run import run
from proctor.source import build
from proctor.whole import write_whole

HERE = Path(__file__).parent
COURSE = HERE.parent / "demo" / "course"
STUDENTS = [f"s{number:02}" for number in range(1, 31)]
RIGHT, SOME_WRONG, HALF, ALL_WRONG, UNTOUCHED = 10, 20, 24, 28, 29


def answers(notebook, number):
    """What student `number` of 1 to 29 writes in a notebook, by question."""
    if number == UNTOUCHED:
        return {}
    written = dict(right_answers(notebook))
    names = [*judged(notebook)]
    for place, name in enumerate(names):
        right = sources(notebook, name, "right")
        wrong = sources(notebook, name, "wrong")
        written[name] = right[number % len(right)]
        some = RIGHT < number <= SOME_WRONG and (place + number) % 3 == 0
        if some or HALF < number <= ALL_WRONG:
            written[name] = wrong[number % len(wrong)]
    if SOME_WRONG < number <= HALF:
        for name in names[len(names) // 2 :]:
            del written[name]
    return written


def hand_in():
    """Write what the class hands in; the thirtieth hands in nothing."""
    for notebook in NOTEBOOKS:
        for number, student in enumerate(STUDENTS[:-1], 1):
            book = filled_in(notebook, answers(notebook, number))
            for cell in book.cells:
                cell.source = cell.source.replace(
                    'STUDENT = ""', f"STUDENT = {json.dumps(student)}"
                )
            put(COURSE, student, notebook, book)


def fix_cases(unit):
    """Let each hand-in meet the same cases in every run: kept as if graded before."""
    batch = Batch(COURSE / "submitted", unit, COURSE)
    for student, notebook in itertools.product(batch.students, batch.released):
        job = batch.new_job(student, notebook)
        seed = zlib.crc32(f"{student} {notebook}".encode())
        kept = json.dumps({"digest": job.digest, "seed": seed})
        write_whole(batch.result_file(student, notebook), kept)


def run_unanswered(path):
    """Run a notebook as students get it. Raises where one of its cells fails."""
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(build.student(path), timeout=120, resources=where).execute()


def run_solved(path):
    """Run a notebook with its own answers; the questions that its checks refuse."""
    book = build.solution(path)
    checks = [cell for cell in book.cells if cell.id.startswith("check-")]
    return [cell.id for cell in checks if "✓" not in str(cell.outputs)]


def marks(unit):
    """{notebook: {student: points}}; points for texts, which a person gives, aside."""
    found = {}
    with Gradebook(f"sqlite:///{COURSE / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(unit):
            for notebook in submission.notebooks:
                points = sum(row.auto_score or 0 for row in notebook.grades)
                found.setdefault(notebook.name, {})[submission.student.id] = points
    return found


def differences(found):
    """Sentences for every mark that is not what the manifest says."""
    manifest = tomllib.loads((HERE / "class.toml").read_text(encoding="utf-8"))
    for notebook, points in found.items():
        for student, fair in zip(STUDENTS, manifest[notebook], strict=True):
            given = points.get(student, 0)
            if abs(given - fair) > 1e-9:
                yield f"{notebook}: {student} has {given:g} points, not {fair:g}."


@contextlib.contextmanager
def stage(title):
    """Print what a stage took."""
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:7.1f} s  {title}", flush=True)


def main():
    units = sorted({path.parent.name for path in build.sources()})
    shutil.rmtree(COURSE, ignore_errors=True)
    COURSE.mkdir(parents=True)
    shutil.copy(HERE.parent / "nbgrader_config.py", COURSE)
    off = []
    with stage("build all notebooks"):
        build.build()
    for path in build.sources():
        with stage(f"run {path.stem}, unanswered"):
            run_unanswered(path)
        with stage(f"run {path.stem}, solved"):
            off += [f"{path.stem}: {cell} is not right" for cell in run_solved(path)]
    with stage("write what 30 students hand in"):
        hand_in()
    for unit in units:
        fix_cases(unit)
        with stage(f"grade {unit}"):
            run(COURSE, unit, workers=2)
        off += differences(marks(unit))
    if off:
        sys.exit("\n".join(["Not as it should be:", *off]))
    print("All notebooks run, and all marks are as class.toml says.")


if __name__ == "__main__":
    main()
