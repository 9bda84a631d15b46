"""What is fitted to a table is fitted to its training rows alone."""

from statistics import median

import numpy as np

from chainrule.judge import Question, TextQuestion
from chainrule.oracle import Oracle
from chainrule.questions.draws import sizes
from chainrule.questions.kinds import entries


def tables(rng):
    """Two tables with some zeros; the held rows go beyond the training rows."""
    columns, more = sizes(rng, 2)
    scale = rng.uniform(1, 40, columns)
    train = scale * rng.uniform(2, 3, (more + 5, columns))
    held = scale * rng.uniform(1.2, 4, (more + 3, columns))
    for table in (train, held):
        for column in table.T:
            column[rng.permutation(len(column))[: rng.integers(1, 3)]] = 0
    held[:, 0] = np.where(held[:, 0] > 0, held[:, 0], 0)
    return {"train": train, "held": held}


def fitted(table, known=lambda column: column > 0):
    """The median, the smallest and the largest number of each column, by sorting."""
    columns = [sorted(column[known(column)].tolist()) for column in table.T]
    return np.array([[median(c), c[0], c[-1]] for c in columns]).T


def scaled(table, middle, low, high):
    return (np.where(table > 0, table, middle) - low) / (high - low)


def by_sorting(train, held):
    return [scaled(table, *fitted(train)) for table in (train, held)]


def both(rule):
    """A mistake of the preparation, as it shows in the training and the held rows."""
    return (
        lambda train, held: rule(train, train, held),
        lambda train, held: rule(held, train, held),
    )


def together(table, train, held):
    return scaled(table, *fitted(np.concatenate([train, held])))


def with_mean(table, train, held):
    _, low, high = fitted(train)
    means = [column[column > 0].mean() for column in train.T]
    return scaled(table, means, low, high)


def zeros_counted(table, train, held):
    _, low, high = fitted(train)
    return scaled(table, np.median(train, axis=0), low, high)


def zeros_left(table, train, held):
    low, high = train.min(axis=0), train.max(axis=0)
    return (table - low) / (high - low)


def as_one(table, train, held):
    known = train[train > 0]
    return scaled(table, np.median(known), known.min(), known.max())


def standardized(table, train, held):
    middle = fitted(train)[0]
    full = np.where(train > 0, train, middle)
    return (np.where(table > 0, table, middle) - full.mean(0)) / full.std(0)


def by_largest(table, train, held):
    middle, _, high = fitted(train)
    return np.where(table > 0, table, middle) / high


def not_from_zero(table, train, held):
    middle, low, high = fitted(train)
    return np.where(table > 0, table, middle) / (high - low)


BOTH = {
    "That is fitted to all rows, so the held-out rows leak into training. Use the "
    "median, minimum and maximum of `train` alone.": both(together),
    "The zeros are replaced by the mean. Use the median.": both(with_mean),
    "The zeros count in the median. A 0 is no measurement: leave it out.": (
        both(zeros_counted)
    ),
    "The zeros are left as they are. Replace them before you scale.": both(zeros_left),
    "That uses one median and one range for all columns. Every column has its own.": (
        both(as_one)
    ),
    "That divides by the standard deviation. Here subtract the smallest number, and "
    "divide by the range.": both(standardized),
    "That divides by the largest number. Subtract the smallest first, and divide by "
    "the range.": both(by_largest),
    "The smallest number isn't subtracted. Subtract it before you divide.": (
        both(not_from_zero)
    ),
}
HELD_ONLY = {
    "The held-out rows are scaled by their own numbers. A new row may come alone: use "
    "the numbers of `train`.": lambda held: scaled(held, *fitted(held)),
    "The zeros of the held-out rows are replaced by their own median. Use the median "
    "of `train`.": lambda train, held: scaled(
        held, fitted(held)[0], *fitted(train)[1:]
    ),
    "The held-out rows are cut off at 0 and 1. Their numbers may lie outside, since "
    "the range is that of `train`.": lambda right: right.clip(0, 1),
}

fill_and_scale = Question(
    "fill_and_scale",
    *entries(
        ("train", "held"),
        (1, 1),
        Oracle("sorted by hand", by_sorting),
        {"two tables": [tables] * 3},
        {
            "train": {says: rules[0] for says, rules in BOTH.items()},
            "held": {says: rules[1] for says, rules in BOTH.items()} | HELD_ONLY,
        },
        "the training rows and the held-out rows",
    ),
    hints=[
        "Three numbers are fitted for each column: a median, a minimum and a maximum. "
        "All three come from `train`, without its zeros.",
        "Find the medians column by column: np.median(column[column > 0]) for each "
        "column in train.T. np.where(x > 0, x, medians) fills both tables.",
        "After filling: low = train.min(axis=0), high = train.max(axis=0), and "
        "(x - low) / (high - low) for both tables.",
    ],
)

genes_that_know = TextQuestion(
    "genes_that_know",
    points=1,
    hints=(
        "Which rows did the choice of the 20 genes look at?",
        "Among 5,000 columns of noise, some fit the labels of 50 patients by chance. "
        "Do these columns also fit the 5 patients of one fold?",
        "The choice of columns is fitted too, so it belongs inside the loop.",
    ),
)

QUESTIONS = [fill_and_scale, genes_that_know]
