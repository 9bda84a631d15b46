"""Weight decay."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, some
from corpus.networks.backward import agrees

ANSWERS = {}
OPPOSITE = "Every entry is -1 times the right one."
TWICE = "Every entry is 2 times the right one."


def decayed_gradients(student, rng):
    """Complex steps of the loss with what is added to it."""
    ins, hidden, outs = lengths(rng, 3)
    shapes = (hidden, ins), (hidden,), (outs, hidden), (outs,)
    given = [some(rng, *s) for s in shapes]
    W1, W2, decay = some(rng, *shapes[0]), some(rng, *shapes[2]), rng.uniform(0, 3)

    def loss(values):
        W1, _, W2, _ = values
        linear = sum(np.sum(g * v) for g, v in zip(given, values, strict=True))
        return linear + decay * (np.sum(W1 * W1) + np.sum(W2 * W2))

    at = [W1, np.zeros(hidden), W2, np.zeros(outs)]
    found = student.decayed_gradients(*(g.copy() for g in given), W1, W2, decay)
    return len(found) == 4 and all(
        agrees(f, lambda v, i=i: loss([*at[:i], v, *at[i + 1 :]]), at[i], rng)
        for i, f in enumerate(found)
    )


ANSWERS["decayed_gradients"] = Answers(
    args="dW1, db1, dW2, db2, W1, W2, decay",
    decider=decayed_gradients,
    right=[
        "dW1 + decay * (W1 + W1), db1, dW2 + decay * (W2 + W2), db2",
        """
found = []
for g, W in [(dW1, W1), (db1, 0), (dW2, W2), (db2, 0)]:
    found.append(g + 2 * decay * W)
return found""",
    ],
    wrong=[
        "dW1 + 2 * decay * W1, dW2 + 2 * decay * W2",
        "dW1 + 2 * decay * W1, db1, dW2, db2",
        "dW1 + decay * W1**2, db1, dW2 + decay * W2**2, db2",
        "dW1 + 2 * decay, db1, dW2 + 2 * decay, db2",
        "dW1 + 2 * decay * W2.sum(), db1, dW2 + 2 * decay * W1.sum(), db2",
        "dW1 + 2 * decay * np.abs(W1), db1, dW2 + 2 * decay * np.abs(W2), db2",
        "2 * decay * W1, db1, 2 * decay * W2, db2",
    ],
    told={
        "-dW1 - 2 * decay * W1, -db1, -dW2 - 2 * decay * W2, -db2": OPPOSITE,
        "dW1 + 4 * decay * W1, db1, dW2 + 4 * decay * W2, db2": "",
        "2 * dW1 + 4 * decay * W1, 2 * db1, 2 * dW2 + 4 * decay * W2, 2 * db2": TWICE,
    },
)
