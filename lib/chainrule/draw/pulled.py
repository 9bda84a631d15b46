"""The Jacobian beside the vector-Jacobian product: a matrix that need not be built."""

import numpy as np

from . import svg
from .frames import frames

_WIDE, _HIGH, _APART = 56, 32, 44
_TITLE = "g weighs the rows of J, and their sum is gᵀJ"


def pulled(g, tables):
    """A gradient g pulled back through each Jacobian J of `tables`: gᵀJ below J.

    g: one number per output, at least as many as the largest J has rows; tables:
    {name: J}, outputs × inputs. ValueError where a J has more rows than g has numbers.
    """
    g = np.asarray(g, float)
    tables = {name: np.asarray(J, float) for name, J in tables.items()}
    most = max(len(J) for J in tables.values())
    if most > len(g):
        raise ValueError(
            f"pulled: a Jacobian has {most} rows and g only {len(g)} numbers. "
            "Try one number of g for each output."
        )
    captions = [_finding(name, J) for name, J in tables.items()]
    size = np.max([J.shape for J in tables.values()], axis=0)
    pages = [
        _page(g[: len(J)], J, size, caption)
        for J, caption in zip(tables.values(), captions, strict=True)
    ]
    return frames(pages, captions, f"Heat maps. {' '.join(captions)}")


def _finding(name, J):
    outputs, inputs = J.shape
    filled = np.count_nonzero(np.round(J, 9))
    return (
        f"{name}, {inputs} inputs and {outputs} outputs: {filled} of J's {J.size} "
        f"entries aren't 0, and gᵀJ has {inputs} entries."
    )


def _page(g, J, size, caption):
    """g, to its right J, and below J the product, on a page for the largest J."""
    rows, columns = size
    left, below = _WIDE + _APART, len(J) * _HIGH + _APART
    lines = [
        *_map(g[:, None], 0, 0, "g"),
        *_map(J, left, 0, f"J, {len(J)} × {J.shape[1]}: a row per output"),
        *_map((g @ J)[None], left, below, "gᵀJ: a number per input"),
    ]
    right = left + columns * _WIDE
    lines.append(svg.text((right / 2, -44), _TITLE, svg.INK, "700"))
    corner = np.array([right + 10, rows * _HIGH + _APART + _HIGH])
    return svg.page(lines, np.array([-10, -58]), corner, caption)


def _map(M, left, top, name):
    """M as boxes, the darker the further from 0, each with its number."""
    columns = M.shape[1]
    strongest = max(np.abs(M).max(), 1e-300)
    middle = left + columns * _WIDE / 2
    yield svg.text((middle, top - 10), name, svg.INK)
    for (i, j), number in np.ndenumerate(M):
        x, y = left + j * _WIDE, top + i * _HIGH
        look = f'fill="{svg.GRADIENT}" stroke="#8a8a8a"'
        shade = f'fill-opacity="{0.3 * abs(number) / strongest:.2f}"'
        at = f'x="{x}" y="{y}" width="{_WIDE - 2}" height="{_HIGH - 2}"'
        yield f'<rect {at} rx="2" {look} {shade}/>'
        yield svg.text((x + _WIDE / 2 - 1, y + _HIGH / 2 + 3), _text(number), svg.INK)


def _text(number):
    """Two decimals, or one digit of a smaller number; a plain 0 for nothing."""
    near = round(float(number), 9)
    text = f"{near:.2f}" if abs(near) >= 0.005 else f"{near:.1g}"
    return text.replace("-", "−") if near else "0"
