"""A training set that grows by changed copies of its images."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import precise, some

ANSWERS = {}


def grown(student, rng):
    """Every image of the result is looked up by the place that it should have."""
    n, height, width = rng.integers(2, 7, 3).tolist()
    images, labels = some(rng, n, height, width), rng.integers(100, size=n)
    held, copies = rng.random(n) < 0.4, int(rng.integers(1, 4))

    def change(images, k):
        return np.sin(np.asarray(images) * k) + k

    X, y = student.grown(images, labels, held, change, copies)
    rows = [i for i in range(n) if not held[i]]
    wanted = []
    for k in range(copies + 1):
        wanted += [images[i] if k == 0 else np.sin(k * images[i]) + k for i in rows]
    wanted = np.array(wanted).reshape(-1, height, width)
    return precise(X, wanted) and precise(y, [labels[i] for i in rows] * (copies + 1))


def blocks(
    given="images[~held], labels[~held]",
    more="change(own, k)",
    ks="range(1, copies + 1)",
    end="np.concatenate(X), np.concatenate(Y)",
):
    return f"""
own, names = {given}
X, Y = [own], [names]
for k in {ks}:
    X.append({more})
    Y.append(names)
return {end}"""


ANSWERS["grown"] = Answers(
    args="images, labels, held, change, copies",
    decider=grown,
    right=[
        blocks(given="images[held == 0], labels[np.logical_not(held)]"),
        """
rows = np.flatnonzero(~held)
X = np.stack([images[rows]] + [change(images[rows], k + 1) for k in range(copies)])
return X.reshape(-1, *images.shape[1:]), np.tile(labels[rows], copies + 1)""",
        """
X, y = images[~held], labels[~held]
for k in range(1, copies + 1):
    X = np.concatenate([X, change(images, k)[~held]])
    y = np.append(y, labels[~held])
return X, y""",
    ],
    wrong=[
        blocks(ks="range(1, copies)"),
        blocks(ks="range(1, copies + 2)"),
        blocks(ks="[copies] * copies"),
        blocks(ks="range(copies, 0, -1)"),
        blocks(more="change(own, 1)"),
        blocks(more="change(own, k)[::-1]"),
        blocks(end="X, Y"),
        blocks(end="np.concatenate(X)"),
        blocks(end="np.concatenate(Y), np.concatenate(X)"),
        blocks(more="change(own, k) + own"),
    ],
    told={
        blocks(end="np.stack(X), np.concatenate(Y)"): (
            "It is the right result, in another shape."
        ),
        blocks(end="2 * np.concatenate(X), np.concatenate(Y)"): (
            "Every entry is 2 times the right one."
        ),
        blocks(end="np.concatenate(X), np.concatenate(Y)[None]"): (
            "It is the right result, with an axis of length 1 too many."
        ),
    },
)
