"""A small network: units in their order, weights on the edges, one path walked back."""

from itertools import pairwise

import numpy as np

from . import svg
from .frames import frames

_WIDE, _HIGH, _RADIUS = 170, 76, 25  # pixels


def network(title, layers, weights, path, steps, arrived):
    """A network with its numbers, then a path through it walked back edge by edge.

    layers: a list of units for each layer, (name, value) as text; weights: between two
    layers, a text for each edge, outputs × inputs; path: the number of the path's unit
    in each layer. steps: a sentence for the forward pass, then one for each edge of the
    path, the last edge first; arrived: what each of these edges brings, as text. The
    last one belongs to the weight that the path begins with, which is marked.
    """
    at = [_places(len(units), max(map(len, layers))) for units in layers]
    edges = list(pairwise(path))
    backward = [(layer, *edges[layer]) for layer in reversed(range(len(edges)))]
    pages = []
    for count, sentence in enumerate(steps):
        walked = dict(zip(backward, arrived[:count], strict=False))
        came = {layer: text for (layer, *_), text in walked.items() if layer}
        lines = [
            line
            for layer, table in enumerate(weights)
            for line in _edges(at[layer], at[layer + 1], layer, table, path, walked)
        ]
        for layer, units in enumerate(layers):
            for unit, (name, value) in enumerate(units):
                on_path = count > 0 and path[layer] == unit
                found = came.get(layer, "") if on_path else ""
                lines += _unit(layer, at[layer][unit], name, value, on_path, found)
        size = len(layers), max(map(len, layers))
        pages.append(_page(title, lines, *size, sentence))
    return frames(pages, steps, f"{title}. {' '.join(steps)}")


def _places(count, most):
    """The heights of a layer's units, around the middle of the highest layer."""
    return [(unit + (most - count) / 2) * _HIGH for unit in range(count)]


def _edges(tails, heads, layer, table, path, walked):
    """The edges between two layers, and then their weights, which no edge crosses."""
    written = []
    for head, row in enumerate(table):
        for tail, weight in enumerate(row):
            active = (layer, tail, head) in walked
            marked = (layer, tail, head) == (0, *path[:2])
            ends = np.array(
                [
                    (layer * _WIDE + _RADIUS, tails[tail]),
                    ((layer + 1) * _WIDE - _RADIUS, heads[head]),
                ]
            )
            color, width = (svg.GRADIENT, 4) if active else (svg.EDGE, 1.3)
            yield svg.stroke(np.linspace(*ends, 4), color, width)
            look = svg.INK, "700" if active or marked else "400"
            if len(row) == 1:  # a text as long as its edge
                written.append(svg.text(_on(ends, 0.5, up=8), weight, *look))
            else:  # each head has a distance of its own, so that no two weights meet
                at = _on(ends, 0.22 + 0.2 * head, up=-4)
                written.append(svg.label(at, weight, *look))
            if marked and active:
                came = walked[layer, tail, head]
                at = _on(ends, 0.72, up=-20)
                written.append(svg.label(at, came, svg.GRADIENT, "700"))
    yield from written


def _on(ends, along, up):
    """A point along an edge, moved up by some pixels."""
    x, y = ends[0] + along * (ends[1] - ends[0])
    return x, y - up


def _unit(layer, y, name, value, on_path, came):
    """A circle with its value; above it its name, and the gradient that came."""
    x = layer * _WIDE
    color, width = (svg.GRADIENT, 3) if on_path else (svg.INK, 1.3)
    yield (
        f'<circle cx="{x}" cy="{y}" r="{_RADIUS}" fill="white" stroke="{color}" '
        f'stroke-width="{width}"/>'
    )
    yield svg.text((x, y + 4), value, svg.INK, "600")
    yield svg.text((x, y - _RADIUS - 5), name, svg.INK)
    yield svg.text((x, y - _RADIUS - 19), came, svg.GRADIENT, "700")


def _page(title, lines, columns, rows, sentence):
    right, low = (columns - 1) * _WIDE, (rows - 1) * _HIGH
    above = svg.text((right / 2, -64), title, svg.INK, "700")
    ends = np.array([-40, -78]), np.array([right + 40, low + 40])
    return svg.page([above, *lines], *ends, sentence)
