"""Training and validation losses of several runs, a small panel for each."""

import numpy as np

from .figure import STYLE, SUBJECT, TAPE, show

_LEGEND = (
    "step   (line: training loss, points: validation loss, "
    "dotted: a net that knows nothing)"
)


def logged(runs, title, unknowing):
    """A panel for each run: {name: (training losses, validation losses)}.

    All losses share one logarithmic axis; the validation loss is measured
    several steps apart. unknowing: the loss of a net that knows nothing, dotted.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    columns = min(3, len(runs))
    rows = -(-len(runs) // columns)
    every = [loss for run in runs.values() for losses in run for loss in losses]
    ends = min(*every, 0.5) / 1.5, max(*every, 3) * 1.5
    with style.context(["default", STYLE]):
        fig = Figure(figsize=(7.2, 0.7 + 2.1 * rows), dpi=110, layout="constrained")
        fig.suptitle(title, x=0.01, ha="left", fontsize=11)
        axes = fig.subplots(rows, columns, squeeze=False).ravel()
        for ax, (name, run) in zip(axes, runs.items(), strict=False):
            _panel(ax, name, run, unknowing, ends)
        for ax in axes[len(runs) :]:
            ax.set_axis_off()
        fig.supxlabel(_LEGEND if len(runs) > 1 else "step", fontsize=9)
        if len(runs) == 1:
            _label(axes[0], *run, unknowing)
        fig.supylabel("loss (log scale)", fontsize=9)
    ends = ", ".join(
        f"{name}: training {train[-1]:.2g}, validation {valid[-1]:.2g}"
        for name, (train, valid) in runs.items()
    )
    return show(fig, f"{title}. Last losses: {ends}.")


def _panel(ax, name, run, unknowing, ends):
    train, valid = map(np.array, run)
    every = len(train) // len(valid)
    ax.axhline(unknowing, color=SUBJECT.color, linestyle=":", linewidth=1)
    ax.plot(train, color=TAPE.color, linewidth=1)
    at = every * np.arange(1, len(valid) + 1)
    ax.plot(at, valid, "o-", color=SUBJECT.color, linewidth=1, markersize=3)
    ax.set(yscale="log", ylim=ends)
    ticks = _ticks(*ax.get_ylim())
    ax.set_yticks(ticks, [f"{t:,g}" for t in ticks])
    ax.minorticks_off()
    late = train[-10:].mean()
    ax.set_title(f"{name}: from {train[0]:.3g} to {late:.2g}", fontsize=10)


def _label(ax, train, valid, unknowing):
    """Words at the lines, where there is room for them."""
    where = {"ha": "right", "va": "bottom", "fontsize": 9}
    ax.text(len(train), unknowing, "a net that knows nothing", **where)
    ax.text(len(train) / 5, valid[1] * 1.2, "validation loss", fontsize=9)
    where["va"] = "top"
    ax.text(len(train), min(train) * 0.95, "training loss", color=TAPE.color, **where)


def _ticks(low, high):
    """1, 10 … between two ends, and 3, 30 … where those are few."""
    tens = [10.0**k for k in range(-4, 7)]
    for ticks in (tens, sorted([*tens, *(3 * t for t in tens)])):
        found = [t for t in ticks if low < t < high]
        if len(found) > 2:
            break
    return found
