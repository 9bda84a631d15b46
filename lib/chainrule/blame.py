"""What an error says to the person whose code raised it."""

import linecache
import sysconfig
import traceback
from pathlib import Path

# Python's own library, the course's, and the folder that a grading room runs from.
NOT_THEIRS = (sysconfig.get_path("stdlib"), str(Path(__file__).parent), "/room")
INSTALLED = {"site-packages", "dist-packages"}  # the latter on Debian and in Colab
NO_FUNCTION = "    It is not a function. Give the function itself."
ELSEWHERE = "Is it spelled so? If another cell defines it, run that cell first."


def blame(error):
    """The error, and the author's own line that raised it; none of our own stack.

    A bare Exception, as probes raise it, is nothing but its sentence.
    """
    kind = "" if type(error) is Exception else f"{type(error).__name__}: "
    lines = [f"    {kind}{error}".rstrip(": ")]
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        line = own_line(frame.f_code.co_filename, number, frame.f_globals)
        if line:
            lines.append(f"    in {name_of(frame.f_code)}, line {number}: {line}")
            break
    if type(error) is NameError and error.name:  # after a restart, or a slip of the pen
        lines.append(f"    {ELSEWHERE}")
    return "\n".join(lines)


def own_line(file, number, names):
    """The text of a line, or "" where it isn't the author's or there is none to show.

    There is none for code made while running, as `exec`, namedtuple and NumPy make it.
    """
    path = Path(file)
    elsewhere = any(path.is_relative_to(folder) for folder in NOT_THEIRS)
    if elsewhere or INSTALLED & set(path.parts) or file.startswith("<frozen"):
        return ""
    linecache.checkcache(file)
    return linecache.getline(file, number, names).strip()


def name_of(code):
    """The function that a line stands in, also where a comprehension or lambda ran it.

    Python 3.12 runs comprehensions in place, so it knows no other name for them.
    """
    names = [n for n in code.co_qualname.split(".") if not n.startswith("<")]
    return names[-1] if names else code.co_name


def stub_in(error):
    """The author's function or class in which a NotImplementedError was raised."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    name = frame.f_code.co_qualname.rpartition("<locals>.")[2]
    return name.partition(".")[0]
