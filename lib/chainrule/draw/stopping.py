"""Training and validation loss up to one check, with the best check so far marked."""

import numpy as np

from .figure import HAND, SUBJECT, TAPE, figure, line


def stopping(train, valid, now, every=1):
    """A figure of both losses up to check number `now`, counted from 0.

    train, valid: the losses of all checks, for which the axes leave room; every: how
    many steps lie between two checks.
    """
    best = int(np.argmin(valid[: now + 1]))
    steps = every * np.arange(1, len(valid) + 1)
    fig, ax = figure(_title(now - best, every), "step", "loss")
    ax.set(
        xlim=(0, 1.02 * steps[-1]), ylim=(0, 1.1 * max(np.max(train), np.max(valid)))
    )
    seen = slice(now + 1)
    line(ax, steps[seen], train[seen], TAPE, "training")
    line(ax, steps[seen], valid[seen], SUBJECT, "validation")
    ax.axvline(steps[best], color=HAND.color, linestyle=":")
    ax.plot(steps[best], valid[best], "o", color=HAND.color)
    ax.text(steps[best] + 0.01 * steps[-1], 0.03, "best so far", color=HAND.color)
    return fig


def _title(since, every):
    if since == 0:
        return "The validation loss is the lowest so far"
    return f"The lowest validation loss is {since * every} steps old"
