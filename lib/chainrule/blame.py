"""What an error says to the person whose code raised it."""

import os
import traceback

NOT_THE_AUTHORS = [os.path.dirname(__file__), os.path.dirname(os.__file__), "<frozen"]
NO_FUNCTION = "    It is not a function. Give the function itself."
ELSEWHERE = "Is it spelled so? If another cell defines it, run that cell first."


def blame(error):
    """The error, and the author's own line that raised it; none of our own stack.

    A bare Exception, as probes raise it, is nothing but its sentence.
    """
    kind = "" if type(error) is Exception else f"{type(error).__name__}: "
    lines = [f"    {kind}{error}".rstrip(": ")]
    for frame in traceback.extract_tb(error.__traceback__)[::-1]:
        if is_the_authors(frame.filename):
            line = (frame.line or "").strip()
            lines.append(f"    in {frame.name}, line {frame.lineno}: {line}")
            break
    if type(error) is NameError and error.name:  # after a restart, or a slip of the pen
        lines.append(f"    {ELSEWHERE}")
    return "\n".join(lines)


def is_the_authors(path):
    """Whether a file is a notebook's cell or lies beside it."""
    known = path.startswith(tuple(NOT_THE_AUTHORS))
    return not known and "-packages" + os.sep not in path


def stub_in(error):
    """The author's function or class in which a NotImplementedError was raised."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    name = frame.f_code.co_qualname.rpartition("<locals>.")[2]
    return name.partition(".")[0]
