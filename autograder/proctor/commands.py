"""What each of the grader's commands does; what can't be done ends with a sentence."""

import contextlib
import sys
from dataclasses import replace
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from proctor.clean import line
from proctor.handin.files import Unreadable
from proctor.out import report
from proctor.source import build
from proctor.source.percent import SourceError
from proctor.whole import write_all, write_whole, zipped

COURSE = build.ROOT / "autograder"
SOME_LEFT = 3  # an exit status: the rest was done


def make(args):
    """Build the student notebooks, or run the solutions."""
    if not build.sources(unit=args.unit):
        sys.exit(f"There is no source below solutions/{args.unit}.")
    try:
        changed = getattr(build, args.command)(unit=args.unit)
    except (SourceError, CellExecutionError) as error:
        sys.exit(str(error))
    for path in changed:
        print(f"wrote {path.relative_to(build.ROOT)}")
    if not changed:
        print("everything is up to date")


def grade(args):
    """Grade a unit and write its report."""
    from proctor.grading import regrade
    from proctor.grading.run import Stop, run
    from proctor.room.server import USUAL

    known_unit(args.unit, args.notebook)
    way = regrade.dry_run if args.dry_run else run
    try:
        found = way(
            here(),
            args.unit,
            workers=args.workers,
            scheduler=args.scheduler,
            only=args.only,
            notebooks=args.notebook,
            force=args.force,
            limits=replace(USUAL, isolated=not args.unsafe_no_isolation),
        )
    except Stop as stop:
        sys.exit(str(stop))
    if args.dry_run:
        print("\n".join(regrade.told(found)))
        return
    print(report.table(found))
    pages(args, "" if args.notebook == "*" else args.unit)


def pages(args, one_notebook=""):
    """Write the course page from what is kept and what the gradebook says."""
    from proctor.grading.pages import write_pages
    from proctor.grading.run import Stop

    try:
        for path in write_pages(here(), one_notebook):
            print(f"wrote {path}")
    except Stop as stop:
        sys.exit(str(stop))


def origin(args):
    """Say where the marks of a unit come from."""
    from proctor.grading.run import Stop
    from proctor.grading.trace import trace

    known_unit(args.unit)
    try:
        for told in trace(here(), args.unit, args.only):
            print(told)
    except Stop as stop:
        sys.exit(str(stop))


def release(args):
    """Write what students get, as a folder, a zip file and a wheel."""
    from proctor.out.ready import NotReady
    from proctor.out.release import release as released

    about = build.course()
    try:
        for path in released(build.ROOT):
            print(f"wrote {path.relative_to(build.ROOT)}")
    except NotReady as stop:
        sys.exit(str(stop))
    print(
        f"Next: put the folder's files into github.com/{about['owner']}/{about['repo']}"
        f" and tag them {about['tag']}: badges and set-up cells lead there."
    )


def here():
    """The course folder that a command works in."""
    return Path.cwd() if Path("nbgrader_config.py").exists() else COURSE


def collect(args):
    """Put what was handed in where it is graded."""
    from proctor.grading.run import Stop, explained, locked
    from proctor.lms import roster
    from proctor.lms.collect import Collection

    known_unit(args.unit)
    try:
        who = roster.read(args.roster) if args.roster else None
        with locked(here()), explained():
            collection = Collection(here(), args.unit, who)
            collection.add(*args.archive, within=lambda: enrolled(who))
    except (Stop, Unreadable) as stop:
        sys.exit(str(stop))
    found = collection.found
    students = len({student for student, _ in found.placed})
    for note in [*found.notes, *found.left]:
        print(line(note))
    if found.twice:
        same = "1 file is" if found.twice == 1 else f"{found.twice} files are"
        print(f"{same} the same as another of the same student.")
    print(
        f"{len(found.placed)} new files of {students} students, {len(found.left)} left"
    )
    if who:
        print(collection.lacking())
    if found.left:
        sys.exit(SOME_LEFT)


@contextlib.contextmanager
def enrolled(who):
    """Let the gradebook know the students of a roster, or none of them."""
    from proctor.grading.run import course_at
    from proctor.out.gradebook import Marks

    if not who:
        yield
        return
    with Marks(*course_at(here())) as marks:
        marks.enroll(who.ids)
        yield
        marks.commit()


def export(args):
    """Fill a table of the LMS with a unit's marks, and pack the feedback."""
    from proctor.grading.run import Stop, course_at, explained
    from proctor.lms import export as tables
    from proctor.lms import feedback
    from proctor.lms.collect import Collection
    from proctor.lms.given import given as given_for
    from proctor.lms.record import told_late
    from proctor.out.current import Versions

    known_unit(args.unit)
    folder = here() / "exported" / args.unit
    if args.to == "gradescope-autograder":
        autograder(args, folder / "autograder.zip")
        return
    if args.to != "csv" and not args.table:
        sys.exit(f"Give the table that {args.to} handed out: --table FILE.")
    coursedir, _ = course_at(here())
    try:
        with explained():
            kept = report.results(here() / "results" / args.unit)
            given = given_for(coursedir.db_url, args.unit, kept, args.notebook)
            if args.to == "csv":
                name, found = "marks.csv", tables.plain(given)
            else:
                name = args.table.name
                found = tables.filled(args.table, args.to, given, args.column)
            record = Collection(here(), args.unit).record
            is_current = Versions(coursedir, args.unit).is_current
    except Stop as stop:
        sys.exit(str(stop))
    pages = feedback.pages(here(), args.unit, record, args.notebook, is_current)
    late = told_late(record)
    for told in [*found.changed, *found.told, *late, *pages.told(args.unit)]:
        print(line(told))
    if args.dry_run:
        print("Nothing was written.")
        return
    files = {folder / name: found.text}
    if pages.found:
        files[folder / "feedback.zip"] = feedback.packed(pages.found)
    write_all(files)
    for path in files:
        print(f"wrote {path}")


def autograder(args, path):
    """Write the zip file that grades a unit at Gradescope."""
    from proctor.lms.gradescope import SCRIPTS, contents

    try:
        files = contents(args.unit, args.table)
    except Unreadable as stop:
        sys.exit(str(stop))
    if args.dry_run:
        print("Nothing was written.")
        return
    write_whole(path, zipped(files, programs=SCRIPTS))
    print(f"wrote {path}")


def gradescope(args):
    """Grade an upload in Gradescope's container."""
    from proctor.grading.gradescope import NoRoom, run

    try:
        run(args.unit)
    except (NoRoom, OSError) as stop:
        sys.exit(str(stop))


def known_unit(unit, notebook="*"):
    """End with a sentence where there is no such unit, or no such notebook in it."""
    there = [path.stem for path in build.sources(unit=unit)]
    if not there:
        units = ", ".join(sorted({path.parent.name for path in build.sources()}))
        sys.exit(f"There is no unit {unit}. The units are: {units}.")
    if notebook not in ("*", *there):
        sys.exit(f"{unit} has no notebook {notebook}. It has: {', '.join(there)}.")
