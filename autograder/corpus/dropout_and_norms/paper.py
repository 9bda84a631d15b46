"""The weights of a network that was trained as the paper has it."""

from itertools import product

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, near, precise, some

ANSWERS = {}


def mean_output(W, b, x, keep):
    """The mean over all masks of a layer's output, mask by mask."""
    total = 0
    for mask in product([0, 1], repeat=len(x)):
        chance = np.prod([keep if m else 1 - keep for m in mask])
        total = total + chance * (W @ (np.array(mask) * x) + b)
    return total


def paper_weights(student, rng):
    """Both layers, asked at a random input, against the mean over all masks."""
    ins, hidden, outs = lengths(rng, 3, 1, 4)
    W1, b1, W2, b2 = (
        some(rng, *s) for s in ((hidden, ins), (hidden,), (outs, hidden), (outs,))
    )
    keep = rng.uniform(0.1, 0.9, 2)
    V1, c1, V2, c2 = student.paper_weights(W1, b1, W2, b2, *keep.tolist())
    x, h = some(rng, ins), some(rng, hidden)
    same = precise(V1 @ x + c1, mean_output(W1, b1, x, keep[0]))
    same = same and precise(V2 @ h + c2, mean_output(W2, b2, h, keep[1]))
    return same and near(V1, keep[0] * W1) and near(c2, b2)


ANSWERS["paper_weights"] = Answers(
    args="W1, b1, W2, b2, p_input, p_hidden",
    decider=paper_weights,
    right=[
        "[W1 * p_input, b1, W2 * p_hidden, b2]",
        """
drop_input, drop_hidden = 1 - p_input, 1 - p_hidden
return W1 - drop_input * W1, b1.copy(), W2 - drop_hidden * W2, b2.copy()""",
        """
D, E = p_input * np.eye(W1.shape[1]), p_hidden * np.eye(W2.shape[1])
return W1 @ D, b1, W2 @ E, b2""",
    ],
    wrong=[
        "p_hidden * W1, p_hidden * b1, W2, b2",
        "W1, b1, p_input * p_hidden * W2, b2",
        "p_input**2 * W1, b1, p_hidden**2 * W2, b2",
        "np.sqrt(p_input) * W1, b1, np.sqrt(p_hidden) * W2, b2",
        "p_input + W1, b1, p_hidden + W2, b2",
        "p_input * W1, p_hidden * W2",
        "p_hidden * W2, b2, p_input * W1, b1",
        "p_input * W1, b1, 0.5 * W2, b2",
    ],
    told={
        "-p_input * W1, -b1, -p_hidden * W2, -b2": (
            "Every entry is -1 times the right one."
        ),
        "2 * p_input * W1, 2 * b1, 2 * p_hidden * W2, 2 * b2": (
            "Every entry is 2 times the right one."
        ),
        "p_input * W1[None], b1, p_hidden * W2, b2": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "p_input * W1.T, b1, p_hidden * W2, b2": "It is the right result, transposed.",
    },
)
