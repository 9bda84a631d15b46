"""How many units of a hidden layer are different."""

import numpy as np

from corpus.answers import Answers

ANSWERS = {}


def count_units(student, rng):
    """Copies are made of so many units, and shuffled."""
    inputs, outputs, kinds = rng.integers(1, 5, 3)
    units = np.tile(rng.integers(-9, 10, inputs + 1 + outputs) / 8, (kinds, 1))
    for kind in range(1, kinds):  # like an earlier one, but for one number
        units[kind] = units[rng.integers(kind)]
        moved = rng.choice([-1, 1]) * 2**kind / 8
        units[kind, rng.integers(inputs + 1 + outputs)] += moved
    many = np.append(np.arange(kinds), rng.integers(kinds, size=rng.integers(4)))
    units = units[rng.permutation(many)]
    units = units + rng.choice([0, 1e-12]) * rng.uniform(-1, 1, units.shape)
    W, b, V = np.split(units, [inputs, inputs + 1], axis=1)
    found = student.count_units(W.copy(), b[:, 0].copy(), V.T.copy())
    return np.ndim(found) == 0 and found == kinds


ROWS = """
rows = np.hstack([W, b[:, None], V.T])
"""

ANSWERS["count_units"] = Answers(
    args="W, b, V",
    decider=count_units,
    right=[
        """
kept = []
for unit in np.column_stack([W, b, V.T]):
    if not any(np.allclose(unit, other, atol=1e-9) for other in kept):
        kept.append(unit)
return len(kept)""",
        """
units = {(*W[i].round(8) + 0, b[i].round(8) + 0, *V[:, i].round(8) + 0)
         for i in range(len(b))}
return len(units)""",
        """
rows = np.hstack([W, b[:, None], V.T])
same = np.abs(rows[:, None] - rows).max(axis=2) < 1e-9
return np.sum(same.argmax(axis=1) == np.arange(len(b)))""",
    ],
    wrong=[
        ROWS + "return len(np.unique(rows.round(9)))",
        ROWS + "return np.unique(rows.round(9), axis=0)",
        ROWS + "return np.unique(rows.round(9), axis=1).shape[1]",
        ROWS + "return len(np.unique(rows.round(9).sum(axis=0)))",
        ROWS + "return np.linalg.matrix_rank(rows)",
        "len(np.unique(b.round(9)))",
        "len(np.unique(V.T.round(9), axis=0))",
        "len(np.unique(V.round(9), axis=0))",
        "W.shape[0] + V.shape[0]",
        ROWS + "return len(np.unique(rows.round(0), axis=0)) - 1",
    ],
    told={
        ROWS + "return 2 * len(np.unique(rows.round(9), axis=0))": (
            "Every entry is 2 times the right one."
        ),
        ROWS + "return [len(np.unique(rows.round(9), axis=0))]": (
            "It is the right result, with an axis of length 1 too many."
        ),
        ROWS + "return len(np.unique(rows.round(9), axis=0)) + 1": (
            "Every entry is the right one plus 1."
        ),
        "0": "Every entry is 0.",
    },
)
