"""Broadcasting run backward: what was stretched is folded up again, by adding."""

import numpy as np

from . import svg
from .frames import frames
from .grid import CELL, grid

_APART = 90  # pixels
_TITLE = "The gradients of the copies add up"


def fold(g, shapes):
    """How a gradient of two axes goes back to each of `shapes`, step by step.

    g: the gradient that arrives after broadcasting; shapes: {name: shape}. ValueError
    where an array of such a shape doesn't broadcast to that of g.
    """
    g = np.asarray(g, float)
    pages, captions = [], []
    for name, shape in shapes.items():
        aligned, axes = _stretched(name, tuple(shape), g.shape)
        said = _said(name, tuple(shape), g.shape, aligned, axes)
        captions += said
        for grids, caption in zip(_stages(g, aligned, axes), said, strict=True):
            pages.append(_page(grids, f"gradient of {name} {shape}", caption))
    return frames(pages, captions, f"{_TITLE}: {' '.join(captions)}")


def _stretched(name, shape, whole):
    """The shape with a 1 for each new axis, and the axes that were stretched."""
    if np.broadcast_shapes(shape, whole) != whole:
        raise ValueError(
            f"fold: {name} of shape {shape} can't be stretched to {whole}. "
            "Try a shape that broadcasts to that of g."
        )
    aligned = (1,) * (len(whole) - len(shape)) + shape
    return aligned, tuple(i for i, n in enumerate(aligned) if n < whole[i])


def _said(name, shape, whole, aligned, axes):
    along = f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}"
    dropped = "" if aligned == shape else f", and without the new axes {shape}"
    return [
        f"{name} has shape {shape}, and forward it was stretched to {whole}. "
        "The gradient g has an entry for every copy.",
        f"Aligned at the right, {name} is {aligned}: it was stretched along {along}. "
        f"The marked entries of g belong to one number of {name}.",
        f"The gradients of the copies add up: the sum over {along} has shape "
        f"{aligned}{dropped}.",
    ]


def _stages(g, aligned, axes):
    """Pairs of grids, each an array and what is lit in it: as g arrives, what belongs
    together, and the sum."""
    together = tuple(slice(None) if i in axes else 0 for i in range(g.ndim))
    unknown = np.full(aligned, np.nan), ()
    yield (g, ()), unknown
    yield (g, together), unknown
    yield (g, together), (g.sum(axes, keepdims=True), (0, 0))


def _page(grids, name, caption):
    (g, lit), (found, first) = grids
    rows, columns = g.shape
    left = columns * CELL + _APART
    right = left + columns * CELL + 30
    lines = [svg.text((right / 2, -44), _TITLE, svg.INK, "700")]
    lines += grid(g, (0, 0), f"g {g.shape}", lit, svg.GRADIENT)
    lines += grid(found, (left, 0), name, first, svg.GRADIENT)
    corners = np.array([-30, -58]), np.array([right, rows * CELL])
    return svg.page(lines, *corners, caption)
