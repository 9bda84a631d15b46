"""What is fitted to a table is fitted to its training rows alone."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise

ANSWERS = {}


def fill_and_scale(student, rng):
    """Entry by entry; fewer than half of the numbers lie on each side of a median."""
    columns, rows, more = lengths(rng, 3, 2, 7)
    train, held = (rng.uniform(1, 90, (n, columns)) for n in (rows + 2, more))
    train[2:][rng.random((rows, columns)) < 0.3] = 0
    held[rng.random(held.shape) < 0.3] = 0
    wanted = [np.empty(table.shape) for table in (train, held)]
    for j in range(columns):
        known = [v for v in train[:, j] if v]
        half = len(known) / 2
        below = max(v for v in known if sum(u < v for u in known) < half)
        above = min(v for v in known if sum(u > v for u in known) < half)
        for table, right in zip((train, held), wanted, strict=True):
            full = np.array([v or (below + above) / 2 for v in table[:, j]])
            right[:, j] = (full - min(known)) / (max(known) - min(known))
    given = train.copy(), held.copy()
    found = student.fill_and_scale(*given)
    untouched = all(map(np.array_equal, given, (train, held)))
    return untouched and len(found) == 2 and all(map(precise, found, wanted))


def prepared(
    medians="[np.median(c[c > 0]) for c in train.T]",
    full="np.where(train > 0, train, medians)",
    held="np.where(held > 0, held, medians)",
    low="full.min(axis=0)",
    high="full.max(axis=0)",
    end="(full - low) / (high - low), (held - low) / (high - low)",
):
    return f"""
medians = {medians}
full = {full}
held = {held}
low, high = {low}, {high}
return {end}"""


ANSWERS["fill_and_scale"] = Answers(
    args="train, held",
    decider=fill_and_scale,
    right=[
        """
train, held = train.copy(), held.copy()
for j in range(train.shape[1]):
    known = train[train[:, j] != 0, j]
    for table in (train, held):
        column = table[:, j]
        column[column == 0] = np.median(known)
        column -= known.min()
        column /= known.max() - known.min()
return train, held""",
        """
measured = np.where(train > 0, train, np.nan)
low, middle, high = np.nanquantile(measured, [0, 0.5, 1], axis=0)
return [
    (np.where(x == 0, middle, x) - low) / (high - low) for x in (train, held)
]""",
    ],
    wrong=[
        prepared(end="full - low, held - low"),
        prepared(end="(full - low) / high, (held - low) / high"),
        prepared(low="full.min()", high="full.max()"),
        prepared(medians="[np.min(c[c > 0]) for c in train.T]"),
        prepared(end="(train - low) / (high - low), (held - low) / (high - low)"),
        prepared(end="(full - low) / (high - low), held"),
        prepared(medians="[np.max(c) for c in train.T]"),
        prepared(medians="[np.sort(c[c > 0])[0:2].mean() for c in train.T]"),
        prepared(low="np.median(full, axis=0)"),
    ],
    told={
        prepared(
            end="2 * (full - low) / (high - low), (held - low) / (high - low)"
        ): "Every entry is 2 times the right one.",
        prepared(
            end="((full - low) / (high - low)).T, (held - low) / (high - low)"
        ): "It is the right result, transposed.",
        prepared(
            end="np.round((full - low) / (high - low), 3), held"
        ): "It is the right result, rounded to 3 decimals.",
        prepared(
            end="(full - low) / (high - low) + 1, (held - low) / (high - low)"
        ): "Every entry is the right one plus 1.",
    },
)
