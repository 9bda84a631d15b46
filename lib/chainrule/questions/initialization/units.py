"""Units that are equal, and stay so."""

import numpy as np

from chainrule.judge import TextQuestion
from chainrule.oracle import closed_form
from chainrule.questions.kinds import called

SAME = 1e-9


def equal(W, b, V):
    """Whether units i and j are equal, for all pairs: a matrix of 0 and 1."""
    units = np.hstack([W, b[:, None], V.T])
    gaps = np.abs(units[:, None] - units[None]).max(2)
    return 1.0 * (gaps < SAME)


def exactly(W, b, V):
    return len({unit.tobytes() for unit in np.hstack([W, b[:, None], V.T])})


UNITS = 16  # always: a layer's shape doesn't tell how many of them are different
OTHERS = 4, 2, 1  # units like another but for one number: in W, in b, in V


def hidden_layer(kinds, noise, sizes=(2, 3, 4)):
    """Copies of units, and units that differ from others in one thing alone."""

    def make(rng):
        inputs, outputs = rng.permutation(sizes)[:2]
        units = rng.normal(size=(kinds, inputs + 1 + outputs)).round(3)
        variants = np.repeat(units[:1], sum(OTHERS), axis=0)
        places = np.repeat([0, inputs, inputs + 1], OTHERS)
        moved = 0.2 + 0.1 * np.concatenate([np.arange(k) for k in OTHERS])
        variants[np.arange(len(places)), places] += moved
        copies = units[rng.integers(kinds, size=UNITS - kinds - len(places))]
        units = np.vstack([units, variants, copies])
        units += noise * rng.uniform(-1, 1, units.shape)
        units = units[rng.permutation(len(units))]
        W, b, V = np.split(units, [inputs, inputs + 1], axis=1)
        return {"W": W.copy(), "b": b[:, 0].copy(), "V": V.T.copy()}

    return make


count_units = called(
    "count_units",
    closed_form(
        lambda W, b, V: np.linalg.matrix_rank(equal(W, b, V)), "the rank of equality"
    ),
    {
        "some copies": [hidden_layer(kinds, 0, [3, 3]) for kinds in (4, 6)],
        "copies up to rounding": [hidden_layer(kinds, 1e-13) for kinds in (3, 5)],
    },
    {
        "That compares incoming weights alone. A unit has a bias and outgoing weights "
        "too.": lambda oracle, W, b, V: oracle(W=W, b=0 * b, V=0 * V),
        "The incoming weights are left out: each unit has a row of W too.": (
            lambda oracle, W, b, V: oracle(W=0 * W, b=b, V=V)
        ),
        "The outgoing weights are left out: each unit has a column of V too.": (
            lambda oracle, W, b, V: oracle(W=W, b=b, V=0 * V)
        ),
        "The biases are left out.": lambda oracle, W, b, V: oracle(W=W, b=0 * b, V=V),
        "That is the number of all units. Equal units count once.": (
            lambda b: np.array(len(b))
        ),
        "Units that differ by a rounding error were counted as different. Numbers less "
        "than 1e-9 apart are equal.": lambda W, b, V: np.array(exactly(W, b, V)),
        "That is how many units are copies. Count how many are different.": (
            lambda right, b: len(b) - right
        ),
    },
    hints=[
        "Put all numbers of one unit into one row: its row of W, its entry of b, its "
        "column of V.",
        "np.hstack([W, b[:, None], V.T]) has such rows. Round them, then count the "
        "different rows.",
        "np.unique(rows, axis=0) keeps each different row once.",
    ],
)

stay_equal = TextQuestion(
    "stay_equal",
    points=1,
    hints=(
        "Two hidden units have the same incoming weights and the same bias. What can "
        "you say about their activations, for each example?",
        "The gradient of a unit's incoming weights is the gradient with respect to the "
        "unit's z, times the unit's inputs. Which of these differ between the units?",
        "Equal units get equal gradients. What does this say about the units after one "
        "step? And after the next step?",
    ),
)
