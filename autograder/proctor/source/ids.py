"""Cell ids: what a cell is for, then the question that it belongs to."""

ABOUT_FILE = "about-your-file"
_OWN = "extra-"


def cell_id(role, name):
    """The id of a question's cell: role is answer, check, explain or model."""
    return f"{role}-{name}"


def question_of(given):
    """The question that a cell belongs to, by its id."""
    return given.partition("-")[2]


def own_id(number):
    """The id of a cell that was not released: the student's own."""
    return f"{_OWN}{number}"


def is_own(given):
    return given.startswith(_OWN)
