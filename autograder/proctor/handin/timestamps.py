"""When a student handed in, by the file that nbgrader keeps beside the notebooks."""

import os
import re

from nbgrader.utils import parse_utc

from proctor.handin.files import Unreadable, contents

# A date, a time, and an offset or the name of a zone; never a path.
FORM = re.compile(r"[\w:.+-]{1,40}( [\w:.+-]{1,40})?( [\w+-]+(/[\w+-]+){0,2})?")
YEARS = range(1971, 2999)
ODD = "timestamp.txt holds no time that can be read, so none is noted."


def handed_in(folder):
    """(when, as nbgrader writes it in UTC, or "", what was odd about it, or "")."""
    path = folder / "timestamp.txt"
    if not os.path.lexists(path):
        return "", ""
    try:
        text = contents(path, 1000).decode("utf-8-sig").strip()
        when = parse_utc(text) if FORM.fullmatch(text) else None
    except (Unreadable, ValueError, OverflowError, TypeError, AttributeError):
        when = None
    if when is None or when.year not in YEARS:
        return "", ODD
    return f"{when.isoformat(sep=' ')} UTC", ""
