"""Optimizers that race over the contours of a loss, with bars of what they remember."""

import numpy as np

from .figure import HAND, OTHER, STYLE, TAPE, figure, line
from .frames import frames

LOOKS = HAND, OTHER, TAPE
MARKS = ("o", "●"), ("s", "■"), ("^", "▲")


def race(loss, paths, remembered, at, title, reach):
    """A page for each step number in `at`: three paths, and beside them their bars.

    paths: {runner: places}; remembered(runner, step): {what: its two numbers, one for
    each weight}, all from 0 to 1; title(step): the finding; reach: (left, right, low,
    high).
    """
    if len(paths) > len(LOOKS):
        raise ValueError(f"race: {len(paths)} runners. Try at most {len(LOOKS)}.")
    pages, captions, ground = [], [], _contours(loss, reach)
    for step in at:
        pages.append(_page(ground, paths, remembered, step, title(step)))
        losses = [f"{name} {loss(path[step]):.3g}" for name, path in paths.items()]
        captions.append(
            f"Losses after step {step}: {', '.join(losses)}. {title(step)}."
        )
    alt = "Optimizers race over contours, with bars of their states. "
    return frames(pages, captions, f"{alt}{captions[-1]}")


def _page(ground, paths, remembered, step, title):
    from matplotlib import style

    fig, ax = figure(title, "w₁", "w₂")
    fig.set_size_inches(6.0, 4.2)
    ax.remove()
    with style.context(["default", STYLE]):
        grid = fig.add_gridspec(len(paths), 2, width_ratios=(2, 1))
        ax = fig.add_subplot(grid[:, 0], aspect="equal")
        ax.set(
            xlabel="w₁", ylabel="w₂", xlim=ground[0][[0, -1]], ylim=ground[1][[0, -1]]
        )
        fig.suptitle(title, x=0.01, ha="left", fontsize=11)
        ax.contour(*ground, colors="#bbbbbb", linewidths=0.8)
        ax.plot(0, 0, "+", color="#1f1f1f", markersize=9)
        for path, look, (mark, _) in zip(paths.values(), LOOKS, MARKS, strict=False):
            line(ax, *path[: step + 1].T, look)
            ax.plot(*path[step], mark, color=look.color, markersize=6)
        for place, name in enumerate(paths):
            beside = fig.add_subplot(grid[place, 1])
            _bars(beside, remembered(name, step), LOOKS[place].color)
            said = f"{MARKS[place][1]} {name}"
            beside.set_title(said, fontsize=10, color=LOOKS[place].color, pad=3)
    return fig


def _contours(loss, reach):
    """x, y, the heights, and at which of them a contour is drawn."""
    x, y = np.linspace(*reach[:2], 120), np.linspace(*reach[2:], 120)
    heights = np.array([[loss(np.array([a, b])) for a in x] for b in y])
    return x, y, heights, np.quantile(heights, [0.02, 0.08, 0.2, 0.4, 0.65, 0.9])


def _bars(ax, bars, color):
    """One bar for each weight and each thing that is remembered."""
    two_lines = [what.replace("/", "/\n") for what in bars]
    labels = [f"{what}{'₁₂'[i]}" for what in two_lines for i in range(2)]
    heights = np.concatenate([*bars.values()])
    ax.bar(range(len(heights)), heights, color=color, width=0.7)
    ax.set_xticks(range(len(heights)), labels, fontsize=8)
    ax.set(ylim=(0, 1.08), yticks=[0, 1])
