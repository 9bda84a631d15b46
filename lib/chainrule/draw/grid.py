"""An array as a grid of boxes, some of them lit."""

import numpy as np

from . import svg
from .scene import number_text

CELL = 40  # pixels
_LOOKS = {
    "plain": f'stroke="{svg.INK}" fill="white"',
    "lit": f'stroke="{svg.GRADIENT}" stroke-width="3" fill="#dbe3f8"',
    "unknown": 'stroke="#767676" stroke-dasharray="2,3" fill="white"',
}


def grid(array, corner, title, lit=(), color=svg.INK, dashed=None):
    """A box for each entry of an array of at most two axes, below its title.

    corner: left and top, in pixels; lit: an index, as NumPy takes it, of the boxes that
    are marked, () for none. An entry that is nan isn't known yet: its box is empty.
    dashed: an array of booleans, true where a box has a dashed edge.
    """
    array = np.atleast_2d(np.asarray(array, float))
    marked = np.zeros(array.shape, bool)
    marked[lit] = lit != ()
    dashed = np.zeros(array.shape, bool) if dashed is None else dashed
    left, top = corner
    middle = left + array.shape[1] * CELL / 2
    yield svg.text((middle, top - 10), title, color, "700")
    for (i, j), number in np.ndenumerate(array):
        x, y = left + j * CELL, top + i * CELL
        look = "unknown" if np.isnan(number) else "lit" if marked[i, j] else "plain"
        at = f'x="{x}" y="{y}" width="{CELL - 4}" height="{CELL - 4}" rx="3"'
        edge = ' stroke-dasharray="5,4"' if dashed[i, j] else ""
        yield f"<rect {at} {_LOOKS[look]}{edge}/>"
        if not np.isnan(number):
            middle_of_box = x + CELL / 2 - 2, y + CELL / 2 + 2
            yield svg.text(middle_of_box, number_text(number), color)
