"""A run of momentum that goes on in other forms."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def carried_over(student, rng):
    """Old gradients are added up in each form by its own weights."""
    beta, rate = rng.uniform(0.1, 0.97), rng.uniform(0.01, 2)
    old = some(rng, 400, rng.integers(1, 6))
    weights = beta ** np.arange(400)[::-1]
    z = weights @ old
    found = student.carried_over(z.copy(), rate, beta)
    if type(found) not in (tuple, list):
        return False
    new_rate, m, move = found
    average, ball = ((1 - beta) * weights) @ old, (-rate * weights) @ old
    # One step more, with a gradient of 1: all forms have to move alike.
    same = near(new_rate * (beta * m + 1 - beta), rate * (beta * z + 1), 1e-9, 1e-11)
    one = near(new_rate * (1 - beta), rate, 1e-9, 1e-11)
    return same and one and near(m, average, 1e-9, 1e-11) and near(move, ball, 1e-9)


ANSWERS["carried_over"] = Answers(
    args="z, rate, beta",
    decider=carried_over,
    right=[
        """
m = z - beta * z
return [rate / (1 - beta), m, -(rate / (1 - beta)) * m]""",
        """
new = 1 - beta
return np.divide(rate, new), np.multiply(new, z), np.multiply(-rate, z)""",
    ],
    wrong=[
        "rate / (1 - beta), (1 - beta) * z",
        "rate / (1 - beta), (1 - beta) * z, -rate * (1 - beta) * z",
        "rate / (1 - beta), beta * z, -rate * z",
        "(1 - beta) * z, rate / (1 - beta), -rate * z",
        "rate / beta, (1 - beta) * z, -rate * z",
        "rate / (1 - beta), (1 - beta) * dw, -rate * z",
        "rate / (1 - beta), (1 - beta) * z.mean(), -rate * z",
        "rate / (1 - beta) ** 2, (1 - beta) * z, -rate * z",
    ],
    told={"rate / (1 - beta), (1 - beta) * z, 2 * rate * z": ""},
)
