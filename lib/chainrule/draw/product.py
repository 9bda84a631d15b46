"""A matrix product entry by entry: a row and a column light up, forward and back."""

import numpy as np

from . import svg
from .frames import frames
from .grid import CELL, grid
from .scene import factor_text, number_text

_APART = 44  # pixels
_TITLE = "An entry of A gets row times row, an entry of B column times column"


def product(A, B, g, of_a, of_b):
    """Y = AB with A at the left of Y and B above it, then g in Y's place.

    of_a, of_b: the entries of A and of B, as (row, column), whose gradients are found.
    """
    A, B, g = (np.asarray(M, float) for M in (A, B, g))
    (i, _), (_, j) = of_a, of_b
    steps = [_forward(A, B, i, j), *_to_a(A, B, g, *of_a), *_to_b(A, B, g, *of_b)]
    captions = [caption for _, caption in steps]
    pages = [_page(*step) for step in steps]
    return frames(pages, captions, f"{_TITLE}. {' '.join(captions)}")


# A step: the left array, the upper one and the one between them, each with its title
# and with what is lit in it; and a caption.


def _forward(A, B, i, j):
    said = (
        f"Forward: y[{i}, {j}] is row {i} of A times column {j} of B, entry by entry, "
        f"added up: {_sum(A[i], B[:, j])}."
    )
    return [("A", A, i), ("B", B, np.s_[:, j]), ("Y", A @ B, (i, j))], said


def _to_a(A, B, g, i, k):
    """Where an entry of A goes, and what comes back to it."""
    yield (
        [("A", A, (i, k)), ("B", B, k), ("Y", A @ B, i)],
        f"Where does a[{i}, {k}] go? Into row {i} of Y, and there it is multiplied by "
        f"row {k} of B.",
    )
    found = np.full(A.shape, np.nan)
    found[i, k] = g[i] @ B[k]
    yield (
        [("gradient of A", found, (i, k)), ("B", B, k), ("g", g, i)],
        f"Back: a[{i}, {k}] gets row {i} of g times row {k} of B: {_sum(g[i], B[k])}.",
    )


def _to_b(A, B, g, k, j):
    """Where an entry of B goes, and what comes back to it."""
    left, between = ("A", A, np.s_[:, k]), np.s_[:, j]
    yield (
        [left, ("B", B, (k, j)), ("Y", A @ B, between)],
        f"Where does b[{k}, {j}] go? Into column {j} of Y, and there it is multiplied "
        f"by column {k} of A.",
    )
    found = np.full(B.shape, np.nan)
    found[k, j] = A[:, k] @ g[:, j]
    yield (
        [left, ("gradient of B", found, (k, j)), ("g", g, between)],
        f"Back: b[{k}, {j}] gets column {k} of A times column {j} of g: "
        f"{_sum(A[:, k], g[:, j])}.",
    )


def _sum(x, y):
    terms = [f"{factor_text(a)} · {factor_text(b)}" for a, b in zip(x, y, strict=True)]
    return f"{' + '.join(terms)} = {number_text(x @ y)}"


def _page(arrays, caption):
    (_, left, _), (_, upper, _), _ = arrays
    right, low = left.shape[1] * CELL + _APART, len(upper) * CELL + _APART
    width, height = right + upper.shape[1] * CELL, low + len(left) * CELL
    lines = [svg.text((width / 2, -44), _TITLE, svg.INK, "700")]
    corners = [(0, low), (right, 0), (right, low)]
    for (title, array, lit), corner in zip(arrays, corners, strict=True):
        color = svg.GRADIENT if title.startswith("g") else svg.INK
        lines += grid(array, corner, title, lit, color)
    ends = np.array([-90, -58]), np.array([width + 90, height])
    return svg.page(lines, *ends, caption)
