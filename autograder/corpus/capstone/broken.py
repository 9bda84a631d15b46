"""Six broken runs, told apart."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def sizes(run):
    """What is measured of a run's curves: jumps, trembling, ends."""
    train, valid = map(np.array, run)
    epochs = train.reshape(12, -1)
    return {
        "first": train[0],
        "top": train[1:40].max(),
        "flat": train.std() / train.mean(),
        "still": np.abs(np.diff(valid)).max() if len(valid) else 0,
        "apart": valid[-1] / max(train[-10:].mean(), 1e-9),
        "rhythm": np.corrcoef(epochs[-1], epochs[-2])[0, 1],
        "late": train[-10:].mean(),
    }


def likely(run):
    """The fault by a ladder of its own, from what is most striking."""
    s = sizes(run)
    late = np.array(run[1])[1:]
    if s["flat"] < 0.015:
        return 2
    if late.std() < 1e-3:
        return 8
    if s["first"] > 20:
        return 5
    if s["top"] > 6.8:
        return 1
    if s["late"] > 1.6:
        return 3
    if s["late"] < 0.08 and late[-1] < 4:
        return 7
    return 6 if s["apart"] > 15 else 4


def broken_runs(student, rng):
    own = student.numbers("broken_runs", student.STUDENT)
    right = [likely(own[run]) for run in "ABCDEF"]
    return not callable(student.broken_runs) and near(student.broken_runs, right)


ABOVE = """
own = numbers("broken_runs", STUDENT)

def fault(train, valid):
    late = sum(train[-20:]) / 20
    if train[0] > 10:
        return 5
    if max(train) > 7:
        return 1
    if valid[-1] > 5:
        return 6
    if max(valid[1:]) - min(valid[1:]) < 2e-3:
        return 2 if max(train) - min(train) < 0.2 else 8
    if late > 1.5:
        return 2 if max(train) - min(train) < 0.2 else 3
    return 7 if late < 0.1 else 4

right = [fault(*own[run]) for run in "ABCDEF"]"""

ANSWERS["broken_runs"] = Answers(
    above=ABOVE,
    decider=broken_runs,
    right=[
        "right",
        """
broken_runs = []
for run in "ABCDEF":
    losses = np.array(own[run][0])
    if np.ptp(losses) < 0.2:
        broken_runs.append(2)
    else:
        broken_runs.append(fault(*own[run]))""",
    ],
    wrong=[
        "[1, 2, 3, 4, 5, 6]",
        "right[::-1]",
        "right[1:] + right[:1]",
        "right[:5]",
        "[9 - number for number in right]",
        "sorted(right)",
        "set(right)",
        "[right[0]] * 6",
    ],
    told={"right[:3] + [right[4], right[5], right[3]]": ""},
)
