"""Where the boxes of a graph stand, and the curves between them."""

from itertools import pairwise

import numpy as np

COLUMN_GAP, ROW_GAP = 60, 14
_SWEEPS = 12


def layout(sizes, edges):
    """Columns by longest path, rows by barycentres, both as Sugiyama has them.

    sizes: a (width, height) per box; edges: pairs (tail, head) of box numbers, tails
    before heads. Returns the centre of each box and, per edge, the control points of a
    chain of cubic Bézier curves, x to the right and y down. An edge that spans columns
    passes each through a slot of its own. Source: Sugiyama, Tagawa, Toda, IEEE Trans.
    SMC 11(2), 1981.
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
