"""How many steps a gradient takes to fade."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def steps_to_fade(student, rng):
    """A block matrix of turns, whose radius is known, seen in another basis."""
    sizes = rng.uniform(0.3, 1.6, 2)
    blocks = np.zeros((5, 5))
    for k, size in enumerate(sizes):
        a = rng.uniform(0, np.pi)
        turn = size * np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
        blocks[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] = turn
    blocks[4, 4] = rng.choice([-1, 1]) * rng.uniform(0.3, 1.6)
    radius = max(*sizes, abs(blocks[4, 4]))
    Q = np.eye(5) + np.triu(rng.uniform(-1, 1, (5, 5)), 1)
    U, share = Q @ blocks @ np.linalg.inv(Q), float(10 ** rng.uniform(0.5, 6))
    share = share if radius > 1 else 1 / share
    found = student.steps_to_fade(U.copy(), share)
    return near(found, np.log10(share) / np.log10(radius), 1e-6)


RADIUS = "np.abs(np.linalg.eigvals(U)).max()"

ANSWERS["steps_to_fade"] = Answers(
    args="U, share",
    decider=steps_to_fade,
    right=[
        f"np.log10(share) / np.log10({RADIUS})",
        """
values = np.linalg.eigvals(U.T)
return float(np.log(share) / np.log(max(abs(v) for v in values)))""",
        """
re, im = np.linalg.eigvals(U).real, np.linalg.eigvals(U).imag
return 2 * np.log(share) / np.log(np.max(re**2 + im**2))""",
    ],
    wrong=[
        f"share / {RADIUS}",
        f"np.log(share / {RADIUS})",
        f"np.log(share) / {RADIUS}",
        f"np.log(share) - np.log({RADIUS})",
        "np.log(share) / np.log(abs(np.linalg.det(U)))",
        "np.log(share) / np.log(abs(np.trace(U)))",
        "np.log(share) / np.log(abs(np.linalg.eigvals(U)).mean())",
        "np.log(share) / np.log(abs(np.linalg.eigvals(U)).sum())",
        f"np.log(share) / np.log({RADIUS} ** 2)",
        f"int(np.log(share) / np.log({RADIUS}))",
    ],
    told={
        f"3 * np.log(share) / np.log({RADIUS})": (
            "Every entry is 3 times the right one."
        ),
    },
)
