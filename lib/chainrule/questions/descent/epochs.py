"""An epoch's batches: each row in one of them, in the order that was drawn."""

from dataclasses import dataclass

import numpy as np

from chainrule.crossing import Asked, plain
from chainrule.judge import AnswerError
from chainrule.oracle import Oracle
from chainrule.questions.kinds import called


@dataclass
class Shuffle:
    """A random order of n rows, each time it is asked for, as an answer gets it."""

    seed: int

    def __post_init__(self):
        self.rng, self.given = np.random.default_rng(self.seed), []

    def __call__(self, n):
        self.given.append(self.rng.permutation(int(n)))
        return self.given[-1].copy()

    def __str__(self):
        return "shuffle"


EPOCHS = 3
NO_LIST = "    Return a list of arrays of row numbers, one for each batch."
ORDERS = "    It asked for {} random orders. One epoch needs exactly one."
UNUSED = (
    "    The batches don't follow the order that shuffle gave: take all row numbers\n"
    "    from it."
)


def batches_of(answer, n, size, shuffle):
    """One epoch as an answer deals it, and the order that it was given."""
    found = answer(n, size, shuffle)
    if type(found) not in (tuple, list) or not found:
        raise AnswerError(NO_LIST)
    batches = []
    for batch in found:
        rows, problem = plain(batch)
        if problem or rows.ndim != 1 or rows.dtype.kind not in "iu":
            raise AnswerError(NO_LIST)
        batches.append(rows)
    if len(shuffle.given) != 1:
        raise AnswerError(ORDERS.format(len(shuffle.given)))
    if np.concatenate(batches).min(initial=0) < 0 or max(map(max_of, batches)) >= n:
        raise AnswerError(f"    Row numbers go from 0 to {n - 1}.")
    return batches, shuffle.given[0]


def max_of(rows):
    return rows.max(initial=-1)


def dealt(answer, n, size, shuffle):
    """Rows that are missing, rows that come again, and the batches' lengths, of some
    epochs that are dealt alike."""
    seen = []
    for epoch in range(EPOCHS):
        fresh = Asked(Shuffle([shuffle.seed, epoch]))
        batches, order = batches_of(answer, n, size, fresh)
        place = np.argsort(order)
        seen.append(sorted(sorted(place[rows].tolist()) for rows in batches))
    if any(other != seen[0] for other in seen):
        raise AnswerError(UNUSED)
    return summary(batches, n)


def summary(batches, n):
    times = np.bincount(np.concatenate(batches).astype(int), minlength=n)
    missing, again = np.sum(times == 0), np.sum(np.maximum(times - 1, 0))
    return np.array([missing, again, *sorted(map(len, batches), reverse=True)])


def even(n, size, shuffle):
    """Batch lengths, found by dealing the rows out one by one."""
    hands = [0] * -(-n // size)
    for row in range(n):
        hands[row % len(hands)] += 1
    return np.array([0, 0, *hands])


def tell(yours, right, n, size, shuffle):
    missing, again, *found = (int(v) for v in yours)
    lines = [f"    {missing} of {n} rows are in no batch."] if missing else []
    lines += [f"    Rows come again {again} times."] if again else []
    if found != [*right[2:]]:
        lines.append(f"    The batches have the lengths {found}.")
        if not missing and not again:
            lines.append(
                f"    For {n} rows and at most {size} in a batch they should be\n"
                f"    {[int(v) for v in right[2:]]}."
            )
    return "\n".join(lines)


def rows_left_over(rng):
    """Batches that don't come out even, in an uneven number of rows."""
    size = int(rng.integers(4, 9))
    count = int(rng.integers(3, 6))
    left = int(rng.integers(1, size - 1))
    return {
        "n": size * count + left,
        "size": size,
        "shuffle": Shuffle(int(rng.integers(2**31))),
    }


def rows_that_fit(rng):
    args = rows_left_over(rng)
    return {**args, "n": args["size"] * int(rng.integers(3, 6))}


def split_as(rule):
    """The lengths that go with a way to cut range(n) into batches."""

    def wrong(n, size, **_):
        batches = [np.asarray(b) for b in rule(np.arange(n), size) if len(b)]
        return summary(batches, n)

    return wrong


def slices(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


one_epoch = called(
    "one_epoch",
    Oracle("dealt one by one", even),
    {"rows left over": [rows_left_over] * 3, "rows that fit": rows_that_fit},
    {
        "The last batch is shorter than the others by more than one row, so its "
        "examples count more. Spread the rows evenly.": split_as(slices),
        "The rows that are left over are dropped: in each epoch some examples are "
        "never seen.": split_as(
            lambda order, size: slices(order, size)[: len(order) // size]
        ),
        "There is one batch too few, and some batches are larger than `size`: round "
        "the number of batches up.": split_as(
            lambda order, size: np.array_split(order, len(order) // size)
        ),
        "That makes `size` batches. `size` is the largest number of rows in a batch.": (
            split_as(np.array_split)
        ),
        "The last batch is filled with rows that came before. Each row belongs to one "
        "batch.": split_as(
            lambda order, size: slices(
                np.resize(order, size * -(-len(order) // size)), size
            )
        ),
    },
    points=3,
    drive=dealt,
    agree=lambda yours, right, **_: np.array_equal(yours, right),
    tell=tell,
    entries=False,
    hints=[
        "First the number of batches: n / size, rounded up. Then share out n rows "
        "among so many batches as evenly as possible.",
        "Ask for an order once, order = shuffle(n), and cut it into pieces. "
        "-(-n // size) is n / size, rounded up.",
        "np.array_split(order, count) makes `count` pieces whose lengths differ by at "
        "most 1.",
    ],
)

QUESTIONS = [one_epoch]
