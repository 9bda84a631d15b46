"""How many steps a run takes."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.kinds import own_value


def walked(examples, batch, epochs):
    """Steps in an epoch, examples in its last step, steps in all, by walking."""
    starts = range(0, examples, batch)
    return np.array([len(starts), examples - starts[-1], epochs * len(starts)])


def own_run(rng):
    """A last batch with less than half of a batch: no two results are alike."""
    batch = int(rng.integers(20, 90))
    full, left = int(rng.integers(30, 400)), int(rng.integers(2, 0.45 * batch))
    return {
        "examples": batch * full + left,
        "batch": batch,
        "epochs": int(rng.integers(5, 30)),
    }


count_steps = own_value(
    "count_steps",
    "your own run",
    Oracle("counted", walked),
    own_run,
    {
        "The short batch at the end of an epoch is left out. It makes a step too.": (
            lambda examples, batch, epochs: np.array(
                [examples // batch, batch, epochs * (examples // batch)]
            )
        ),
        "The last step of an epoch doesn't have a full batch: it gets the examples "
        "that are left.": lambda right, batch: np.array([right[0], batch, right[2]]),
        "A number of steps is whole: the short last batch counts as one step.": (
            lambda right, examples, batch, epochs: np.array(
                [examples / batch, right[1], epochs * examples / batch]
            )
        ),
        "You rounded up the total. Round up in each epoch: every epoch ends with a "
        "short batch of its own.": lambda right, examples, batch, epochs: np.array(
            [*right[:2], np.ceil(epochs * examples / batch)]
        ),
        "That makes one step per epoch. An epoch has a step for every batch.": (
            lambda right, epochs: np.array([1, right[1], epochs])
        ),
        "That makes one step per example: batches of 1.": (
            lambda examples, epochs: np.array([examples, 1, epochs * examples])
        ),
        "The second number says how many examples are missing in the last batch. Give "
        "the number of examples that it has.": lambda right, batch: np.array(
            [right[0], batch - right[1], right[2]]
        ),
    },
    hints=[
        "Divide the examples by the size of a batch. What is left over makes one more "
        "step, a short one.",
        "The first number is ⌈n/B⌉, n/B rounded up. The second is what is left after "
        "the full batches.",
        "Steps in all: the steps of an epoch, times the number of epochs.",
    ],
)

QUESTIONS = [count_steps]
