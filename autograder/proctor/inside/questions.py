"""What stands for `chainrule.questions` inside a room: verdicts are given outside."""

NUMBERS = {}


class Later(str):
    """Says that the verdict comes later; its state is none that a lesson waits for."""

    state = ""
    __repr__ = str.__str__


def check(name, answer, student="", seed=None):
    return Later(f"{name} is judged after the notebook has run.")


def last_verdict(name, answer):
    return None


def check_all(notebook, names, student=""):
    return Later(f"{notebook} is judged after it has run.")


def hint(name):
    return Later("")


def numbers(name, student):
    """The student's own numbers, as the gradebook's id has them."""
    return dict(NUMBERS[name])
