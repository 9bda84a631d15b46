"""Nothing that a submission does stops another's grading: it is left to a person."""

import contextlib
import resource
from pathlib import Path

from proctor import clean
from proctor.handin.kinds import LOOK

MOST_MEMORY = 1 << 30
PAGE = resource.getpagesize()
STOPPED = f"The grader could not deal with what was handed in ({{}}). {LOOK}"


def reason(error):
    """Why a person must look, where something was raised that nobody foresaw."""
    if isinstance(error, MemoryError):
        return STOPPED.format(f"it takes more than {MOST_MEMORY >> 20} MB of memory")
    return STOPPED.format(clean.line(f"{type(error).__name__}: {error}", 200))


def memory():
    """Let this process take MOST_MEMORY bytes beyond what it holds, and no more."""
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    return _ceiling(pages * PAGE + MOST_MEMORY)


def lifted():
    """Let a process that is started within `memory` have no such ceiling."""
    return _ceiling(resource.RLIM_INFINITY)


@contextlib.contextmanager
def _ceiling(most):
    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = hard if most == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, hard))
