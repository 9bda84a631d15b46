"""The shape ledger: each array above its gradient, filled in as they become known."""

import numpy as np

from . import svg
from .frames import frames

_CELL, _APART, _ROW = 18, 46, 150  # pixels
_TITLE = "Every gradient takes the shape of its array"
_UNKNOWN, _SHADE = "#767676", {False: 0.15, True: 0.75}


def ledger(shapes, steps, meets, title=_TITLE, leaves=None):
    """Arrays and their gradients, drawn to scale and entry by entry, step by step.

    shapes: {name: shape}, of at most two axes; steps: {"X W b": sentence, ...}, the
    names that a step makes known, where dX is the gradient of X; meets: {a step's
    names: {name: index}}, the boxes that meet in one entry of what the step makes;
    title: what the figure shows; leaves: {a step's names: the names that aren't kept
    from this step on}.
    """
    known, pages, leaves = set(), [], leaves or {}
    for names, sentence in steps.items():
        known = (known | set(names.split())) - set(leaves.get(names, "").split())
        page = shapes, known, set(names.split()), meets.get(names, {}), sentence
        pages.append(_page(title, *page))
    said = ", ".join(f"{name} {_size(shape)}" for name, shape in shapes.items())
    alt = f"Shape ledger: {said}, each above a gradient of the same shape."
    return frames(pages, list(steps.values()), alt)


def _page(title, shapes, known, fresh, meet, sentence):
    lines, left = [], 0
    for name, shape in shapes.items():
        columns = shape[-1] if shape else 1
        pair = ((name, svg.INK), (f"d{name}", svg.GRADIENT))
        for row, (label, color) in enumerate(pair):
            at = left, row * _ROW
            shown = color if label in known else None
            lines += _grid(at, shape, shown, meet.get(label, ()))
            words = f"{label}  {_size(shape)}"
            place = left + columns * _CELL / 2, row * _ROW + _ROW - 46
            bold = "700" if label in fresh else "400"
            lines.append(svg.text(place, words, shown or _UNKNOWN, bold))
        left += columns * _CELL + _APART
    right = left - _APART
    lines.append(svg.text((right / 2, -16), title, svg.INK, "700"))
    corner = np.array([right + 10, 2 * _ROW - 36])
    return svg.page(lines, np.array([-10, -30]), corner, sentence)


def _grid(at, shape, color, index):
    """One box per entry around the row's middle; dotted while it isn't known, dark
    where it meets others."""
    rows, columns = (1, 1, *shape)[-2:]
    top = at[1] + (_ROW - 60 - rows * _CELL) / 2
    dark = np.zeros((rows, columns), bool)
    dark.reshape(shape)[index] = index != ()
    for i, j in np.ndindex(rows, columns):
        x, y = at[0] + j * _CELL, top + i * _CELL
        look = f'stroke="{color}" fill="{color}" fill-opacity="{_SHADE[dark[i, j]]}"'
        if color is None:
            look = f'stroke="{_UNKNOWN}" stroke-dasharray="2,3" fill="white"'
        yield f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" {look}/>'


def _size(shape):
    return " × ".join(map(str, shape)) or "1"
