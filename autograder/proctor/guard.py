"""Nothing that a submission does stops another's grading: it is left to a person."""

import contextlib
import resource
from pathlib import Path

from proctor import clean

MOST_MEMORY = 1 << 30
PAGE = resource.getpagesize()
STOPPED = "The grader could not deal with what was handed in ({}). Look at it by hand."


def reason(error):
    """Why a person must look, where something was raised that nobody foresaw."""
    if isinstance(error, MemoryError):
        return STOPPED.format(f"it takes more than {MOST_MEMORY >> 20} MB of memory")
    return STOPPED.format(clean.line(f"{type(error).__name__}: {error}", 200))


@contextlib.contextmanager
def memory():
    """Let this process take MOST_MEMORY bytes beyond what it holds, and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    before = resource.getrlimit(resource.RLIMIT_DATA)
    soft = pages * PAGE + MOST_MEMORY
    if before[1] != resource.RLIM_INFINITY:
        soft = min(soft, before[1])
    resource.setrlimit(resource.RLIMIT_DATA, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
