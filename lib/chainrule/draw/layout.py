"""Where the boxes of a graph stand: by graphviz where it is installed, else by our own.

Both take `sizes`, a (width, height) per box, and `edges`, pairs (tail, head) of box
numbers with tails before heads. Both return the centre of each box and, per edge, the
control points of a chain of cubic Bézier curves, x to the right and y down.
"""

import shutil
import subprocess
from itertools import pairwise

import numpy as np

COLUMN_GAP, ROW_GAP = 60, 14
_POINTS = 72  # graphviz counts in inches
_SWEEPS = 12


def layout(sizes, edges):
    """Centres and curves from `dot` if that program is there, else from `layered`."""
    return dot(sizes, edges) if shutil.which("dot") else layered(sizes, edges)


def dot(sizes, edges):
    """The layout graphviz finds."""
    boxes = [
        f"{i} [width={w / _POINTS:.4f} height={h / _POINTS:.4f}]"
        for i, (w, h) in enumerate(sizes)
    ]
    arrows = [f"{tail}:e -> {head}:w" for tail, head in edges]
    gaps = f"ranksep={COLUMN_GAP / _POINTS:.4f} nodesep={ROW_GAP / _POINTS:.4f}"
    style = f"rankdir=LR {gaps} edge [arrowhead=none] node [shape=box fixedsize=true]"
    source = "\n".join(["digraph {", style, 'node [label=""]', *boxes, *arrows, "}"])
    plain = subprocess.run(
        ["dot", "-Tplain"], input=source, capture_output=True, text=True, check=True
    ).stdout
    centres, curves = [None] * len(sizes), {}
    for kind, *fields in map(str.split, plain.splitlines()):
        if kind == "node":
            centres[int(fields[0])] = _flipped(fields[1:3])[0]
        elif kind == "edge":
            tail, head, n = map(int, fields[:3])
            curves.setdefault((tail, head), []).append(_flipped(fields[3 : 3 + 2 * n]))
    return np.array(centres), [curves[edge].pop(0) for edge in edges]


def _flipped(fields):
    return np.array(fields, float).reshape(-1, 2) * (_POINTS, -_POINTS)


def layered(sizes, edges):
    """Columns by longest path, rows by barycentres, both as Sugiyama has them.

    An edge that spans columns passes each through a slot of its own. Source: Sugiyama,
    Tagawa, Toda, IEEE Trans. SMC 11(2), 1981.
    """
    columns, chains = _columns(len(sizes), edges)
    heights = [h for _, h in sizes] + [0] * sum(len(c) - 2 for c in chains)
    steps = [step for chain in chains for step in pairwise(chain)]
    columns = _untangled(columns, steps)
    y = _rows(columns, steps, heights)
    widths = [
        max((sizes[i][0] for i in c if i < len(sizes)), default=0) for c in columns
    ]
    right = np.cumsum(widths) + COLUMN_GAP * np.arange(len(columns))
    column_of = {i: k for k, column in enumerate(columns) for i in column}
    centres = [(right[column_of[i]] - w / 2, y[i]) for i, (w, _) in enumerate(sizes)]
    curves = []
    for tail, *slots, head in chains:
        stops = [(right[column_of[tail]], y[tail])]
        for slot in slots:
            k = column_of[slot]
            stops += [(right[k] - widths[k], y[slot]), (right[k], y[slot])]
        stops.append((centres[head][0] - sizes[head][0] / 2, y[head]))
        curves.append(_smooth(stops))
    return np.array(centres), curves


def _columns(n, edges):
    """Box numbers per column, and each edge as its tail, its slots and its head."""
    # Counted back from the end, so that each box stands next to where it is used.
    ahead = [0] * n
    for tail, head in sorted(edges, key=lambda edge: -edge[1]):
        ahead[tail] = max(ahead[tail], ahead[head] + 1)
    depth = [max(ahead) - steps for steps in ahead]
    columns = [[i for i in range(n) if depth[i] == k] for k in range(max(ahead) + 1)]
    chains, fresh = [], n
    for tail, head in edges:
        slots = range(fresh, fresh + depth[head] - depth[tail] - 1)
        for k, slot in enumerate(slots, depth[tail] + 1):
            columns[k].append(slot)
        fresh += len(slots)
        chains.append([tail, *slots, head])
    return columns, chains


def _untangled(columns, steps):
    """The columns in an order with few crossings, sweeping right, left, right …"""
    best, fewest = columns, _crossings(columns, steps)
    for sweep in range(_SWEEPS):
        towards = [(a, b) if sweep % 2 else (b, a) for a, b in steps]
        columns, place = [list(c) for c in columns], {}
        for column in reversed(columns) if sweep % 2 else columns:
            wish = {i: (k, []) for k, i in enumerate(column)}
            for i, neighbour in towards:
                if i in wish and neighbour in place:
                    wish[i][1].append(place[neighbour])
            column.sort(key=lambda i: np.mean(wish[i][1]) if wish[i][1] else wish[i][0])
            place.update((i, k) for k, i in enumerate(column))
        crossings = _crossings(columns, steps)
        if crossings < fewest:
            best, fewest = columns, crossings
    return best


def _crossings(columns, steps):
    place = {
        i: (k, row) for k, column in enumerate(columns) for row, i in enumerate(column)
    }
    total = 0
    for k in range(len(columns)):
        here = [(place[a][1], place[b][1]) for a, b in steps if place[a][0] == k]
        rows = np.array(here).reshape(-1, 2)
        apart = rows[:, None] - rows[None]
        total += int(np.sum(apart[..., 0] * apart[..., 1] < 0)) // 2
    return total


def _rows(columns, steps, heights):
    """A y per box: each near its neighbours' mean, none on top of another."""
    y = {}
    for column in columns:
        y.update(zip(column, _apart([0.0] * len(column), column, heights), strict=True))
    near = {i: [] for i in y}
    for a, b in steps:
        near[a].append(b)
        near[b].append(a)
    for sweep in range(2 * _SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            wish = [np.mean([y[j] for j in near[i]] or [y[i]]) for i in column]
            y.update(zip(column, _apart(wish, column, heights), strict=True))
    return y


def _apart(wish, column, heights):
    """The rows closest to `wish` (least squares) that keep order and distance.

    Pool adjacent violators: boxes that would collide move together, to their mean.
    """
    h = np.array([heights[i] for i in column])
    offset = np.r_[0, np.cumsum((h[:-1] + h[1:]) / 2 + ROW_GAP)]
    blocks = []
    for w in wish - offset:
        blocks.append([w, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [[(a * m + b * n) / (m + n), m + n]]
    return np.repeat(*map(list, zip(*blocks, strict=True))) + offset


def _smooth(stops):
    points = [stops[0]]
    for (x0, y0), (x1, y1) in pairwise(stops):
        middle = (x0 + x1) / 2
        points += [(middle, y0), (middle, y1), (x1, y1)]
    return np.array(points)
