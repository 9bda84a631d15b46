"""What the leaves hold after a walk back through a graph."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.lessons import walks
from chainrule.lessons.walks import give_turns, pass_on
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes import given_graphs as probes
from chainrule.questions.reverse_mode import asking, graphs, kept
from chainrule.questions.reverse_mode.asking import Asked
from chainrule.questions.reverse_mode.graphs import Graph, consumers_first, known
from chainrule.questions.reverse_mode.standing_in import tries


def leaf_values(graph, walk):
    """What the leaves hold after walk(end)."""
    graph = Graph(graph)
    walk(graph.end)
    return np.array([leaf.grad for leaf in graph.leaves])


def holding(*several):
    """What a walk leaves on the leaves, and whether one of several did."""

    def agree(yours, wrong, graph):
        return any(close()(yours, leaf_values(graph, walk)) for walk in several)

    return lambda graph: leaf_values(graph, several[0]), agree


def both_sides(walk):
    """Passing on in the order of a walk, read from the left or from the right."""
    return [lambda end, left=left: pass_on(walk(end, left)) for left in (True, False)]


def overwriting(end):
    end.grad = 1.0
    give_turns(consumers_first(end), add=False)


def from_the_front(end):
    end.grad = 1.0
    give_turns(graphs.inputs_first(end))


def recursion(left):
    def walk(end):
        end.grad = 1.0
        walks.at_once(end, left)

    return walk


def one_share(yours, wrong, graph):
    """Whether each leaf holds what came along one path, the others lost."""
    graph = Graph(graph)
    held = {node: set() for node in graph.nodes} | {graph.end: {1.0}}
    for node in consumers_first(graph.end):
        for x, slope in zip(node.inputs, node.slopes, strict=True):
            held[x] |= {g * slope for g in held[node]}
    return yours.shape == (len(graph.leaves),) and all(
        any(close()(g, share) for share in held[leaf] or {0.0})
        for g, leaf in zip(yours, graph.leaves, strict=True)
    )


def upstream_ignored(end):
    for node in walks.depth_first(end):
        for x, slope in zip(node.inputs, node.slopes, strict=True):
            x.grad += slope


def slope_ignored(end):
    end.grad = 1.0
    for node in consumers_first(end):
        for x in node.inputs:
            x.grad += node.grad


WALKS = {
    "Your gradients are all 0. Does the root begin with 1, before the walk? And is "
    "each share added to the grad of the node itself?": lambda right: 0 * right,
    "You walk from the inputs to the root: each node passes its gradient on before "
    "it has one. Begin at the root.": holding(from_the_front),
    "Your nodes have their turns in breadth-first order. Some have their turn before a "
    "share on a longer path has arrived. Use your topo_order.": holding(
        *both_sides(walks.breadth_first)
    ),
    "Your nodes have their turns in preorder, as a depth-first walk meets them. Some "
    "have their turn before a share on another path has arrived. Use your "
    "topo_order.": holding(*both_sides(walks.depth_first)),
    "You give two turns to a node that is reached twice, and at each it passes on all "
    "that it holds, old shares again. Give each node one turn, when its sum is "
    "full.": holding(
        *both_sides(walks.every_path), recursion(left=True), recursion(left=False)
    ),
    "You ignore the upstream gradient: what a node passes on is what it holds times "
    "the slope.": holding(upstream_ignored),
    "You ignore the slopes: what a node passes on is what it holds times the slope to "
    "each input.": holding(slope_ignored),
    "Your leaf that is used twice holds one share only: = writes over what came "
    "before. Shares from several paths are added.": (
        lambda graph: leaf_values(graph, overwriting),
        one_share,
    ),
}


def ends_and_leaves(graph, ends):
    return [ends, graph.leaves, []]


def is_gradient(found, graph, end):
    return close()(found, graphs.torch_gradients(graph, end))


def asked(again):
    return Asked(
        probes.gradients,
        ends_and_leaves,
        is_gradient,
        again,
        builds_on=("topo_order",),
    )


def tell_gradient(yours, right, graph, **_):
    stopped = asking.tell_stopped(yours, graph)
    if stopped or yours.shape != right.shape:
        return stopped or f"    {len(right)} leaves, but {yours.size} gradients came"
    i = int(np.argmax(~np.isclose(yours, right, 1e-6, 1e-9)))
    return (
        f"    the gradient of {known(graph).leaves[i].label}\n"
        f"    you say           {yours[i]:.8g}\n"
        f"    torch.autograd    {right[i]:.8g}"
    )


def gradient_part(points, given, wrong, again=False):
    oracle = Oracle("torch.autograd", graphs.torch_gradients)
    how = {"drive": asked(again), "tell": tell_gradient}
    return Part(points, oracle, cases(given), mistakes(wrong), **how)


PARTS = [
    gradient_part(
        3, {**graphs.ZOO, **graphs.RANDOM, **graphs.EXAMPLES}, WALKS, again=True
    ),
    kept.added_part,
    gradient_part(1, graphs.DEEP, asking.LIMIT),
    gradient_part(1, graphs.DOUBLING, asking.DOUBLED),
]

backward = Question(
    "backward",
    *PARTS,
    stand_ins=tries(PARTS, ("topo_order",)),
    hints=[
        "Give the root the gradient 1. Then every node, in the right order, passes on "
        "what it holds.",
        "On its turn a node adds its own gradient times the slope to the gradient of "
        "each input. Inputs and slopes go in pairs: zip them.",
        "If a leaf is off by a share, look for = where += belongs. If a node passes on "
        "too little, look at the order.",
    ],
)
