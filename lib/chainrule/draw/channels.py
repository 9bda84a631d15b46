"""Stages of a convolutional net as stacks of channels, each with one of its windows."""

import numpy as np

from . import svg
from .picture import Picture

_CELL, _LEAN, _APART = 16, 7, 136  # pixels; _LEAN: from one channel to the next


def channels(stages, windows):
    """Stacks of channels, side by side, and what becomes of one window of each.

    stages: {name: array of channels × rows × columns}; only the first channel of a
    stage shows its numbers, darker where they are larger. windows: for all stages but
    the last (name, its first row and column, its side, the place of its result).
    """
    arrays = [np.asarray(array, float) for array in stages.values()]
    half = max(array.shape[1] for array in arrays) * _CELL / 2
    deepest = max(len(array) for array in arrays)
    lefts = _lefts(arrays)
    said = [f"{name}: {_size(a)}" for name, a in zip(stages, arrays, strict=True)]
    lines = []
    for name, array, left in zip(stages, arrays, lefts, strict=True):
        lines += _stack(array, left)
        middle = left + array.shape[2] * _CELL / 2
        lines.append(svg.text((middle, half + 20), name, svg.INK, "700"))
        lines.append(svg.text((middle, half + 36), _size(array), svg.INK))
    for k, (name, at, side, to) in enumerate(windows):
        lines += _link(arrays[k : k + 2], lefts[k : k + 2], at, side, to)
        middle = lefts[k + 1] - _APART / 2
        lines.append(svg.text((middle, -half + 10), name, svg.GRADIENT, "700"))
    low = np.array([-20, -half - deepest * _LEAN])
    high = np.array([_right(arrays[-1], lefts[-1]) + 40, half + 40])
    alt = f"{'; '.join(said)}. {'; '.join(name for name, *_ in windows)} in between."
    return Picture(svg.page(lines, low, high, alt), alt)


def _size(array):
    count, rows, cols = array.shape
    return f"{count} channel{'s' if count > 1 else ''} of {rows} × {cols}"


def _right(array, left):
    """Where a stack ends that begins at `left`."""
    return left + array.shape[2] * _CELL + (len(array) - 1) * _LEAN


def _lefts(arrays):
    found = [0]
    for array in arrays[:-1]:
        found.append(_right(array, found[-1]) + _APART)
    return found


def _corner(array, left, place):
    """The upper left corner of an entry of the first channel."""
    row, col = place
    return left + col * _CELL, (row - array.shape[1] / 2) * _CELL


def _stack(array, left):
    """The channels, the last one behind; the first one with its numbers."""
    size = array.shape[2] * _CELL, array.shape[1] * _CELL
    x, y = _corner(array, left, (0, 0))
    for k in range(len(array) - 1, 0, -1):
        yield _box(x + k * _LEAN, y - k * _LEAN, *size, "#f4f4f4", svg.EDGE, 1)
    largest = max(array[0].max(), 1e-9)
    for place, number in np.ndenumerate(array[0]):
        grey = 255 - round(200 * max(number, 0) / largest)
        fill = f"rgb({grey},{grey},{grey})"
        yield _box(*_corner(array, left, place), _CELL, _CELL, fill, "#c9c9c9", 0.7)


def _link(arrays, lefts, at, side, to):
    """A window's frame, its result's frame, and lines from one to the other."""
    x, y = _corner(arrays[0], lefts[0], at)
    a, b = _corner(arrays[1], lefts[1], to)
    width = side * _CELL
    for down in (0, 1):
        ends = (x + width, y + down * width), (a, b + down * _CELL)
        yield svg.stroke(np.linspace(*ends, 4), svg.GRADIENT, 1.3)
    yield _box(x, y, width, width, "none", svg.GRADIENT, 3)
    yield _box(a, b, _CELL, _CELL, "none", svg.GRADIENT, 3)


def _box(x, y, width, height, fill, edge, thick):
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width}" height="{height}" '
        f'fill="{fill}" stroke="{edge}" stroke-width="{thick}"/>'
    )
