"""Walks over a surface, seen from above, step by step and side by side."""

from textwrap import fill

import numpy as np

from .figure import HAND, STYLE, TAPE
from .frames import frames

_GREY = "#b9b9b9"
_LINES = 14  # contour lines
_MANY = 200  # steps that are too many for dots


def walks(height, paths, reach, letters, stops, tell, alt):
    """A page for each stop: how far every walk has come after so many steps.

    height(x, y) takes arrays; paths: {name: (steps + 1, 2)}, a panel for each; reach:
    (x low, x high, y low, y high); letters: what x and y are; stops: a number of steps,
    or one for each path;
    tell(stop): a title, which states the finding, and a caption.
    """
    pages, captions = [], []
    for stop in stops:
        title, caption = tell(stop)
        counts = np.broadcast_to(stop, len(paths))
        seen = {
            name: path[: count + 1]
            for (name, path), count in zip(paths.items(), counts, strict=True)
        }
        pages.append(page(height, seen, reach, letters, title))
        captions.append(caption)
    return frames(pages, captions, alt)


def page(height, paths, reach, letters, title):
    """One figure: a panel with contour lines for each walk, its end marked."""
    from matplotlib import style
    from matplotlib.figure import Figure

    with style.context(["default", STYLE]):
        fig = Figure(figsize=(6.6, 3.2), dpi=110, layout="constrained")
        fig.suptitle(fill(title, 68), x=0.01, ha="left", fontsize=11)
        panels = fig.subplots(1, len(paths), sharey=True, squeeze=False)[0]
        for ax, (name, path) in zip(panels, paths.items(), strict=True):
            contours(ax, height, reach)
            dots = "." if len(path) < _MANY else ""
            width = 1 if dots else 0.5
            ax.plot(*path.T, dots + "-", c=TAPE.color, lw=width, markersize=4)
            ax.plot(*path[0], "s", color=TAPE.color, markersize=5)
            ax.plot(*path[-1], "o", color=HAND.color, markersize=7)
            ax.set_title(name, fontsize=10)
            ax.set(xlim=reach[:2], ylim=reach[2:], xlabel=letters[0])
        panels[0].set_ylabel(letters[1])
    return fig


def contours(ax, height, reach):
    """Lines of equal height, closer together near the lowest point."""
    x, y = np.linspace(*reach[:2], 80), np.linspace(*reach[2:], 80)
    z = height(*np.meshgrid(x, y))
    levels = z.min() + (z.max() - z.min()) * np.linspace(0.03, 1, _LINES) ** 2
    ax.contour(x, y, z, levels, colors=_GREY, linewidths=0.8)
