"""Broadcasting run backward: what was stretched is folded up again, by adding."""

import numpy as np

from . import svg
from .frames import frames
from .grid import CELL, grid

_APART = 90  # pixels
_TITLE = "Copies made by a stretch add up on the way back"


def fold(g, shapes):
    """How a gradient of two axes goes back to each of `shapes`, step by step.

    g: the gradient that arrives after broadcasting; shapes: {name: shape}. ValueError
    where an array of such a shape doesn't broadcast to that of g.
    """
    g = np.asarray(g, float)
    pages, captions = [], []
    for name, shape in shapes.items():
        for lines, caption in _stages(g, name, shape):
            captions.append(caption)
            pages.append(_page(lines, g.shape, caption))
    return frames(pages, captions, f"{_TITLE}: {' '.join(captions)}")


def _stages(g, name, shape):
    """Pairs of lines and a caption: as g arrives, what belongs together, the sum."""
    if np.broadcast_shapes(shape, g.shape) != g.shape:
        raise ValueError(
            f"fold: {name} of shape {shape} can't be stretched to {g.shape}. "
            "Try a shape that broadcasts to that of g."
        )
    aligned = (1,) * (g.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, n in enumerate(aligned) if n == 1 < g.shape[i])
    together = tuple(slice(None) if i in axes else 0 for i in range(g.ndim))
    total = g.sum(axes, keepdims=True)
    known, right = f"g {g.shape}", g.shape[1] * CELL + _APART

    def result(numbers, lit=()):
        title = f"gradient of {name} {shape}"
        return list(grid(numbers, (right, 0), title, lit, svg.GRADIENT))

    empty = result(np.full(aligned, np.nan))
    yield (
        [*grid(g, (0, 0), known, color=svg.GRADIENT), *empty],
        f"{name} has shape {shape}, and forward it was stretched to {g.shape}. "
        "The gradient g has an entry for every copy.",
    )
    yield (
        [*grid(g, (0, 0), known, together, svg.GRADIENT), *empty],
        f"Aligned at the right, {name} is {aligned}: it was stretched along "
        f"{_axes(axes)}. The marked entries of g belong to one number of {name}.",
    )
    first = tuple(slice(0, 1) for _ in aligned)
    yield (
        [
            *grid(g, (0, 0), known, together, svg.GRADIENT),
            *result(total, first),
        ],
        f"Copies add up: the sum over {_axes(axes)} has shape {total.shape}"
        + ("." if total.shape == shape else f", and without the new axes {shape}."),
    )


def _axes(axes):
    return f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}"


def _page(lines, size, caption):
    rows, columns = size
    right = 2 * columns * CELL + _APART + 30
    title = svg.text((right / 2, -44), _TITLE, svg.INK, "700")
    corners = np.array([-30, -58]), np.array([right, rows * CELL])
    return svg.page([title, *lines], *corners, caption)
