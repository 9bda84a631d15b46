"""The grader's commands: python -m proctor COMMAND."""

import argparse
import os
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from proctor.out import report
from proctor.source import build
from proctor.source.percent import SourceError

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
    from proctor.grading.run import Stop, run
    from proctor.room.server import USUAL

    course = Path.cwd() if Path("nbgrader_config.py").exists() else COURSE
    try:
        summary = run(
            course,
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
    page = course / "report" / f"{args.unit}.html"
    report.write_page(summary, page)
    print(report.table(summary))
    print(f"report: {page}")


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
        "--unsafe-no-isolation",
        action="store_true",
        help="do without rooms: a submission can read and change what you can",
    )
    command.set_defaults(do=grade)
    args = parser.parse_args()
    programs = [sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)]
    os.environ["PATH"] = os.pathsep.join(programs)  # nbgrader starts others by name
    args.do(args)


if __name__ == "__main__":
    main()
