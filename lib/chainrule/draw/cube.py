"""A batch as a block of small cubes: which of them share one mean and one variance."""

import numpy as np

from . import svg
from .figure import TAPE
from .frames import frames

_CELL, _LEAN = 34, (17, -13)  # pixels; how far an example lies behind the one before
_OWN, _OTHER = "#8ea2e6", "#f4f4f4"


def cube(examples, features, places, norms):
    """A block of examples × features × places, one picture for each norm.

    norms: {title: which}, where which(example, feature, place) says whether an entry
    shares its mean with the first example's last feature; a title states the finding.
    """
    sizes = examples, features, places
    pages = [_page(sizes, which, title) for title, which in norms.items()]
    alt = f"Which entries share a mean: {'. '.join(norms)}."
    return frames(pages, list(norms), alt)


def _page(sizes, which, title):
    examples, features, places = sizes
    lines = []
    for which_face, face in ((_top, "top"), (_side, "side"), (_front, "front")):
        for entry, corners in which_face(*sizes):
            lines.append(_cell(corners, which(*entry), face))
    right, low = features * _CELL, places * _CELL
    back = np.array(_LEAN) * examples
    lines += [
        svg.text((right / 2, low + 20), "features →", svg.INK),
        svg.text((-34, low / 2), "places", svg.INK),
        svg.text((right + back[0] + 46, low + back[1] / 2), "examples ↗", svg.INK),
        svg.text((right / 2 + 30, back[1] - 22), title, svg.INK, "700"),
    ]
    ends = np.array([-150, back[1] - 36]), np.array([right + 220, low + 28])
    return svg.page(lines, *ends, title)


def _at(example, feature, place):
    """Where a corner of the block lies on the page."""
    x, y = np.array([feature, place]) * _CELL + np.array(_LEAN) * example
    return f"{x:.0f},{y:.0f}"


def _front(examples, features, places):
    for f, p in np.ndindex(features, places):
        yield (0, f, p), [_at(0, f + i, p + j) for i, j in _SQUARE]


def _top(examples, features, places):
    for e, f in np.ndindex(examples, features):
        yield (e, f, 0), [_at(e + i, f + j, 0) for i, j in _SQUARE]


def _side(examples, features, places):
    for e, p in np.ndindex(examples, places):
        yield (e, features - 1, p), [_at(e + i, features, p + j) for i, j in _SQUARE]


_SQUARE = (0, 0), (1, 0), (1, 1), (0, 1)


def _cell(corners, own, face):
    """One face of an entry; those that share the mean are blue with a thick edge."""
    look = f'fill="{_OTHER}" stroke="#8a8a8a"'
    if own:
        look = f'fill="{_OWN}" stroke="{TAPE.color}" stroke-width="2.2"'
    return f'<polygon class="{face}" points="{" ".join(corners)}" {look}/>'
