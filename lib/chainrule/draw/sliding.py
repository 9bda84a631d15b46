"""A kernel that slides over an image, with its arithmetic beside it."""

import numpy as np

from . import svg
from .frames import frames
from .grid import CELL, grid
from .scene import factor_text, number_text

_APART = 50  # pixels
_LINE = 18


def sliding(x, w, stride=1, padding=0):
    """Every window of the image x in turn: what it holds, times the kernel w, added up.

    x and w have two axes. The boxes of the padding are dashed.
    ValueError where the kernel doesn't fit.
    """
    outside = np.pad(np.zeros(np.shape(x), bool), padding, constant_values=True)
    x, w = np.pad(np.asarray(x, float), padding), np.asarray(w, float)
    rows, cols = ((n - k) // stride + 1 for n, k in zip(x.shape, w.shape, strict=True))
    if rows < 1 or cols < 1:
        raise ValueError(
            f"sliding: a kernel of shape {w.shape} doesn't fit in {x.shape}. Try a "
            "smaller kernel."
        )
    y = np.full((rows, cols), np.nan)
    pages, captions = [], []
    for i, j in np.ndindex(rows, cols):
        at = np.s_[
            i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]
        ]
        y[i, j] = np.sum(x[at] * w)
        captions.append(_caption(x[at], w, y, i, j))
        pages.append(_page(x, w, y.copy(), at, (i, j), captions[-1], outside))
    alt = f"A {w.shape[0]} by {w.shape[1]} kernel moves over an image. {captions[0]}"
    return frames(pages, captions, alt)


def _caption(window, w, y, i, j):
    return f"y[{i}, {j}] = {' + '.join(_terms(window, w))} = {number_text(y[i, j])}"


def _terms(window, w):
    pairs = zip(window.ravel(), w.ravel(), strict=True)
    return [f"{number_text(a)} · {factor_text(b)}" for a, b in pairs]


def _page(x, w, y, at, place, caption, outside):
    """The image, the kernel with the sum below, and the result."""
    second = x.shape[1] * CELL + _APART
    wide = max(w.shape[1] * CELL, 130)
    third = second + wide + _APART
    lines = [
        *grid(
            x, (0, 0), "padded image" if outside.any() else "image", at, dashed=outside
        ),
        *grid(w, (second + (wide - w.shape[1] * CELL) / 2, 0), "kernel"),
        *grid(y, (third, 0), "result", place),
    ]
    top = w.shape[0] * CELL + 24
    for k, (seen, weights) in enumerate(zip(x[at], w, strict=True)):
        words = " + ".join(_terms(seen, weights)) + (" +" if k < len(w) - 1 else "")
        lines.append(svg.text((second + wide / 2, top + k * _LINE), words, svg.INK))
    end = f"= {number_text(y[place])}"
    total = second + wide / 2, top + len(w) * _LINE
    lines.append(svg.text(total, end, svg.GRADIENT, "700"))
    corner = third + max(y.shape[1] * CELL, 60), max(len(x) * CELL, total[1])
    return svg.page(lines, np.array([-10, -26]), np.array(corner), caption)
