"""The modules that questions are written in, and their lengths."""

from pathlib import Path

from chainrule import questions
from chainrule.questions import NOTEBOOKS

BANK = Path(questions.__file__).parent
CORPUS = Path(__file__).parent


def modules(notebook):
    """The modules of a notebook's bank and of its corpus."""
    name = NOTEBOOKS[notebook]
    return [*sorted((BANK / name).glob("*.py")), *sorted((CORPUS / name).glob("*.py"))]


def length(path):
    return len(path.read_text(encoding="utf-8").splitlines())
