"""Exclusive or: what one straight line can't do and two hidden units can."""

import numpy as np

from .figure import OTHER, SUBJECT, TAPE, figure, line, show

_REACH = -0.5, 1.6


def xor(corners, yes):
    """The four points, one line of a linear classifier, and the band of an MLP.

    corners: (4, 2), the points; yes: whether each should get a "yes".
    """
    title = "No line gets all four points right; this MLP does"
    fig, ax = figure(title, "x₁", "x₂")
    ax.set(xlim=_REACH, ylim=_REACH)
    x1, x2 = np.meshgrid(*[np.linspace(*_REACH, 300)] * 2)
    score = np.maximum(x1 + x2 - 0.5, 0) - 3 * np.maximum(x1 + x2 - 1, 0) - 0.25
    ax.contourf(x1, x2, score > 0, levels=[0.5, 1.5], colors=[TAPE.color], alpha=0.15)
    reach = np.array(_REACH)
    line(ax, reach, 0.5 - reach, OTHER)
    ax.text(0.26, -0.42, "one line:\nyes above it", ha="left", va="bottom")
    for (x, y), positive in zip(corners, yes, strict=True):
        ax.plot(x, y, "o" if positive else "s", color=SUBJECT.color, markersize=9)
        ax.text(x + 0.09, y + 0.05, "yes" if positive else "no")
    ax.text(0.5, 0.52, "yes, says\nthe MLP", color=TAPE.color, ha="center", va="center")
    return show(fig, f"{title}. The MLP says yes in a band around both 'yes' points.")
