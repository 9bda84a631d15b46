"""The triangle of all distributions over three classes: a point is a distribution."""

import numpy as np

from .figure import figure

CORNERS = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]])


def simplex(title, classes):
    """A figure of the triangle, with the three classes at its corners.

    At a corner its class is certain; in the middle all are equal. Returns (fig, ax).
    """
    fig, ax = figure(title, "", "")
    ax.set_axis_off()
    ax.set(aspect="equal", xlim=(-0.25, 1.25), ylim=(-0.1, 0.95))
    ax.plot(*CORNERS[[0, 1, 2, 0]].T, color="#1f1f1f", linewidth=1)
    for (x, y), name, side in zip(CORNERS, classes, (-1, 1, 0), strict=True):
        across = {-1: "right", 1: "left", 0: "center"}[side]
        up = 0.05 if side == 0 else -0.03
        ax.text(x + 0.02 * side, y + up, name, ha=across, va="center")
    return fig, ax


def place(p):
    """Where distributions stand in the triangle: (..., 3) to an (x, y) each."""
    return np.asarray(p) @ CORNERS
