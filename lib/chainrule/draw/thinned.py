"""Thinned networks: what dropout leaves of one network, mask by mask."""

from itertools import pairwise

import numpy as np

from . import svg
from .figure import HAND, TAPE
from .frames import frames

_WIDE, _HIGH, _RADIUS = 170, 56, 17  # pixels
_TITLE = "Every mask leaves another network, with the same weights"


def thinned(masks):
    """One network under masks, one after another; each a list of zeros and ones for
    each layer, the outputs last: these are never dropped, and aren't counted. Dropped
    units are dashed and crossed out, and lose their edges."""
    pages, captions = [], []
    for number, mask in enumerate(masks, 1):
        captions.append(_caption(number, mask))
        pages.append(_page(mask, captions[-1]))
    return frames(pages, captions, f"{_TITLE}. {' '.join(captions)}")


def _caption(number, mask):
    kept, units = sum(map(sum, mask[:-1])), sum(map(len, mask[:-1]))
    edges = sum(sum(a) * sum(b) for a, b in pairwise(mask))
    return f"Mask {number}: {kept} of {units} units are kept, and {edges} weights used."


def _page(mask, caption):
    most = max(map(len, mask))
    at = [
        [(k * _WIDE, (i + (most - len(layer)) / 2) * _HIGH) for i in range(len(layer))]
        for k, layer in enumerate(mask)
    ]
    lines = []
    for k in range(len(mask) - 1):
        lines += _edges(at[k], at[k + 1], mask[k], mask[k + 1])
    for places, layer in zip(at, mask, strict=True):
        lines += [_unit(*p, kept) for p, kept in zip(places, layer, strict=True)]
    right, low = (len(mask) - 1) * _WIDE, (most - 1) * _HIGH
    lines.append(svg.text((right / 2, -44), _TITLE, svg.INK, "700"))
    ends = np.array([-60, -56]), np.array([right + 60, low + 24])
    return svg.page(lines, *ends, caption)


def _edges(tails, heads, from_kept, to_kept):
    """The edges between units that are both kept."""
    for tail, sends in zip(tails, from_kept, strict=True):
        for head, takes in zip(heads, to_kept, strict=True):
            if sends and takes:
                ends = np.add(tail, (_RADIUS, 0)), np.subtract(head, (_RADIUS, 0))
                yield svg.stroke(np.linspace(*ends, 4), TAPE.color, 1.6)


def _unit(x, y, kept):
    look = f'stroke="{TAPE.color}" stroke-width="2" fill="#dfe6fb"'
    if not kept:
        look = 'stroke="#8a8a8a" stroke-dasharray="3,3" fill="white"'
    circle = f'<circle cx="{x}" cy="{y:.1f}" r="{_RADIUS}" {look}/>'
    return circle + ("" if kept else svg.text((x, y + 5), "×", HAND.color, "700"))
