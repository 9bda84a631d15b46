"""The Jensen-Shannon divergence."""

import math

from corpus.answers import Answers
from corpus.losses_by_hand.surprise import distribution
from corpus.measures import precise

ANSWERS = {}


def jensen_shannon(student, rng):
    """What is learned of a fair coin that chose p or q, from one sample."""
    classes = rng.integers(1, 7)
    p, q = distribution(rng, classes), distribution(rng, classes)
    left = math.log(2)
    for a, b in zip(p, q, strict=True):
        for v in (a, b):
            if v > 0:
                left += v / 2 * math.log(v / (a + b))
    return precise(student.jensen_shannon(p.copy(), q.copy()), left)


KL = """
def kl(a, b):
    return sum(x * np.log(x / y) for x, y in zip(a, b) if x > 0)
"""

ANSWERS["jensen_shannon"] = Answers(
    args="p, q",
    above=KL,
    decider=jensen_shannon,
    right=[
        "(kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2",
        """
def H(d):
    return -sum(v * np.log(v) for v in d if v > 0)

return H((p + q) / 2) - (H(p) + H(q)) / 2""",
        """
total = 0.0
for a, b in zip(p, q):
    m = (a + b) / 2
    if a > 0:
        total += a * np.log(a / m) / 2
    if b > 0:
        total += b * np.log(b / m) / 2
return total""",
    ],
    wrong=[
        "kl(p, p + q) / 2 + kl(q, p + q) / 2",
        "(kl(p, (p + q) / 2) - kl(q, (p + q) / 2)) / 2",
        "kl(p, np.sqrt(p * q) + 1e-300) / 2 + kl(q, np.sqrt(p * q) + 1e-300) / 2",
        "np.abs(p - q).sum() / 2",
        "(kl(p, q + 1e-12) + kl(q, p + 1e-12)) / 4",
        "kl(p, (p + q) / 2) * kl(q, (p + q) / 2)",
        """
m = np.maximum(p, q)
return (kl(p, m) + kl(q, m)) / 2""",
    ],
    told={
        "(kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 4": (
            "Every entry is 1/2 of the right one."
        ),
        "-(kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2": (
            "Every entry is -1 times the right one."
        ),
        "np.array([(kl(p, (p + q) / 2) + kl(q, (p + q) / 2)) / 2])": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "kl(p, (p + q) / 2) * 0": "Every entry is 0.",
    },
)
