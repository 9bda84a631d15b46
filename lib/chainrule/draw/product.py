"""A matrix product entry by entry: a row and a column light up, forward and back."""

import numpy as np

from . import svg
from .frames import frames
from .grid import CELL, grid
from .scene import number_text

_APART = 44  # pixels
_TITLE = "Each entry of a product meets one row and one column, forward and back"


def product(A, B, g, of_a, of_b):
    """Y = AB with A at the left of Y and B above it, then g in Y's place.

    of_a, of_b: the entries of A and of B, as (row, column), whose gradients are found.
    """
    A, B, g = (np.asarray(M, float) for M in (A, B, g))
    (i, k), (m, j) = of_a, of_b
    da, db = np.full(A.shape, np.nan), np.full(B.shape, np.nan)
    da[i, k], db[m, j] = g[i] @ B[k], A[:, m] @ g[:, j]
    row, column = f"row {i}", f"column {j}"
    a, b, y = f"a[{i}, {k}]", f"b[{m}, {j}]", f"y[{i}, {j}]"
    forward, back = [("A", A), ("B", B), ("Y", A @ B)], ("g", g)
    steps = [
        (forward, [(i,), np.s_[:, j], (i, j)], f"Forward: {y} is {row} of A times "
         f"{column} of B, entry by entry, added up: {_sum(A[i], B[:, j])}."),
        (forward, [(i, k), (k,), (i,)], f"Where does {a} go? Into {row} of Y, and "
         f"there it is multiplied by row {k} of B."),
        ([("gradient of A", da), ("B", B), back], [(i, k), (k,), (i,)],
         f"Back: {a} gets {row} of g times row {k} of B: {_sum(g[i], B[k])}."),
        (forward, [np.s_[:, m], (m, j), np.s_[:, j]], f"Where does {b} go? Into "
         f"{column} of Y, and there it is multiplied by column {m} of A."),
        ([("A", A), ("gradient of B", db), back], [np.s_[:, m], (m, j), np.s_[:, j]],
         f"Back: {b} gets column {m} of A times {column} of g: "
         f"{_sum(A[:, m], g[:, j])}."),
    ]  # fmt: skip
    captions = [caption for *_, caption in steps]
    pages = [_page(*step) for step in steps]
    return frames(pages, captions, f"{_TITLE}. {' '.join(captions)}")


def _sum(x, y):
    terms = [f"{_factor(a)} · {_factor(b)}" for a, b in zip(x, y, strict=True)]
    return f"{' + '.join(terms)} = {number_text(x @ y)}"


def _factor(number):
    text = number_text(number)
    return f"({text})" if number < 0 else text


def _page(arrays, lit, caption):
    """The left array, the upper one, and the one between them."""
    (_, left), (_, upper), _ = arrays
    right, low = left.shape[1] * CELL + _APART, len(upper) * CELL + _APART
    corners = [(0, low), (right, 0), (right, low)]
    lines = []
    for (name, array), corner, marked in zip(arrays, corners, lit, strict=True):
        color = svg.GRADIENT if name.startswith("g") else svg.INK
        lines += grid(array, corner, name, marked, color)
    width, height = right + upper.shape[1] * CELL, low + len(left) * CELL
    lines.append(svg.text((width / 2, -44), _TITLE, svg.INK, "700"))
    ends = np.array([-90, -58]), np.array([width + 90, height])
    return svg.page(lines, *ends, caption)
