"""What a loop trains on, row by row, and what is off in its epochs."""

import numpy as np

from chainrule.questions.kinds import mistakes
from chainrule.questions.probes.gpu_training import END, UNKNOWN

EPOCHS, BATCH, RATE = 10, 64, 0.02
(
    AS_ASKED,
    NOTHING,
    STRANGE,
    OTHER_SIZE,
    LEFT_OUT,
    NOT_ALL,
    IN_ORDER,
    ONE_ORDER,
    FEWER,
    MORE,
    OTHER_STEP,
) = range(11)

SEEN = {
    NOTHING: "no gradient comes back to the net",
    STRANGE: "the net is given images that X doesn't hold",
    OTHER_SIZE: "a batch holds {:g} rows",
    LEFT_OUT: "the last batch of an epoch is missing",
    NOT_ALL: "in epoch {:g} some rows come twice, or not at all",
    IN_ORDER: "in epoch {:g} the rows come in the order of X",
    ONE_ORDER: "epoch {:g} has the order of an earlier epoch",
    FEWER: "the loop trains for {:g} epochs",
    MORE: "the loop trains for at least {:g} epochs",
    OTHER_STEP: "the first step moves the weights by {:.2g} at most",
}
SENTENCES = {
    OTHER_SIZE: "The batches hold another number of rows than 64. Take 64 rows for "
    "each step; only the last batch of an epoch is smaller.",
    LEFT_OUT: "The last batch of each epoch is left out, because it holds fewer than "
    "64 rows. Train on this batch too.",
    NOT_ALL: "In one epoch some rows come twice, or not at all. Put all rows into a "
    "random order, as torch.randperm does, and cut this order into batches.",
    IN_ORDER: "The batches come in the order of the rows, which are sorted by class. "
    "So a batch holds only one or two classes. Draw a new order of the rows in each "
    "epoch.",
    ONE_ORDER: "The order is drawn once, and several epochs use it. Draw a new order "
    "at the beginning of each epoch.",
    FEWER: "Those are fewer than ten epochs. range(10) gives ten of them, and "
    "range(1, 10) gives only nine.",
    MORE: "Those are more than ten epochs. range(10) gives ten of them.",
    OTHER_STEP: "The first step of Adam moves a weight by the learning rate, which is "
    "0.02. Yours moves it by another amount, or not at all. Look at the optimizer, its "
    "learning rate, and step().",
}


def what_is_off(move, seen, n):
    """A kind of those above, and a number for its line in SEEN.

    move: of a weight in the first step, at most; seen: the numbers of the n rows as
    they were trained on, END after each batch.
    """
    ends = np.flatnonzero(seen == END)
    if not len(ends):
        return NOTHING, 0
    rows = seen[: ends[-1]]
    rows = rows[rows != END]
    if UNKNOWN in rows:
        return STRANGE, 0
    sizes = np.diff(ends, prepend=-1) - 1
    epoch = [BATCH] * (n // BATCH) + [n % BATCH]
    asked = np.resize(epoch, len(sizes))
    if not np.array_equal(sizes, asked):
        return off_in_size(rows, sizes, n)
    whole = rows[: len(rows) // n * n].reshape(-1, n)
    return off_in_rows(whole) or off_in_number(len(rows) / n) or off_in_step(move)


def off_in_size(rows, sizes, n):
    full = n // BATCH * BATCH
    if set(sizes) != {BATCH}:
        return OTHER_SIZE, sizes[sizes != BATCH][0]
    if len(rows) % full:
        return NOT_ALL, 1
    twice = [len(set(epoch)) < full for epoch in rows.reshape(-1, full)]
    return (NOT_ALL, 1 + np.argmax(twice)) if any(twice) else (LEFT_OUT, 0)


def off_in_rows(epochs):
    """The first epoch that holds not each row once, or in no order of its own."""
    earlier = set()
    for k, epoch in enumerate(epochs, 1):
        if not np.array_equal(np.sort(epoch), np.arange(len(epoch))):
            return NOT_ALL, k
        if np.array_equal(epoch, np.sort(epoch)):
            return IN_ORDER, k
        if epoch.tobytes() in earlier:
            return ONE_ORDER, k
        earlier.add(epoch.tobytes())
    return None


def off_in_number(epochs):
    if epochs == EPOCHS:
        return None
    return (FEWER if epochs < EPOCHS else MORE), epochs


def off_in_step(move):
    """Adam's first step is the rate times the gradient's sign, but for rounding."""
    return (AS_ASKED, 0) if np.isclose(move, RATE, rtol=0.01) else (OTHER_STEP, move)


def sentences():
    """A mistake for each kind that has a sentence: told where this kind was found."""
    return mistakes({says: (found(kind), same) for kind, says in SENTENCES.items()})


def found(kind):
    return lambda: np.array([0, kind, 0])


def same(yours, wrong, **_):
    return bool(yours[1] == wrong[1])
