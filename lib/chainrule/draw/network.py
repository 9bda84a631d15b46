"""A small network: units in their order, weights on the edges, one path walked back."""

from itertools import pairwise

import numpy as np

from . import svg
from .frames import frames

_WIDE, _HIGH, _RADIUS = 170, 76, 25  # pixels
_TITLE = "One path leads from the marked weight to L, with one factor on each edge"


def network(layers, weights, path, steps):
    """A network with its numbers, then a path through it walked back edge by edge.

    layers: a list of units for each layer, (name, value) as text; weights: between two
    layers, a text for each edge, outputs × inputs; path: the number of the path's unit
    in each layer. steps: a sentence for the forward pass, then one for each edge of the
    path, the last edge first.
    """
    at = [_places(len(units), max(map(len, layers))) for units in layers]
    edges = list(pairwise(path))
    backward = [(layer, *edges[layer]) for layer in reversed(range(len(edges)))]
    pages = []
    for count, sentence in enumerate(steps):
        walked = backward[:count]
        lines = [
            line
            for layer, table in enumerate(weights)
            for line in _edges(at[layer], at[layer + 1], layer, table, walked)
        ]
        for layer, units in enumerate(layers):
            for unit, (name, value) in enumerate(units):
                on_path = count > 0 and path[layer] == unit
                lines += _unit(layer, at[layer][unit], name, value, on_path)
        pages.append(_page(lines, len(layers), max(map(len, layers)), sentence))
    return frames(pages, steps, f"{_TITLE}. {' '.join(steps)}")


def _places(count, most):
    """The heights of a layer's units, around the middle of the highest layer."""
    return [(unit + (most - count) / 2) * _HIGH for unit in range(count)]


def _edges(tails, heads, layer, table, walked):
    """The edges between two layers; a weight stands near its edge's end."""
    for head, row in enumerate(table):
        for tail, weight in enumerate(row):
            active = (layer, tail, head) in walked
            ends = np.array(
                [
                    (layer * _WIDE + _RADIUS, tails[tail]),
                    ((layer + 1) * _WIDE - _RADIUS, heads[head]),
                ]
            )
            curve = np.linspace(*ends, 4)
            color, width = (svg.GRADIENT, 4) if active else (svg.EDGE, 1.3)
            yield svg.stroke(curve, color, width)
            x, y = ends[0] + (0.26 if len(row) > 1 else 0.5) * (ends[1] - ends[0])
            look = (svg.GRADIENT, "700") if active else (svg.INK, "400")
            yield svg.text((x, y + 4), weight, *look)


def _unit(layer, y, name, value, on_path):
    """A circle with its value, and its name above."""
    x = layer * _WIDE
    color, width = (svg.GRADIENT, 3) if on_path else (svg.INK, 1.3)
    yield (
        f'<circle cx="{x}" cy="{y}" r="{_RADIUS}" fill="white" stroke="{color}" '
        f'stroke-width="{width}"/>'
    )
    yield svg.text((x, y + 4), value, svg.INK, "600")
    yield svg.text((x, y - _RADIUS - 5), name, svg.INK)


def _page(lines, columns, rows, sentence):
    right, low = (columns - 1) * _WIDE, (rows - 1) * _HIGH
    title = svg.text((right / 2, -64), _TITLE, svg.INK, "700")
    ends = np.array([-40, -78]), np.array([right + 40, low + 30])
    return svg.page([title, *lines], *ends, sentence)
