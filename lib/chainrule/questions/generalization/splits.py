"""A split that takes whole groups."""

import numpy as np

from chainrule.oracle import closed_form
from chainrule.questions.kinds import called


def rows_of(groups, names):
    return np.isin(groups, names)


def number_taken(groups, order, least):
    """How many groups from the front have `least` rows or more together."""
    enough = (rows_of(groups, order[:k]).sum() >= least for k in range(len(order) + 1))
    return list(enough).index(True)


def counted(groups, order, least):
    return rows_of(groups, order[: number_taken(groups, order, least)])


def measured(beyond):
    """Rows of birds that were measured two to six times each.

    beyond: how many rows more are wanted than some groups from the front have.
    """

    def make(rng):
        while True:
            birds = rng.choice(np.arange(10, 100), rng.integers(6, 9), replace=False)
            groups = rng.permutation(birds.repeat(rng.integers(2, 7, len(birds))))
            order = rng.permutation(birds)
            taken = int(rng.integers(2, len(birds) - 1))
            rows = int(rows_of(groups, order[:taken]).sum())
            args = {"groups": groups, "order": order, "least": rows + beyond}
            others = counted(groups, np.sort(order), args["least"]), first_rows(**args)
            if not any(np.array_equal(counted(**args), other) for other in others):
                return args

    return make


def first_rows(groups, order, least):
    return np.arange(len(groups)) < least


def cut(groups, order, least):
    """The first rows of the groups, taken group by group."""
    places = {name: place for place, name in enumerate(order)}
    by_group = np.argsort([places[name] for name in groups], kind="stable")
    return np.argsort(by_group) < least


def in_any_order(yours, wrong, **_):
    return np.array_equal(np.sort(yours, axis=None), wrong)


def same_rows(yours, right, **_):
    return np.shape(yours) == np.shape(right) and bool(np.all(yours == right))


whole_groups = called(
    "whole_groups",
    closed_form(counted, "counted by hand"),
    {
        "more rows than wanted": [measured(-1)] * 4,
        "just as many rows": [measured(0)] * 3,
        "a group for one row": [measured(1)] * 3,
    },
    {
        "That is the opposite: return True for the rows that are taken.": (
            lambda right: ~right
        ),
        "Those are row numbers. Return True or False for every row.": (
            lambda right: np.flatnonzero(right),
            in_any_order,
        ),
        "That takes the first rows, whatever group they belong to.": first_rows,
        "That cuts a group in two. Take the whole group, even if it brings more "
        "than `least` rows.": cut,
        "It stops one group too early: fewer than `least` rows are taken.": (
            lambda groups, order, least: rows_of(
                groups, order[: number_taken(groups, order, least) - 1]
            )
        ),
        "It takes one group too many. Stop as soon as `least` rows are taken.": (
            lambda groups, order, least: rows_of(
                groups, order[: number_taken(groups, order, least) + 1]
            )
        ),
        "Where the groups have exactly `least` rows, it takes one more group. Exactly "
        "`least` rows are enough.": lambda groups, order, least: counted(
            groups, order, least + 1
        ),
        "That takes `least` groups. `least` counts rows.": (
            lambda groups, order, least: rows_of(groups, order[:least])
        ),
        "That takes the groups by their numbers. Take them as they stand in `order`.": (
            lambda groups, order, least: counted(groups, np.sort(order), least)
        ),
    },
    points=1,
    agree=same_rows,
    entries=False,
    hints=[
        "Begin with an array of False, as long as `groups`. Go through `order`, and "
        "look before each group whether there are enough rows.",
        "`groups == name` is True for the rows of one group. `held.sum()` counts the "
        "rows that are taken so far.",
        "for name in order: where held.sum() < least, held becomes "
        "held | (groups == name).",
    ],
)

QUESTIONS = [whole_groups]
