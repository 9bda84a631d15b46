"""Broadcasting in slow motion: align two shapes at the right, stretch axes of 1."""

import numpy as np

from . import svg
from .figure import TAPE
from .frames import frames
from .scene import number_text

_CELL, _GAP = 44, 60
_COPY = 'stroke="#8a8a8a" stroke-dasharray="3,3" fill="#ececec"'
_OWN = f'stroke="{TAPE.color}" stroke-width="2" fill="#dfe6fb"'
_RESULT = f'stroke="{svg.INK}" fill="white"'


def stretch(a, b, names=("a", "b")):
    """How `a + b` gets its shape, step by step, for arrays of at most two axes.

    Numbers that an array really holds stand in coloured boxes, copies in grey dashed
    ones.
    Raises ValueError where the shapes don't fit.
    """
    a, b = np.asarray(a), np.asarray(b)
    shape = np.broadcast_shapes(a.shape, b.shape)
    if len(shape) > 2:
        raise ValueError(
            f"stretch: {a.shape} and {b.shape} make {len(shape)} axes, more than a "
            "page has. Try arrays of one or two axes."
        )
    both = [(name, x, x.shape) for name, x in zip(names, (a, b), strict=True)]
    aligned = [
        (name, x.reshape((1,) * (len(shape) - x.ndim) + x.shape), own)
        for name, x, own in both
    ]
    wide = [(name, np.broadcast_to(x, shape), own) for name, x, own in aligned]
    result = "{} + {}".format(*names)
    stages = [both, aligned, wide, [*wide, (result, a + b, shape)]]
    shapes = [" and ".join(f"{n} {x.shape}" for n, x, _ in stage) for stage in stages]
    captions = [
        f"As they are: {shapes[0]}.",
        f"Align at the right, with a 1 where an axis is missing: {shapes[1]}.",
        f"Stretch each axis of 1 to the other's length, by copying: {shapes[2]}.",
        f"Work entry by entry: {result} has shape {shape}.",
    ]
    size = np.atleast_2d(a + b).shape
    pages = [_page(*pair, size) for pair in zip(stages, captions, strict=True)]
    return frames(pages, captions, f"{captions[0]} {captions[3]}")


def _page(arrays, caption, size):
    """Arrays side by side, on a page large enough for three of the result's size."""
    rows, columns = size
    step = columns * _CELL + _GAP
    lines = []
    for k, (name, x, own) in enumerate(arrays):
        left = k * step
        title = f"{name} {own}" if own == x.shape else f"{name} {own} → {x.shape}"
        above = (left + np.atleast_2d(x).shape[1] * _CELL / 2, -12)
        lines.append(svg.text(above, title, svg.INK, "700"))
        lines += _grid(np.atleast_2d(x), own, left, _RESULT if k == 2 else _OWN)
        if k:
            sign = (left - _GAP / 2, _CELL / 2 + 4)
            lines.append(svg.text(sign, "+="[k - 1], svg.INK, "700"))
    corner = np.array([3 * step - _GAP, rows * _CELL])
    return svg.page(lines, np.array([-20, -24]), corner + np.array([20, 0]), caption)


def _grid(x, own, left, look):
    """The boxes of one array; those beyond its own shape are copies."""
    rows, columns = (1,) * (2 - len(own)) + own
    for i, j in np.ndindex(x.shape):
        at = f'x="{left + j * _CELL}" y="{i * _CELL}"'
        drawn = look if i < rows and j < columns else _COPY
        yield f'<rect {at} width="{_CELL - 3}" height="{_CELL - 3}" rx="3" {drawn}/>'
        middle = (left + j * _CELL + _CELL / 2 - 1.5, i * _CELL + _CELL / 2 + 3)
        yield svg.text(middle, number_text(x[i, j]), svg.INK)
