"""How much is written for a question: its bank, probes, answers and decider."""

from pathlib import Path

from catalogue import judged
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


def lines_a_question(notebook):
    """Lines written for a question of a notebook, on average."""
    probes = (BANK / "probes").glob(f"{NOTEBOOKS[notebook]}.py")
    return sum(map(length, [*modules(notebook), *probes])) / len(judged(notebook))
