"""Text from a submission, made fit to be written, printed and logged.

All that goes out passes here once: a result when it is made, a name when it is quoted.
"""

import re
from dataclasses import replace

LONGEST_LINE, LONGEST_TEXT, LONGEST_OUTPUT = 500, 4000, 1 << 20
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Control characters, halves of characters, and what turns a line's direction around.
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def text(given, most=LONGEST_TEXT):
    """Lines of text as they can be written anywhere; cut where they are too long."""
    kept = COLOUR.sub("", given[:most]).replace("\r\n", "\n").replace("\r", "\n")
    fit = UNFIT.sub("\ufffd", kept)
    return f"{fit}\n(cut here)" if len(given) > most else fit


def line(given, most=LONGEST_LINE):
    """A sentence on one line, with single spaces."""
    kept = given if len(given) <= most else f"{given[:most]}..."
    return " ".join(UNFIT.sub(" ", kept).split())


def quoted(name, most=80):
    """A name in quotation marks, with an escape for each character that isn't shown."""
    return repr(name if len(name) <= most else f"{name[:most]}...")


def is_clean(name):
    """Whether a name can be written, printed and logged as it is."""
    return name.isprintable()


def result(given):
    """A Result whose texts can be written anywhere."""
    given.notes = [line(note) for note in given.notes]
    given.person = line(given.person)
    given.verdicts = {name: verdict(v) for name, v in given.verdicts.items()}
    for ran in given.ran.values():
        ran.outputs = [output(kind, shown) for kind, shown in ran.outputs]
        ran.error = text(ran.error)
    for cell in given.book.cells:
        cell.source = cell.source.replace("\x00", "\ufffd")
    return given


def verdict(given):
    story, advice = text(given.story), text(given.advice)
    return replace(given, story=story, advice=advice, where=line(given.where))


def output(kind, shown):
    """A cell's output; of a picture the room has checked that it is base64."""
    return (kind, shown if kind == "image/png" else text(shown, LONGEST_OUTPUT))
