"""Secants that turn into a tangent as their step shrinks."""

import numpy as np

from .figure import DIFFERENCE, SUBJECT, TAPE, figure, line
from .frames import frames

_WIDTHS = {"forward": 1.2, "central": 3}


def secants(f, slope, x, steps, schemes=("forward",)):
    """The graph of f, its tangent at x, and its secants: a page for each step.

    `slope` is the true one at x. "forward" joins the points at x and x + h, "central"
    those at x − h and x + h.
    """
    pages, captions = [], []
    for h in steps:
        ends = {"forward": np.array([x, x + h]), "central": np.array([x - h, x + h])}
        found = {s: (np.diff(f(ends[s])) / np.diff(ends[s])).item() for s in schemes}
        pages.append(_page(f, slope, x, h, {s: (ends[s], found[s]) for s in schemes}))
        said = [f"{s} slope {q:.4f}, off by {q - slope:.4f}" for s, q in found.items()]
        captions.append(f"h = {h:g}: {'; '.join(said)}".replace("-", "−"))
    alt = f"Secants turn into the tangent of slope {slope:.4f} as h shrinks. "
    alt = f"{alt}{captions[0]}. {captions[-1]}.".replace("-", "−")
    return frames(pages, captions, alt)


def _page(f, slope, x, h, secants):
    reach = np.linspace(x - 0.6, x + 0.6, 200)
    missed = [f"by {abs(q - slope):.2g}" for _, q in secants.values()]
    first, last = min(secants, key=_WIDTHS.get), max(secants, key=_WIDTHS.get)
    title = f"h = {h:g}: {first} slope is off " + f", {last} ".join(missed)
    fig, ax = figure(title, "x", "f(x)")
    line(ax, reach, f(reach), SUBJECT, "f", 2.5)
    line(
        ax,
        reach,
        f(x) + slope * (reach - x),
        TAPE,
        f"tangent: {slope:.2f}".replace("-", "−"),
    )
    for scheme, (ends, quotient) in secants.items():
        run = f(ends[0]) + quotient * (reach - ends[0])
        line(ax, reach, run, DIFFERENCE, scheme, _WIDTHS[scheme])
        ax.plot(ends, f(ends), "o", color=DIFFERENCE.color)
    low, high = f(reach).min(), f(reach).max()
    ax.set_ylim(low - 0.2 * (high - low), high + 0.2 * (high - low))
    return fig
