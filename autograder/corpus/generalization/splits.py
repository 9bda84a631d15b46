"""A split that takes whole groups."""

import numpy as np

from corpus.answers import Answers

ANSWERS = {}


def whole_groups(student, rng):
    """Rows of the first groups alone; enough of them, and too few without the last."""
    names = rng.choice(200, rng.integers(3, 9), replace=False)
    groups = rng.permutation(np.repeat(names, rng.integers(1, 5, len(names))))
    order, least = rng.permutation(names), int(rng.integers(1, len(groups) + 1))
    held = np.asarray(student.whole_groups(groups, order, least))
    if held.shape != groups.shape or not np.isin(held, [False, True]).all():
        return False
    rows = {name: held[groups == name] for name in order}
    taken = [bool(rows[name].all()) for name in order]
    whole = all(rows[name].all() or not rows[name].any() for name in order)
    last = np.count_nonzero(taken) - 1
    enough = held.sum() >= least > held.sum() - len(rows[order[last]])
    return whole and all(taken[: last + 1]) and enough


ANSWERS["whole_groups"] = Answers(
    args="groups, order, least",
    decider=whole_groups,
    right=[
        """
counts = [np.sum(groups == name) for name in order]
k = np.searchsorted(np.cumsum(counts), least)
return np.isin(groups, order[: k + 1])""",
        """
taken, rows = set(), 0
for name in order:
    if rows >= least:
        break
    taken.add(name)
    rows += np.count_nonzero(groups == name)
return np.array([name in taken for name in groups])""",
        """
held = np.zeros(len(groups), dtype=int)
names = list(order)
while held.sum() < least:
    held[groups == names.pop(0)] = 1
return held""",
    ],
    wrong=[
        "groups == order[0]",
        "np.isin(order, groups[:least])",
        "np.isin(groups, groups[:least])",
        "np.arange(len(groups)) >= len(groups) - least",
        """
largest = sorted(order, key=lambda name: -np.sum(groups == name))
held = np.zeros(len(groups), bool)
for name in largest:
    if held.sum() < least:
        held |= groups == name
return held""",
        """
held = np.zeros(len(groups), bool)
for name in order[::-1]:
    if held.sum() < least:
        held |= groups == name
return held""",
        """
held = np.zeros(len(groups), bool)
for name in order:
    if held.sum() + np.sum(groups == name) <= least:
        held |= groups == name
return held""",
    ],
    told={"np.zeros(len(groups), bool)": ""},
    mistakes={
        "Those are row numbers.": """
rows = []
for name in order:
    if len(rows) < least:
        rows.extend(np.flatnonzero(groups == name))
return np.array(rows)""",
    },
)
