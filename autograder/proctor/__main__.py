"""The grader's commands: python -m proctor COMMAND."""

import argparse
import os
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from proctor.clean import line
from proctor.handin.files import Unreadable
from proctor.out import report
from proctor.source import build
from proctor.source.percent import SourceError
from proctor.whole import put

COURSE = build.ROOT / "autograder"


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
    except KeyboardInterrupt:
        sys.exit("Stopped. What was graded is kept; run again to go on.")
    if args.dry_run:
        print("\n".join(regrade.told(found)))
        return
    print(report.table(found))
    pages(args)


def pages(args):
    """Write the course page from what is kept and what the gradebook says."""
    from proctor.grading.pages import write_pages
    from proctor.grading.run import Stop

    try:
        for path in write_pages(here()):
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


def here():
    """The course folder that a command works in."""
    return Path.cwd() if Path("nbgrader_config.py").exists() else COURSE


def collect(args):
    """Put what was handed in where it is graded."""
    from proctor.grading.run import Stop, alone
    from proctor.lms import roster
    from proctor.lms.collect import Collection

    known_unit(args.unit)
    try:
        who = roster.read(args.roster) if args.roster else None
        with alone(here()):
            collection = Collection(here(), args.unit, who)
            for path in args.archive:
                collection.add(path)
    except (Stop, Unreadable) as stop:
        sys.exit(str(stop))
    except OSError as error:
        sys.exit(f"{error.filename or 'The disk'}: {error.strerror}. Then run again.")
    found = collection.found
    students = len({student for student, _ in found.placed})
    for note in [*found.notes, *found.left]:
        print(line(note))
    print(
        f"{len(found.placed)} new files of {students} students, {len(found.left)} left"
    )
    if found.left:
        sys.exit(1)


def export(args):
    """Fill a table of the LMS with a unit's marks, and pack the feedback."""
    from proctor.grading.run import course_at
    from proctor.lms import export as tables
    from proctor.lms import feedback
    from proctor.lms.collect import Collection

    known_unit(args.unit)
    coursedir, _ = course_at(here())
    folder = here() / "exported" / args.unit
    try:
        given = tables.marks(coursedir.db_url, args.unit)
        if args.to == "csv":
            name, found = "marks.csv", tables.Filled(tables.plain(args.unit, given))
        elif not args.table:
            sys.exit(f"Give the table that {args.to} handed out: --table FILE.")
        else:
            name = args.table.name
            found = tables.filled(args.table, args.to, args.unit, given, args.column)
        record = Collection(here(), args.unit).record
    except Unreadable as stop:
        sys.exit(str(stop))
    pages, without = feedback.pages(here(), args.unit, record)
    for told in [*found.changed, *found.told]:
        print(line(told))
    if without:
        print(f"{len(without)} students have no feedback page. Make them first with: "
              f"nbgrader generate_feedback {args.unit}")  # fmt: skip
    if args.dry_run:
        print("Nothing was written.")
        return
    put(folder / name, found.text)
    print(f"wrote {folder / name}")
    if pages:
        feedback.packed(pages, folder / "feedback.zip")
        print(f"wrote {folder / 'feedback.zip'}")


def known_unit(unit):
    """End with a sentence where there is no such unit."""
    if not build.sources(unit=unit):
        units = ", ".join(sorted({path.parent.name for path in build.sources()}))
        sys.exit(f"There is no unit {unit}. The units are: {units}.")


def main():
    parser = argparse.ArgumentParser(prog="python -m proctor", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in [
        ("build", "make the student notebooks and nbgrader's sources"),
        ("solutions", "run and write the solution notebooks"),
    ]:
        command = commands.add_parser(name, help=does)
        command.add_argument("unit", nargs="?", default="*", help="one unit only")
        command.set_defaults(do=make)
    command = commands.add_parser("grade", help="grade what came back for a unit")
    command.add_argument("unit")
    command.add_argument("--workers", type=int, default=1, help="processes (1)")
    command.add_argument("--scheduler", default="", help="a dask scheduler's address")
    command.add_argument("--only", default="*", help="one student only")
    command.add_argument("--notebook", default="*", help="one notebook only")
    command.add_argument("--force", action="store_true", help="regrade what is graded")
    command.add_argument(
        "--dry-run", action="store_true", help="say which marks would change, and why"
    )
    command.add_argument(
        "--unsafe-no-isolation",
        action="store_true",
        help="do without rooms: a submission can read and change what you can",
    )
    command.set_defaults(do=grade)
    command = commands.add_parser("report", help="write the course page anew")
    command.set_defaults(do=pages)
    command = commands.add_parser("origin", help="say where the marks come from")
    command.add_argument("unit")
    command.add_argument("--only", default="*", help="one student only")
    command.set_defaults(do=origin)
    command = commands.add_parser("collect", help="take over downloads of an LMS")
    command.add_argument("unit")
    command.add_argument("archive", nargs="+", type=Path, help="a zip file or a folder")
    command.add_argument("--roster", type=Path, help="a table of the students")
    command.set_defaults(do=collect)
    command = commands.add_parser("export", help="put the marks into an LMS's table")
    command.add_argument("unit")
    command.add_argument(
        "--to", choices=["canvas", "moodle", "gradescope", "csv"], required=True
    )
    command.add_argument("--table", type=Path, help="the table that the LMS handed out")
    command.add_argument("--column", default="", help="the column of the marks")
    command.add_argument(
        "--dry-run", action="store_true", help="say what would change, write nothing"
    )
    command.set_defaults(do=export)
    args = parser.parse_args()
    programs = [sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)]
    os.environ["PATH"] = os.pathsep.join(programs)  # nbgrader starts others by name
    args.do(args)


if __name__ == "__main__":
    main()
