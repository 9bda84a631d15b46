"""What a student handed in: which file of a folder is which notebook of the unit.

Files come back renamed, several at a time, or inside a zip.
"""

import re

from proctor.clean import quoted
from proctor.handin.files import (
    LONGEST_NAME,
    Unreadable,
    candidates,
    described,
    paths_in,
)

FEW = 5
ABSENT = "{} was not handed in."


class NotHandedIn(Exception):
    """The student handed in other notebooks of the unit, and not this one."""


def base_name(name):
    """A file's name without what browsers, drives and LMSs add: `Copy of x-1` is x."""
    name = name[:LONGEST_NAME].strip()
    name = re.sub(r"\.ipynb(\.txt|\.json)?$", "", name, flags=re.I)
    before = None
    while name != before:
        before = name
        name = re.sub(
            r"^(copy of|kopie von|copie de|copia de)\s+", "", name, flags=re.I
        )
        name = re.sub(r"\s*\(\d+\)$|-\d{1,2}$|[-_ ]+copy\d*$", "", name, flags=re.I)
    return name.casefold().replace(" ", "_")


def find(folder, name, others=()):
    """The bytes of this notebook in a submission's folder, and what was odd: a pair.

    others: the unit's other notebooks. Raises NotHandedIn when only others are there,
    Unreadable when that can't be said.
    """
    paths, wanted = paths_in(folder), name.casefold()
    files = [(base_name(file.name), file) for file in candidates(paths)]
    mine = [file for base, file in files if base == wanted]
    mine.sort(key=lambda file: (file.name != f"{name}.ipynb", file.archive))
    known = {other.casefold() for other in others}
    strange = [file for base, file in files if base not in known]
    if mine:
        return mine[0].read(), _odd(mine, name)
    if len(strange) == 1:
        note = f"The file came under another name, {quoted(strange[0].name)}."
        return strange[0].read(), note
    instead = [path for path in paths if base_name(path.name).startswith(wanted)]
    if files and not strange and not instead:
        raise NotHandedIn(ABSENT.format(name))
    there = _told(instead or paths)
    raise Unreadable(f"There is no {name}.ipynb in what was handed in: {there}.")


def _told(paths):
    """What there is in a notebook's place, and what to ask the student for."""
    if not paths:
        return "the folder is empty"
    shown, asks = zip(*map(described, paths[:FEW]), strict=True)
    more = ", and more" if len(paths) > FEW else ""
    asks = " ".join(dict.fromkeys(asks)).removesuffix(".")
    return f"{', '.join(shown)}{more}. {asks}"


def _odd(mine, name):
    """Sentences on a file's name and place, and on other copies of it."""
    chosen, *rest = mine
    notes = []
    if chosen.archive:
        notes.append(f"The notebook was inside {quoted(chosen.archive)}.")
    if chosen.name != f"{name}.ipynb":
        notes.append(f"The file came as {quoted(chosen.name)}.")
    if rest:
        others = ", ".join(quoted(file.name) for file in rest[:FEW])
        more = ", and more" if len(rest) > FEW else ""
        kept = quoted(chosen.name)
        notes.append(f"There are several copies; {kept} counts, not {others}{more}.")
    return " ".join(notes)
