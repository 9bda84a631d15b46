"""Six broken runs: which of eight faults is behind each?"""

import numpy as np

from chainrule.judge import Part, Question, own_case
from chainrule.oracle import Oracle
from chainrule.questions.capstone import runs
from chainrule.questions.kinds import exchanged, mistakes

RUNS = "ABCDEF"


# Faults that look alike, and what tells them apart.
ALIKE = {
    (2, 3): "both losses stay high. A net of zeros starts at log 6 exactly, and says "
    "the same of all rows",
    (3, 8): "both losses stay high. With a rate that vanishes the weights stand still, "
    "and the validation loss doesn't even tremble",
    (2, 8): "a line is flat. A net of zeros begins at log 6 and stays there; with a "
    "rate that vanishes the loss stays near where it began",
    (1, 5): "a loss is huge. See whether it is huge before the first step or only "
    "after a step",
    (1, 4): "the training loss jumps. A step that is too large throws it above 6, and "
    "without a rhythm",
    (6, 7): "the validation loss is above the training loss. With too few rows the "
    "training loss goes to 0; with validation rows of another scale it falls as in "
    "a right run",
}


def six_runs(rng):
    """The losses of six runs, A to F, each broken by another of the faults."""
    faults = rng.permutation(runs.FAULTS)
    while tuple(sorted(faults[6:])) in ALIKE or sorted(faults[:6]) == list(faults[:6]):
        faults = rng.permutation(runs.FAULTS)
    return {
        name: clear_run(int(fault), rng)
        for name, fault in zip(RUNS, faults, strict=False)
    }


def clear_run(fault, rng):
    """The training and the validation losses of a run with a fault; it is made again
    where they leave a doubt."""
    while True:
        train, valid = runs.measured(fault, rng)
        if fault_of(train, valid) == fault:
            return [train, valid]


def told_apart(**logged):
    """The fault behind each run, from its losses."""
    return np.array([fault_of(*run) for run in logged.values()])


def fault_of(train, valid):
    train, valid = np.array(train), np.array(valid)
    nothing, late = np.log(runs.CLASSES), train[-20:].mean()
    if train[0] > 10:
        return 5
    if train.max() > 9:
        return 1
    if late < 1 and valid[-1] > 5:
        return 6
    if abs(train[0] - nothing) < 1e-3 and abs(valid[-1] - nothing) < 0.05:
        return 2
    if np.ptp(valid[1:]) < 2e-3:
        return 8
    if late > 1.5:
        return 3
    if late > 0.15 and 1.2 * train[0] < train.max() < 5.5:
        return 4
    return 7 if late < 0.1 else 0


def count(yours, right, **_):
    """How many runs are named rightly."""
    return int(np.sum(yours == right)) if np.shape(yours) == np.shape(right) else 0


def share(yours, right, **_):
    return count(yours, right) / len(RUNS)


def tell(yours, right, **_):
    if np.shape(yours) != np.shape(right):
        return f"    a list of {len(RUNS)} numbers is asked for"
    return f"    {count(yours, right)} of {len(RUNS)} runs are named rightly"


MISTAKES = {
    f"Faults {one} and {other} are confused: {why}.": exchanged(one, other)
    for (one, other), why in ALIKE.items()
}


broken_runs = Question(
    "broken_runs",
    Part(
        6,
        Oracle("what was logged", told_apart),
        [own_case("your own six runs", six_runs)],
        mistakes(
            {
                **MISTAKES,
                "The faults are numbered from 1.": lambda right: right - 1,
            }
        ),
        share=share,
        tell=tell,
    ),
    value=True,
    hints=[
        "Look at the first loss. A net that knows nothing has the loss log 6 = 1.79. "
        "Which faults change what is there before the first step?",
        "Compare both curves. Where the training loss falls as it should, the fault is "
        "in the data that are looked at. Where both stay high, either the net gets "
        "nothing to learn (3), or its weights can't move (2, 8).",
        "On a logarithmic axis two lines may look equally flat. Print the validation "
        "losses: a rate that vanishes leaves the weights, and so this loss, where they "
        "are.",
    ],
)
