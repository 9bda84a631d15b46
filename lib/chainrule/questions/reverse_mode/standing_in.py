"""Right answers that stand in for earlier ones: they stay here and are only asked.

What crosses to a student's code is places of nodes, and numbers.
"""

from dataclasses import dataclass, replace

import numpy as np

from chainrule.crossing import Asked
from chainrule.lessons.walks import give_turns
from chainrule.questions.reverse_mode.graphs import (
    Graph,
    consumers_first,
    dealt,
    known,
)


def at(nodes, graph, place):
    """The node of a graph that lies at a place of the shuffled one."""
    places, _ = dealt(graph)
    return nodes[np.argsort(places)[int(place)]]


@dataclass(frozen=True)
class RightOrder:
    """The places of all that the node at a place was made from, consumers first."""

    graph: str

    def __call__(self, root):
        places, _ = dealt(self.graph)
        graph = known(self.graph)
        return places[graph.places(consumers_first(at(graph.nodes, self.graph, root)))]

    def __str__(self):
        return "topo_order"


@dataclass(frozen=True)
class RightWalk:
    """The gradients by place after a walk back, from what the nodes held before."""

    graph: str

    def __call__(self, root, held):
        places, _ = dealt(self.graph)
        nodes = Graph(self.graph).nodes
        for node, place in zip(nodes, places, strict=True):
            node.grad = float(held[place])
        end = at(nodes, self.graph, root)
        end.grad = 1.0
        give_turns(consumers_first(end))
        after = np.empty(len(nodes))
        after[places] = [node.grad for node in nodes]
        return after

    def __str__(self):
        return "backward"


RIGHT = {"topo_order": RightOrder, "backward": RightWalk}


def standing_in(graph, builds_on, right):
    """For each answer that one builds on what stands in for it, None where it is not
    among the `right` ones."""
    return [Asked(RIGHT[name](graph)) if name in right else None for name in builds_on]


def tries(parts, *several):
    """The stand_ins of a question: its parts with right answers of some names."""
    return [
        (names, [replace(p, drive=replace(p.drive, right=names)) for p in parts])
        for names in several
    ]
