"""Three walks by hand."""

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def turns_by_hand(student, rng):
    """In order x gets both paths; breadth first one; every path the early one twice."""
    p, q, r = student.numbers("turns_by_hand", student.STUDENT).values()
    return near(student.turns_by_hand, [p + p * q * r, p, 2 * p + p * q * r])


ANSWERS["turns_by_hand"] = Answers(
    above='p, q, r = numbers("turns_by_hand", STUDENT).values()',
    decider=turns_by_hand,
    right=[
        "[p * (1 + q * r), p * 1, p * 1 + p * (1 + q * r)]",
        "np.array([q * r + 1.0, 1, q * r + 2]) * p",
    ],
    wrong=[
        "(p * q * r, p * q * r, p * q * r)",
        "(p + q * r, p, 2 * p + q * r)",
        "(1 + q * r, 1, 2 + q * r)",
        "(p, p + p * q * r, 2 * p + p * q * r)",
        "p + p * q * r",
        "(p + p * q * r, p)",
        '("y c b a", "y a c b", "y a c b a")',
        "(..., ..., ...)",
    ],
)
