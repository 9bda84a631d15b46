"""A graph that a student has built, as rows of numbers (see the probe `traced`)."""

import numpy as np

from chainrule.questions.probes.recordings import (
    OPERATIONS,
    SIGNS,
    Node,
    combine,
    row,
)
from chainrule.questions.reverse_mode.graphs import Graph, consumers_first, tensor


def trace_of(text):
    nodes = Graph(text).nodes
    return np.array([*map(row, nodes), [len(nodes) - 1, -1, -1, 0.0]], dtype=float)


def is_trace(rows):
    """Whether rows are a graph: each node made from earlier ones, the end its last."""
    if rows.ndim != 2 or rows.shape[1:] != (4,) or not 2 <= len(rows) <= 201:
        return False
    if rows.dtype.kind != "f" or not np.isfinite(rows).all():
        return False
    kinds, i, j, number = rows[:-1].T
    binary = np.isin(kinds, [OPERATIONS.index(sign) for sign in ("+", "-", "*")])
    at, made = np.arange(len(kinds)), kinds > 0
    return bool(
        np.isin(kinds, range(len(OPERATIONS))).all()
        and ((i >= 0) & (i < at))[made].all()
        and ((j >= 0) & (j < at))[binary].all()
        and rows[-1, 0] in at
        and np.abs(number).max() < 1e12
        and (rows[:-1, :3] == rows[:-1, :3].astype(int)).all()
    )


def replayed(rows, x, leaf):
    """What the rows of a trace describe, begun at x; `leaf` makes of numbers leaves."""
    made = []
    for kind, i, j, number in rows[:-1]:
        word = OPERATIONS[int(kind)]
        if not word:
            made.append(leaf(number if made else x))
        elif word == "**":
            made.append(combine(made[int(i)], word, number))
        elif word in SIGNS:
            made.append(combine(made[int(i)], word, made[int(j)]))
        else:
            made.append(combine(word, made[int(i)]))
    return made


def retraced(rows, x):
    """The end of the graph that a trace describes, None where no way leads to x."""
    if not is_trace(rows):
        return None
    graph = []
    try:
        with np.errstate(all="ignore"):
            replayed(rows, x, lambda number: Node(graph, number))
    except (ArithmeticError, TypeError):
        return None
    end = graph[int(rows[-1, 0])]
    return end if graph[0] in consumers_first(end) else None


def torch_slope(rows, x):
    """d end/dx by torch.autograd."""
    import torch

    made = replayed(rows, x, tensor)
    return torch.autograd.grad(made[int(rows[-1, 0])], made[0])[0].item()
