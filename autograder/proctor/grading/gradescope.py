"""Grade one upload where Gradescope runs it: as root, in a container of its own."""

import json
import os
from dataclasses import replace
from pathlib import Path

from proctor.grading.batch import job_in, released
from proctor.grading.grade import grade, room_for
from proctor.lms.gradescope import STUDENTS, results
from proctor.room.sandbox import INSIDE, LIBRARY, NOT_SHOWN, NoRoom
from proctor.room.server import USUAL
from proctor.source.build import ROOT
from proctor.whole import write_whole

HOME = Path("/autograder")
OTHER_USER = "nobody"
STRANGER = (
    "{} is not on the course's list, so questions with numbers of your own can't be "
    "right. Tell your instructor."
)


def run(unit):
    """Grade what lies in /autograder/submission; write results.json. Raises NoRoom."""
    about = json.loads((HOME / "submission_metadata.json").read_text("utf-8"))
    student, notes = uploader(about)
    books = released(unit)
    limits = tightest(books)
    found = []
    for notebook in books:
        job = job_in(HOME / "submission", student, notebook, books, limits)
        found.append(grade(job))
    write_whole(
        HOME / "results" / "results.json", json.dumps(results(found, notes), indent=1)
    )


def uploader(about):
    """The id of who handed in, and sentences on it. A group goes by its first."""
    email = about["users"][0]["email"].casefold()
    known = ROOT / STUDENTS
    if not known.exists():
        return email, []
    ids = json.loads(known.read_text("utf-8"))
    return ids.get(email, email), [] if email in ids else [STRANGER.format(email)]


def tightest(books):
    """The limits of the best isolation to be had here. Raises NoRoom."""
    try:
        for notebook in books:
            room_for(notebook)
        return USUAL
    except NoRoom:
        if os.geteuid() != 0:
            raise
    close_off()
    limits = replace(USUAL, isolated=False, user=OTHER_USER)
    for notebook in books:
        room_for(notebook, limits)
    return limits


def close_off():
    """Keep from other users what a room would not show, and what is theirs to write."""
    hidden = [path for path in LIBRARY.iterdir() if path.stem in NOT_SHOWN]
    hidden += [path for path in INSIDE.parent.iterdir() if path != INSIDE]
    hidden += [ROOT / STUDENTS, HOME / "submission_metadata.json"]
    hidden += [HOME / "submission", HOME / "results"]
    for path in filter(Path.exists, hidden):
        path.chmod(0o700)
