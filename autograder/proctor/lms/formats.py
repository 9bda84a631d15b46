"""What a download is, told by the names in it, and whose each of its files is.

Canvas      <name>[_LATE]_<user>_<attachment>_<file>; the attachment tells the order
Moodle      <name>_<participant>_assignsubmission_file, a folder, or in front of <file>
Blackboard  <assignment>_<username>_attempt_<time>_<file>, and a text to each attempt
Gradescope  submission_<number>/<file>, and submission_metadata.yml with the students
clones      folders with a .git in them; a folder's name ends in the account's
files       <id>_<notebook>.ipynb
folder      a folder for each student, named by the id
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import yaml
from chainrule.questions import NOTEBOOKS

from proctor.handin.files import Unreadable
from proctor.lms.entries import Entry

# A student chooses the file's name, which stands last: so the first place in a name
# that fits is the LMS's own.
CANVAS = re.compile(
    r".*?(?P<late>_(?i:late))?_(?P<user>\d+)_(?P<number>\d+)_(?P<file>.+)"
)
MOODLE = re.compile(
    r".*?_(?P<user>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)"
)
BLACKBOARD = re.compile(
    r"(?P<user>.+?)_attempt_(?P<time>\d{4}(-\d\d){5})(_(?P<file>.+)|\.txt)"
)
FILES = re.compile(
    rf"(?P<user>\S+?)[ _-]+(?P<file>(copy of )?({'|'.join(NOTEBOOKS)})\b.*)", re.I
)
METADATA = "submission_metadata.yml"
NO_FORMAT = (
    "This is no download of Canvas, Moodle, Blackboard or Gradescope, and no folder "
    "with a folder for each student, or with files that are named ID_NOTEBOOK.ipynb."
)


@dataclass(frozen=True)
class Upload:
    """A file that a student handed in.

    keys: what the LMS calls the student, by the kind of id; name: the file's; order:
    larger for what came later; when: in UTC, or ""; late: whether the LMS says so.
    """

    keys: dict[str, str]
    name: str
    order: float
    entry: Entry
    when: str = ""
    late: bool = False


def uploads(path, entries, ids=()):
    """(the format's name, the uploads in it, the files that are none).

    ids: of the students; a folder that is named by one holds no download. Raises
    Unreadable where no format fits.
    """
    for level in levels(entries):
        heads = {entry.parts[level] for entry in entries}
        if heads & {*ids}:
            break
        if METADATA in heads:
            return "Gradescope", *gradescope(entries, level)
        name, pattern, read = max(BY_NAME, key=lambda one: fitting(one[1], heads))
        if 2 * fitting(pattern, heads) > len(heads):
            return name, *by_name(pattern, read, entries, level)
        if path.is_dir() and any(path.glob("*/.git")):
            return "clones", *by_folder("github", entries)
    return "folder", *by_folder("id", entries)


def levels(entries):
    """The places in a path at which the LMS's own names may stand: the first, and the
    next as long as one folder holds all. What lies deeper a student has named."""
    for level in range(min(len(entry.parts) for entry in entries)):
        yield level
        if len({entry.parts[level] for entry in entries}) > 1:
            return


def fitting(pattern, heads):
    return sum(bool(pattern.fullmatch(head)) for head in heads)


def by_name(pattern, read, entries, level):
    """Uploads by what an LMS writes into names, and the files that have none of it."""
    found, rest = [], []
    for entry in entries:
        match = pattern.fullmatch(entry.parts[level])
        if not match:
            rest.append(entry)
        elif upload := read(entry, match):
            found.append(upload)
    return found, rest


def canvas(entry, match):
    keys = {"canvas": match["user"]}
    number = int(match["number"])
    return Upload(keys, match["file"], number, entry, late=bool(match["late"]))


def moodle(entry, match):
    """None for what was typed into Moodle itself."""
    if match["kind"] != "file":
        return None
    name = match["file"] or entry.parts[-1]
    when = stamp(datetime.fromtimestamp(entry.changed, UTC))
    return Upload({"moodle": match["user"]}, name, entry.changed, entry, when)


def blackboard(entry, match):
    """None for the text that Blackboard writes beside each attempt."""
    if not match["file"]:
        return None
    moment = datetime.strptime(match["time"], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC)
    keys = {"blackboard": match["user"]}
    return Upload(keys, match["file"], moment.timestamp(), entry, stamp(moment))


def named(entry, match):
    return Upload({"id": match["user"]}, match["file"], entry.changed, entry)


BY_NAME = [
    ("Blackboard", BLACKBOARD, blackboard),
    ("Moodle", MOODLE, moodle),
    ("Canvas", CANVAS, canvas),
    ("files", FILES, named),
]


def gradescope(entries, level):
    """Uploads by the list that Gradescope packs with them. Raises Unreadable."""
    listed = next(e for e in entries if e.parts[level] == METADATA)
    known = submissions(listed.read())
    found, rest = [], []
    for entry in entries:
        if entry.parts[level] not in known:
            rest += [entry] if entry is not listed else []
            continue
        students, moment = known[entry.parts[level]]
        for keys in students:  # a group hands in once for all
            name, order = entry.parts[-1], moment.timestamp()
            found.append(Upload(keys, name, order, entry, stamp(moment)))
    return found, rest


def submissions(raw):
    """{folder: (keys of its students, when it was handed in)}. Raises Unreadable."""
    try:
        listed = yaml.load(raw, Loader=yaml.CSafeLoader)
        return {
            folder: (
                [
                    {"sid": str(s.get(":sid") or ""), "email": s.get(":email") or ""}
                    for s in one[":submitters"]
                ],
                utc(one[":created_at"]),
            )
            for folder, one in listed.items()
        }
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise Unreadable(
            f"{METADATA} isn't as Gradescope writes it ({type(error).__name__}). "
            "Download the submissions again."
        ) from None


def utc(moment):
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def by_folder(kind, entries):
    """Uploads named by the first folder in which students' folders stand."""
    rest = [entry for entry in entries if len(entry.parts) < 2]
    inner = [entry for entry in entries if len(entry.parts) >= 2]
    if not inner:
        raise Unreadable(NO_FORMAT)
    tops = {entry.parts[0] for entry in inner}
    one_above_all = len(tops) == 1 and all(len(entry.parts) > 2 for entry in inner)
    level = 1 if one_above_all else 0
    found = [Upload({kind: e.parts[level]}, e.parts[-1], e.changed, e) for e in inner]
    return found, rest


def stamp(moment):
    """A time as nbgrader writes it."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
