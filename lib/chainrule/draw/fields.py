"""Layers of windows one above the other, and what one output sees through them."""

import numpy as np

from . import svg
from .frames import frames

_ACROSS, _UP, _RADIUS = 26, 64, 8  # pixels


def fields(layers, size):
    """For 1, 2, … of the layers, the pixels that an output in the middle sees.

    layers: a (kernel, stride, dilation) for each; size: the number of input pixels.
    """
    pages, captions = [], []
    for count in range(1, len(layers) + 1):
        seen, links = _seen(layers[:count], size)
        low, high = min(seen[0]), max(seen[0])
        captions.append(
            f"Through {count} layer{'s' if count > 1 else ''}, one output sees "
            f"{high - low + 1} pixels."
        )
        pages.append(_page(layers, size, seen, links, captions[-1]))
    return frames(pages, captions, f"Rows of dots joined by lines. {captions[-1]}")


def lengths(layers, size):
    """How many places each row has, the input's first."""
    found = [size]
    for kernel, stride, dilation in layers:
        found.append((found[-1] - dilation * (kernel - 1) - 1) // stride + 1)
    return found


def _seen(layers, size):
    """The places of each row that the output sees, and the links between them."""
    places = {lengths(layers, size)[-1] // 2}
    rows, links = [places], []
    for level in range(len(layers) - 1, -1, -1):
        kernel, stride, dilation = layers[level]
        below = {(i, i * stride + k * dilation) for i in places for k in range(kernel)}
        links += [(level, j, i) for i, j in below]
        places = {j for _, j in below}
        rows.insert(0, places)
    return rows, links


def _at(layers, level, i):
    """Where a place is drawn: above the middle of what it sees."""
    x, step = 0.0, 1
    for kernel, stride, dilation in layers[:level]:
        x += step * dilation * (kernel - 1) / 2
        step *= stride
    return np.array([(x + i * step) * _ACROSS, -level * _UP])


def _page(layers, size, seen, links, caption):
    lines = []
    for level, j, i in links:
        (x, y), (a, b) = _at(layers, level, j), _at(layers, level + 1, i)
        lines.append(
            f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{a:.1f}" y2="{b:.1f}" '
            f'stroke="{svg.GRADIENT}" stroke-width="1.3"/>'
        )
    for level, length in enumerate(lengths(layers, size)):
        lit = seen[level] if level < len(seen) else ()
        for i in range(length):
            x, y = _at(layers, level, i)
            fill, edge = (svg.GRADIENT,) * 2 if i in lit else ("white", "#767676")
            lines.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="{fill}" '
                f'stroke="{edge}"/>'
            )
        name = f"layer {level}" if level else "input"
        lines.append(svg.text((-56, -level * _UP + 4), name, svg.INK))
    top = -len(layers) * _UP
    middle = (size - 1) * _ACROSS / 2
    lines.append(svg.text((middle, top - 32), caption, svg.INK, "700"))
    low = np.array([-100, top - 50])
    return svg.page(lines, low, np.array([(size - 1) * _ACROSS + 10, 10]), caption)
