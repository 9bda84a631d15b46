"""What leaves probabilities unchanged, and logits for given probabilities."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise

ANSWERS = {}

MAPS = {  # a map of scores, and whether it survives scaling and shifting
    "power": (lambda z, c: z**c, True, False),
    "exponential": (lambda z, c: np.exp(c * z), False, True),
    "falling": (lambda z, c: np.exp(-c * z), False, True),
    "above the least": (lambda z, c: (z - z.min()) ** c, True, True),
    "above one": (lambda z, c: 1 + z**c, False, False),
    "by rank": (lambda z, c: (1.0 + z.argsort().argsort()) ** c, True, True),
    "a bend": (lambda z, c: np.tanh(c * z / 9), False, False),
}


def left_unchanged(student, rng):
    """A map drawn from another list than the judge's."""
    rise, scale, shift = MAPS[rng.choice([*MAPS])]
    c = rng.uniform(0.6, 1.8)
    z = rng.permutation(np.arange(1, 8))[: rng.integers(3, 6)] / 3
    found = student.left_unchanged(lambda z: rise(z, c) / rise(z, c).sum(), z)
    return np.array_equal(found, [scale, shift])


ANSWERS["left_unchanged"] = Answers(
    args="probabilities, z",
    decider=left_unchanged,
    right=[
        """
before = probabilities(z)
scaled, shifted = probabilities(3.5 * z), probabilities(z + 0.75)
return [np.abs(scaled - before).max() < 1e-9, np.abs(shifted - before).max() < 1e-9]""",
        """
def same(changed):
    pairs = zip(probabilities(changed), probabilities(z))
    return all(abs(a - b) < 1e-8 for a, b in pairs)

return np.array([same(z / 2), same(z + 10)])""",
        """
p = probabilities(z)
return [int(np.allclose(probabilities(v), p)) for v in (z * 1.7, z + 0.3)]""",
    ],
    wrong=[
        """
p = probabilities(z)
return [p[0] == probabilities(z[::-1])[0], np.allclose(probabilities(z + 1), p)]""",
        "[np.allclose(probabilities(z + 1), probabilities(z)), True]",
        "np.allclose(probabilities(2 * z), probabilities(z))",
        "[True, np.allclose(probabilities(z + 1), probabilities(z))]",
        "[probabilities(2 * z), probabilities(z + 1)]",
        "[np.allclose(probabilities(2 * z), probabilities(z)), True]",
        "[np.allclose(probabilities(2 * z + 1), probabilities(z))] * 2",
    ],
)


def logits_for(student, rng):
    """Exponentials of the logits stand to each other as the probabilities do."""
    p = rng.uniform(0.05, 1, rng.integers(1, 6, 2))
    p /= p.sum(1, keepdims=True)
    z = np.asarray(student.logits_for(p.copy()), float)
    back = np.exp(z) / np.exp(z).sum(-1, keepdims=True)
    return z.shape == p.shape and precise(back, p) and precise(z.sum(1), 0 * p[:, 0])


ANSWERS["logits_for"] = Answers(
    args="p",
    decider=logits_for,
    right=[
        """
z = np.empty(p.shape)
for i, row in enumerate(p):
    z[i] = np.log(row / np.exp(np.mean(np.log(row))))
return z""",
        "np.log(p) - np.log(p).sum(axis=1)[:, None] / p.shape[1]",
        "np.log(p / p[:, :1]) - np.log(p / p[:, :1]).mean(1, keepdims=True)",
    ],
    wrong=[
        "np.exp(p) - np.exp(p).mean(-1, keepdims=True)",
        "np.log(p / p.max(-1, keepdims=True))",
        "np.log(p) - np.log(p.mean(-1, keepdims=True))",
        "np.log(p) + np.log(p.shape[-1])",
        "np.log(p) - np.log(p).mean(-1)",
        "softmax(p)",
        "np.log1p(p) - np.log1p(p).mean(-1, keepdims=True)",
        "p / p.sum(-1, keepdims=True)",
    ],
    told={
        "2 * (np.log(p) - np.log(p).mean(1, keepdims=True))": (
            "Every entry is 2 times the right one."
        ),
        "(np.log(p) - np.log(p).mean(1, keepdims=True)).T": (
            "It is the right result, transposed."
        ),
        "(np.log(p) - np.log(p).mean(1, keepdims=True)).ravel()": (
            "It is the right result, flattened."
        ),
        "np.log(p) - np.log(p).mean(1, keepdims=True) + 1": (
            "Every entry is the right one plus 1."
        ),
        "np.log(p) - np.median(np.log(p), 1, keepdims=True)": "",
        "np.zeros(p.shape)": "Every entry is 0.",
    },
)
