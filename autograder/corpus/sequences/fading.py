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
    U, factor = Q @ blocks @ np.linalg.inv(Q), float(10 ** rng.uniform(0.5, 6))
    factor = factor if radius > 1 else 1 / factor
    found = student.steps_to_fade(U.copy(), factor)
    return near(found, np.log10(factor) / np.log10(radius), 1e-6)


RADIUS = "np.abs(np.linalg.eigvals(U)).max()"

ANSWERS["steps_to_fade"] = Answers(
    args="U, factor",
    decider=steps_to_fade,
    right=[
        f"np.log10(factor) / np.log10({RADIUS})",
        """
values = np.linalg.eigvals(U.T)
return float(np.log(factor) / np.log(max(abs(v) for v in values)))""",
        """
re, im = np.linalg.eigvals(U).real, np.linalg.eigvals(U).imag
return 2 * np.log(factor) / np.log(np.max(re**2 + im**2))""",
    ],
    wrong=[
        f"factor / {RADIUS}",
        f"np.log(factor / {RADIUS})",
        f"np.log(factor) / {RADIUS}",
        f"np.log(factor) - np.log({RADIUS})",
        "np.log(factor) / np.log(abs(np.linalg.det(U)))",
        "np.log(factor) / np.log(abs(np.trace(U)))",
        "np.log(factor) / np.log(abs(np.linalg.eigvals(U)).mean())",
        "np.log(factor) / np.log(abs(np.linalg.eigvals(U)).sum())",
        f"np.log(factor) / np.log({RADIUS} ** 2)",
    ],
    told={
        f"3 * np.log(factor) / np.log({RADIUS})": (
            "Every entry is 3 times the right one."
        ),
    },
)
