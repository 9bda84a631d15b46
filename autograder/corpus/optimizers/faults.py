"""Five Adams, told apart."""

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def which_adam(student, rng):
    """By rank: the smallest and the largest first step, then what becomes of the 1."""
    own = student.numbers("which_adam", student.STUDENT)
    runs = {run: own[run] for run in "ABCDE"}
    number = {}
    for fault, best, key in [
        (5, min, lambda run: runs[run][0]),
        (4, max, lambda run: runs[run][0]),
        (3, min, lambda run: runs[run][2]),
        (2, max, lambda run: runs[run][2]),
        (1, min, lambda run: runs[run][0]),
    ]:
        run = best(runs, key=key)
        number[run] = fault
        del runs[run]
    right = [number[run] for run in "ABCDE"]
    return not callable(student.which_adam) and near(student.which_adam, right)


ABOVE = """
own = numbers("which_adam", STUDENT)
runs = [own[run] for run in "ABCDE"]

def adam_of(first, second, third):
    if first < 0.6:
        return 5
    if first > 8:
        return 4
    if first > 1.35:
        return 2
    return 3 if second < 0.6 else 1

right = [adam_of(*run) for run in runs]"""

ANSWERS["which_adam"] = Answers(
    above=ABOVE,
    decider=which_adam,
    right=[
        "right",
        """
ranks = sorted(range(5), key=lambda i: runs[i][2])
which_adam = [0] * 5
for i, fault in zip(ranks, (3, 5, 1, 2, 4)):
    which_adam[i] = fault""",
    ],
    wrong=[
        "[1, 2, 3, 4, 5]",
        "right[::-1]",
        "right[1:] + right[:1]",
        "right[:4]",
        "[6 - number for number in right]",
        "[number - 1 for number in right]",
        "set(right)",
    ],
    told={"[{4: 1, 1: 4}.get(number, number) for number in right]": ""},
)
