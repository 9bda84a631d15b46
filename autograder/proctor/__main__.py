"""The grader's commands: python -m proctor COMMAND."""

import argparse
import os
import sys
import sysconfig
from pathlib import Path

try:
    from proctor import commands
    from proctor.whole import unwritten
except ModuleNotFoundError as error:
    sys.exit(
        f"This Python lacks {error.name}: it is not the course's. In the folder above "
        "autograder run `make build` once, then `source .venv/bin/activate`."
    )


def main():
    parser = argparse.ArgumentParser(prog="python -m proctor", description=__doc__)
    added = parser.add_subparsers(dest="command", required=True)
    for name, does in [
        ("build", "make the student notebooks and nbgrader's sources"),
        ("solutions", "run and write the solution notebooks"),
    ]:
        command = added.add_parser(name, help=does)
        command.add_argument("unit", nargs="?", default="*", help="one unit only")
        command.set_defaults(do=commands.make)
    command = added.add_parser("grade", help="grade what came back for a unit")
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
    command.set_defaults(do=commands.grade)
    command = added.add_parser("release", help="write what students get into dist")
    command.set_defaults(do=commands.release)
    command = added.add_parser("report", help="write the course page anew")
    command.set_defaults(do=commands.pages)
    command = added.add_parser("origin", help="say where the marks come from")
    command.add_argument("unit")
    command.add_argument("--only", default="*", help="one student only")
    command.set_defaults(do=commands.origin)
    command = added.add_parser("collect", help="take over downloads of an LMS")
    command.add_argument("unit")
    command.add_argument("archive", nargs="+", type=Path, help="a zip file or a folder")
    command.add_argument("--roster", type=Path, help="a table of the students")
    command.set_defaults(do=commands.collect)
    command = added.add_parser("export", help="put the marks into an LMS's table")
    command.add_argument("unit")
    to = ["canvas", "moodle", "gradescope", "csv", "gradescope-autograder"]
    command.add_argument("--to", choices=to, required=True)
    command.add_argument("--table", type=Path, help="the table that the LMS handed out")
    command.add_argument("--column", default="", help="the column of the marks")
    command.add_argument("--notebook", default="*", help="the marks of one notebook")
    command.add_argument(
        "--dry-run", action="store_true", help="say what would change, write nothing"
    )
    command.set_defaults(do=commands.export)
    command = added.add_parser(
        "gradescope", help="grade an upload, in Gradescope's container"
    )
    command.add_argument("unit")
    command.set_defaults(do=commands.gradescope)
    args = parser.parse_args()
    programs = [sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)]
    os.environ["PATH"] = os.pathsep.join(programs)  # nbgrader starts others by name
    try:
        args.do(args)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        sys.exit(unwritten(error))
    except KeyboardInterrupt:
        sys.exit("Stopped. What was done is kept; run again to go on.")


if __name__ == "__main__":
    main()
