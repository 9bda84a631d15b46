"""python -m proctor build | solutions: what `make` runs for TAs."""

import argparse
import sys

from nbclient.exceptions import CellExecutionError

from proctor import build
from proctor.source import SourceError


def main():
    parser = argparse.ArgumentParser(prog="python -m proctor", description=__doc__)
    parser.add_argument("command", choices=["build", "solutions"])
    parser.add_argument("unit", nargs="?", default="*", help="one unit only")
    args = parser.parse_args()
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


if __name__ == "__main__":
    main()
