"""An order of the nodes: it is right when it has the property, whichever it is."""

import functools

import numpy as np

from chainrule.judge import AnswerError, Part, Question
from chainrule.lessons import walks
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes import given_graphs as probes
from chainrule.questions.reverse_mode import asking, graphs
from chainrule.questions.reverse_mode.asking import Asked
from chainrule.questions.reverse_mode.graphs import consumers_first, known

MOST_LISTED = 50_000


def listed(walk, graph, left=True):
    """The places of the nodes in the order of a walk from the end."""
    return known(graph).places(walk(known(graph).end, left))


@functools.lru_cache(maxsize=64)
def an_order(graph, end=None):
    """One of the right orders, from a node by its name, or from the last."""
    graph = known(graph)
    return graph.places(consumers_first(graph.named[end] if end else graph.end))


def is_listing(yours, graph):
    """Whether a result can be a list of nodes at all."""
    if yours.ndim != 1 or yours.dtype.kind not in "iu" or not len(yours):
        return False
    return bool(((yours >= 0) & (yours < len(known(graph).nodes))).all())


def is_order(yours, graph, end=None):
    """Every node that the end was made from once, and each before its inputs."""
    if not is_listing(yours, graph) or sorted(yours) != sorted(an_order(graph, end)):
        return False
    return not early(yours, graph)


def early(yours, graph):
    """(node, consumer) for the first node that stands before one that uses it."""
    nodes = known(graph).nodes
    turn = {nodes[i]: k for k, i in enumerate(yours)}
    for node in turn:
        for x in node.inputs:
            if turn.get(x, len(turn)) < turn[node]:
                return x, node
    return None


def name_of(node):
    return node.label or f"{node.data:g}"


def tell_order(yours, right, graph):
    stopped = asking.tell_stopped(yours, graph)
    if stopped or not is_listing(yours, graph):
        empty = "    The list is empty, but the root itself belongs in it."
        return stopped or ("    It returned no list of nodes." if yours.size else empty)
    names = [name_of(node) for node in known(graph).nodes]
    if len(names) > 100:
        return f"    the list holds {len(yours):,} nodes, in an order that doesn't do"
    twice = [i for i in right if np.sum(yours == i) > 1]
    missing = [i for i in right if i not in yours]
    if twice:
        problem = f"more than once: {names[twice[0]]}"
    elif missing:
        problem = f"missing: {names[missing[0]]}"
    else:
        x, consumer = map(name_of, early(yours, graph))
        problem = f"{x} stands before {consumer}, which uses it"
    return f"    you list   {', '.join(names[i] for i in yours)}\n    {problem}"


def listing(walk):
    """What a walk lists, and whether an answer lists it, from either side."""

    def agree(yours, wrong, graph):
        both = [listed(walk, graph, left) for left in (True, False)]
        return any(np.array_equal(yours, one) for one in both)

    return lambda graph: listed(walk, graph), agree


def turned_round(yours, wrong, graph):
    return is_order(np.atleast_1d(yours)[::-1], graph)


def is_order_without_leaves(yours, wrong, graph):
    nodes = known(graph).nodes
    leaves = [i for i, node in enumerate(nodes) if not node.inputs]
    complete = is_listing(yours, graph) and is_order(np.r_[yours, leaves], graph)
    return complete and sorted(yours) == sorted(wrong)


def without_leaves(right, graph):
    nodes = known(graph).nodes
    return np.array([i for i in right if nodes[i].inputs])


def same_nodes(yours, wrong, graph):
    return is_listing(yours, graph) and sorted(yours) == sorted(wrong)


def covers(yours, wrong, graph):
    """Every node at least once."""
    return is_listing(yours, graph) and {*yours} == {*wrong}


ORDERS = {
    "Your list has the nodes in the order in which they were made, inputs first. The "
    "walk goes backward: reverse the list.": (
        lambda right: right[::-1],
        turned_round,
    ),
    "Your order is that of breadth-first search: a node is listed when it is first "
    "met. List a node only when every node that uses it is in the list.": (
        listing(walks.breadth_first)
    ),
    "Your order is preorder: a node is listed as soon as a depth-first walk meets it. "
    "List a node when all its inputs are listed, in postorder, and reverse the "
    "list.": listing(walks.depth_first),
    "Your list lacks the leaves: every node that the root was made from belongs in "
    "it.": (
        without_leaves,
        is_order_without_leaves,
    ),
    "Your list has every node once, yet one stands before a node that uses it. A node "
    "may be reached by a short path and a long one: it must wait for the long one.": (
        lambda graph: listed(walks.marked_early, graph),
        same_nodes,
    ),
    "Your list has some nodes once for each path that leads to them. Keep a set of "
    "those you have seen.": (
        lambda graph: listed(walks.every_path, graph),
        covers,
    ),
}


def undealt(listing, graph):
    """A listing of a shuffled graph in the judge's own numbers, if it is one."""
    place, _ = graphs.dealt(graph)
    if listing.size > MOST_LISTED:
        raise AnswerError(
            f"    The list holds {listing.size:,} nodes. Each node belongs there once."
        )
    return np.argsort(place)[listing] if is_listing(listing, graph) else listing


def order_part(points, given, wrong, again=False):
    return Part(
        points,
        Oracle("the property of the order", an_order),
        cases(given),
        mistakes(wrong),
        drive=Asked(probes.orders, lambda _, ends: [ends], is_order, again, undealt),
        agree=lambda yours, right, graph: is_order(yours, graph),
        entries=False,
        tell=tell_order,
    )


topo_order = Question(
    "topo_order",
    order_part(4, {**graphs.ZOO, **graphs.RANDOM}, ORDERS, again=True),
    order_part(1, graphs.DEEP, asking.LIMIT),
    order_part(1, graphs.DOUBLING, asking.DOUBLED),
    hints=[
        "When may a node be listed? When every node that uses it is listed already. It "
        "is easier backward: list a node when all its inputs are listed.",
        "Take the node on top. A new one goes back with a mark, and its inputs go on "
        "top. A marked one is listed. An unmarked one that was taken before is "
        "dropped. At the end, reverse the list.",
        "Without recursion: let the stack hold pairs, (node, False) for a new node and "
        "(node, True) for one that was put back with its mark. A set holds the nodes "
        "that were taken once.",
    ],
)
