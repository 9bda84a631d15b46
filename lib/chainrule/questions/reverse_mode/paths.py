"""Paths through a graph: counted by the powers of its adjacency matrix."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes import given_graphs as probes
from chainrule.questions.reverse_mode import asking, graphs
from chainrule.questions.reverse_mode.asking import Asked
from chainrule.questions.reverse_mode.graphs import known
from chainrule.questions.reverse_mode.standing_in import tries

PATHS = graphs.all_filled(
    {
        "two paths": "x: {}, a: 2 * x, b: 3 * a, y: a + b",
        "a square of a square": "x: {}, a: x * x, y: a * a",
        "crossed": "x: {}, b: {}, c: x + b, d: x * b, e: c + d, f: c * d, y: e + f",
        "four levels": "x: {}, y: x + 1, 3 times y: y * y, y: y * x",
        "x is the root itself": "a: {}, b: {}, x: a * b",
        "no path leads to x": "a: {}, b: {}, x: a * b, c: a + b, y: c * c",
    }
)


def adjacency(graph, start="x"):
    """How many edges lead from node i to node j; the end's and the start's numbers."""
    graph = known(graph)
    edges = np.zeros((len(graph.nodes), len(graph.nodes)))
    for i, node in enumerate(graph.nodes):
        for j in graph.places(node.inputs):
            edges[i, j] += 1
    end, x = graph.places([graph.end, graph.named[start]])
    return edges, end, x


def by_length(edges, end, x):
    """The number of paths from the end to x of length 0, 1, 2, …: powers of the matrix,
    until no path is left."""
    step = np.eye(len(edges))[end]
    while step.any():
        yield step[x]
        step = step @ edges


def paths(edges, end, x):
    return sum(by_length(edges, end, x))


def longest(edges, end, x):
    lengths = [k for k, count in enumerate(by_length(edges, end, x)) if count]
    return max(lengths, default=0)


def counted(rule):
    """What `rule` counts in a graph's matrix."""
    return lambda graph: rule(*adjacency(graph))


def tell_count(yours, right, graph):
    stopped = asking.tell_stopped(yours, graph)
    if stopped or yours.ndim:
        return stopped or f"    It returned shape {yours.shape}. Return one number."
    return f"    you count           {yours:g}\n    powers of a matrix  {right:g}"


def is_count(found, graph, start):
    return close()(found, paths(*adjacency(graph, start)))


def ends_and_starts(graph, starts):
    return [[graph.end] * len(starts), starts]


def count_part(points, given, wrong, again=False):
    return Part(
        points,
        Oracle("powers of a matrix", counted(paths)),
        cases(given),
        mistakes(wrong),
        drive=Asked(
            probes.paths,
            ends_and_starts,
            is_count,
            again,
            about="x",
            builds_on=("topo_order",),
        ),
        tell=tell_count,
    )


PARTS = [
    count_part(
        1,
        {**PATHS, **graphs.RANDOM},
        {
            "You count two edges of one operation as one path. x * x "
            "has two edges to x, and each is a path.": counted(
                lambda edges, end, x: paths(np.minimum(edges, 1), end, x)
            ),
            "You count the edges that arrive at x. Through each of these edges run as "
            "many paths as lead to the node above it: add those numbers.": counted(
                lambda edges, end, x: edges[:, x].sum()
            ),
            "Your number is the length of the longest path. How many paths are "
            "there?": counted(longest),
            "Your number is always 1, but most of these graphs have more than one "
            "path.": lambda: 1.0,
            "Your number is right except where x is the root itself: one path, which "
            "has no edge, leads from a node to itself.": counted(
                lambda edges, end, x: paths(edges, end, x) - (end == x)
            ),
        },
        again=True,
    ),
    count_part(2, graphs.DOUBLING, asking.DOUBLED),
]

count_paths = Question(
    "count_paths",
    *PARTS,
    stand_ins=tries(PARTS, ("topo_order",)),
    hints=[
        "How many paths lead to a node? As many as lead to all the nodes that use it, "
        "added up.",
        "One path leads to the root itself. In the order of topo_order each node hands "
        "its number on along every edge, and numbers that meet are added.",
        "That is backward with every slope equal to 1. Keep the numbers in a dict of "
        "your own.",
    ],
)
