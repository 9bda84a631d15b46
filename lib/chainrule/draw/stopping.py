"""Training and validation loss up to one step, with the lowest so far marked."""

import numpy as np

from .figure import OTHER, SUBJECT, TAPE, figure, line


def stopping(train, valid, now, every=1):
    """A figure of both losses up to measurement number `now`, counted from 0.

    train, valid: all losses, for which the axes leave room; every: how
    many steps lie between two measurements.
    """
    best = int(np.argmin(valid[: now + 1]))
    steps = every * np.arange(1, len(valid) + 1)
    fig, ax = figure(_title(steps[best], now > best), "step", "loss")
    ax.set(
        xlim=(0, 1.02 * steps[-1]), ylim=(0, 1.1 * max(np.max(train), np.max(valid)))
    )
    seen = slice(now + 1)
    line(ax, steps[seen], train[seen], TAPE, "training")
    line(ax, steps[seen], valid[seen], SUBJECT, "validation")
    ax.plot([steps[best]] * 2, ax.get_ylim(), color=OTHER.color, linestyle=":")
    ax.plot(steps[best], valid[best], "o", color=OTHER.color, markersize=5)
    ax.text(steps[best] + 0.01 * steps[-1], 0.03, "lowest so far", color=OTHER.color)
    return fig


def _title(step, past):
    if past:
        return f"The lowest validation loss was reached at step {step}"
    return "The validation loss is the lowest so far"
