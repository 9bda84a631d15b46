"""Optimizers that race over the contours of a loss, with bars of what they remember."""

import numpy as np

from .figure import HAND, OTHER, STYLE, TAPE, figure, line
from .frames import frames

LOOKS = HAND, OTHER, TAPE


def race(loss, paths, remembered, at, title, reach):
    """A page for each step number in `at`: three paths, and below each its bars.

    paths: {runner: places}; remembered(runner, step): {what: its two numbers, one for
    each weight}, all from 0 to 1; title(step): the finding; reach: (left, right, low,
    high).
    """
    if len(paths) > len(LOOKS):
        raise ValueError(f"race: {len(paths)} runners. Try at most {len(LOOKS)}.")
    pages, captions = [], []
    for step in at:
        pages.append(_page(loss, paths, remembered, step, title(step), reach))
        losses = [f"{name} {loss(path[step]):.3g}" for name, path in paths.items()]
        captions.append(f"After {step} steps the losses are: {', '.join(losses)}.")
    alt = "Optimizers race over contours, with bars of their states. "
    return frames(pages, captions, f"{alt}{captions[-1]}")


def _page(loss, paths, remembered, step, title, reach):
    from matplotlib import style

    fig, ax = figure(title, "w₁", "w₂")
    fig.set_size_inches(6.0, 4.6)
    ax.remove()
    with style.context(["default", STYLE]):
        rows = fig.add_gridspec(2, len(paths), height_ratios=(2.1, 1))
        ax = fig.add_subplot(rows[0, :])
        ax.set(xlabel="w₁", ylabel="w₂", xlim=reach[:2], ylim=reach[2:])
        fig.suptitle(title, x=0.01, ha="left", fontsize=11)
        _contours(ax, loss, reach)
        for path, look in zip(paths.values(), LOOKS, strict=False):
            line(ax, *path[: step + 1].T, look)
            ax.plot(*path[step], "o", color=look.color, markersize=5)
        for place, (name, look) in enumerate(zip(paths, LOOKS, strict=False)):
            _bars(fig.add_subplot(rows[1, place]), name, look, remembered(name, step))
    return fig


def _contours(ax, loss, reach):
    x, y = (np.linspace(*ends, 80) for ends in (reach[:2], reach[2:]))
    heights = np.array([[loss(np.array([a, b])) for a in x] for b in y])
    levels = np.quantile(heights, [0.02, 0.08, 0.2, 0.4, 0.65, 0.9])
    ax.contour(x, y, heights, levels, colors="#bbbbbb", linewidths=0.8)
    ax.plot(0, 0, "+", color="#1f1f1f", markersize=9)


def _bars(ax, name, look, bars):
    """One bar for each weight and each thing that is remembered."""
    labels = [f"{what}{'₁₂'[i]}" for what in bars for i in range(2)]
    heights = np.concatenate([*bars.values()])
    ax.bar(range(len(heights)), heights, color=look.color, width=0.7)
    ax.set_xticks(range(len(heights)), labels, fontsize=8)
    ax.set(ylim=(0, 1.08), yticks=[0, 1])
    ax.set_title(name, fontsize=10, color=look.color, pad=3)
