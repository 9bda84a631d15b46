"""What was collected before, and whether these are the same students.

Under ids of two kinds each student would be there twice.
"""

import json

from proctor.clean import quoted
from proctor.handin.files import Unreadable

RECORD = "collected.json"
FEW = 3


def recorded(kept):
    """{student: {a file's base name: its name, order, digest, whether it was late, way
    and kind of id}}.

    kept: a unit's folder below downloaded. Raises Unreadable.
    """
    path = kept / RECORD
    try:
        return json.loads(path.read_text("utf-8")) if path.exists() else {}
    except ValueError:
        raise Unreadable(
            f"{path} is damaged: it says what was collected before. Move it and "
            f"submitted/*/{kept.name} away, then collect all downloads again."
        ) from None


def told_late(record):
    """The sentence on whose files the LMS calls late, if any."""
    late = [
        s for s, files in record.items() if any(f.get("late") for f in files.values())
    ]
    if late:
        yield f"Late by the LMS's own mark, with all points: {', '.join(sorted(late))}."


def there_already(submitted, downloaded):
    """{student: the kind of id} of all units. Raises Unreadable."""
    found = {home.name: "id" for home in submitted.glob("*/")}
    for path in downloaded.glob(f"*/{RECORD}"):
        for student, files in recorded(path.parent).items():
            for file in files.values():
                found[student] = file.get("by", "id")
    return found


def check_ids(shown, came, there, roster):
    """Refuse students who are there under another kind of id. Raises Unreadable.

    came, there: {student: the kind of id}.
    """
    kinds = {*came.values()}
    if not came or not there or kinds & {*there.values()} or {*came} & {*there}:
        return
    if not roster:
        raise Unreadable(
            f"Students are there already as {few(there)}, and {shown} calls its own "
            f"{few(came)}: each would be there twice. Say who is who: --roster TABLE."
        )
    raise Unreadable(
        f"Students are there already as {few(there)}, collected without a roster, and "
        f"by the roster these are {few(came)}: each would be there twice. Take back "
        "what was collected (docs/remedies.md says how), then run again."
    )


def few(students):
    """The first of them, and how many more there are."""
    shown = [quoted(student) for student in sorted(students)[:FEW]]
    more = len(students) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
