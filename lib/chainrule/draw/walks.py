"""Walks over a surface, seen from above, step by step and side by side."""

from textwrap import fill

import numpy as np

from .figure import HAND, OTHER, STYLE, SUBJECT, TAPE, line, show
from .frames import frames

_GREY = "#b9b9b9"
_LINES = 14  # contour lines
_MANY = 200  # steps that are too many for dots
_WIDE = 4  # panels that are too many for one row
_WIDTH = 7.2  # of a page, in inches
_TITLE = 75  # letters in a line of it


def walks(height, paths, reach, letters, stops, tell, alt, lowest=(), lines=()):
    """A page for each stop: how far every walk has come after so many steps.

    height(x, y) takes arrays; paths: {name: (steps + 1, 2)}, a panel for each; reach:
    (x low, x high, y low, y high); letters: what x and y are; stops: a number of steps,
    or one for each path;
    tell(stop): a title, which states the finding, and a caption; lowest: where the
    minimum is, which is marked with +; lines: (name, x, y) of each
    dotted line.
    """
    told = [tell(stop) for stop in stops]
    fig = ground(height, list(paths), reach, letters, lowest, lines)
    headline = settled(fig, [title for title, _ in told])
    pages = []
    for stop, (title, caption) in zip(stops, told, strict=True):
        counts = np.broadcast_to(stop, len(paths))
        seen = [p[: n + 1] for p, n in zip(paths.values(), counts, strict=True)]
        headline.set_text(fill(title, _TITLE))
        marks = walked(fig, seen)
        pages.append(show(fig, caption))
        for mark in marks:
            mark.remove()
    return frames(pages, [caption for _, caption in told], alt)


def ground(height, names, reach, letters, lowest=(), lines=()):
    """A figure with a panel of contour lines for each walk, before the first step."""
    from matplotlib import style
    from matplotlib.figure import Figure
    from matplotlib.patheffects import withStroke

    rows = 1 if len(names) < _WIDE else 2
    columns = -(-len(names) // rows)
    halo = [withStroke(linewidth=3, foreground="white")]
    with style.context(["default", STYLE]):
        fig = Figure(size(rows, columns, reach), dpi=110, layout="constrained")
        grid = fig.subplots(rows, columns, sharey=True, squeeze=False)
        for ax, name in zip(grid.flat, names, strict=True):
            contours(ax, height, reach)
            if len(lowest):
                (mark,) = ax.plot(*lowest, "+", color=SUBJECT.color, markersize=12)
                mark.set(zorder=3, path_effects=halo)
            for line_name, x, y in lines:
                line(ax, x, y, OTHER, line_name, width=1.2)
            ax.set_title(name, fontsize=10)
            ax.set(xlim=reach[:2], ylim=reach[2:], aspect="equal")
        for ax in grid[-1]:
            ax.set_xlabel(letters[0])
        for ax in grid[:, 0]:
            ax.set_ylabel(letters[1])
    return fig


def settled(fig, titles):
    """Lay the panels out below the tallest of these titles, once for all pages.

    Returns the title's text, to be set anew on each page.
    """
    texts = [fill(title, _TITLE) for title in titles]
    tallest = max(texts, key=lambda text: text.count("\n"))
    headline = fig.suptitle(tallest, x=0.01, ha="left", fontsize=11)
    fig.get_layout_engine().execute(fig)
    fig.set_layout_engine("none")
    return headline


def walked(fig, paths):
    """Draw how far each walk has come, in its panel. Returns what was drawn."""
    from matplotlib import style

    drawn = []
    with style.context(["default", STYLE]):
        for ax, path in zip(fig.axes, paths, strict=True):
            dots = "." if len(path) < _MANY else ""
            width = np.clip((_MANY / len(path)) ** 0.5, 0.3, 1)
            drawn += ax.plot(*path.T, dots + "-", c=TAPE.color, lw=width, markersize=4)
            drawn += ax.plot(*path[0], "s", color=TAPE.color, markersize=5)
            (place,) = ax.plot(*path[-1], "o", color=HAND.color, markersize=7)
            place.set(zorder=4, markeredgecolor="white")
            drawn.append(place)
    return drawn


def size(rows, columns, reach):
    """Width and height at which panels of equal scales leave no white band."""
    across = (_WIDTH - 0.7) / columns - 0.1
    up = across * (reach[3] - reach[2]) / (reach[1] - reach[0])
    return _WIDTH, rows * (up + 0.5) + 0.5


def contours(ax, height, reach):
    """Lines of equal height, closer together near the lowest point."""
    x, y = np.linspace(*reach[:2], 80), np.linspace(*reach[2:], 80)
    z = height(*np.meshgrid(x, y))
    levels = z.min() + (z.max() - z.min()) * np.linspace(0.03, 1, _LINES) ** 2
    ax.contour(x, y, z, levels, colors=_GREY, linewidths=0.8)
