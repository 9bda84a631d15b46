"""What a walk back leaves on every node, where leaves hold something already."""

import numpy as np

from chainrule.judge import Part, close
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes import given_graphs as probes
from chainrule.questions.reverse_mode import asking, graphs
from chainrule.questions.reverse_mode.asking import Asked
from chainrule.questions.reverse_mode.graphs import known


def before(graph):
    """What the named nodes hold before a call: the leaves 1, 2, …, the others 0."""
    leaves = known(graph).leaves
    held = {leaf: number for number, leaf in enumerate(leaves, start=1)}
    return np.array([held.get(node, 0.0) for node in known(graph).named.values()])


def after(graph):
    """What the named nodes hold after one."""
    return before(graph) + graphs.torch_gradients(graph, of_all=True)


def ends_all_and_leaves(graph, ends):
    return [ends, [*graph.named.values()], graph.leaves]


def is_after(found, graph, end):
    return close()(found, after(graph))


def at_leaves(yours, wrong, graph):
    """Whether two results agree at the leaves."""
    leaf = before(graph) > 0
    return close()(yours[leaf], wrong[leaf])


def without_between(right, graph):
    return np.where(before(graph) > 0, right, 0.0)


def at_all_but_the_root(yours, wrong, graph):
    return close()(yours[:-1], wrong[:-1])


KEPT = {
    "Your function loses what a leaf held before the call. Another call may have put "
    "it there: add to it, and set no leaf's grad back to 0.": (
        lambda right, graph: right - before(graph),
        at_leaves,
    ),
    "Your leaves are right, but the nodes in between hold 0 when your function ends. "
    "Every node's gradient belongs in its grad: leave it there.": (
        without_between,
        at_all_but_the_root,
    ),
}


def tell_after(yours, right, graph):
    stopped = asking.tell_stopped(yours, graph)
    if stopped or yours.shape != right.shape:
        return stopped or f"    {len(right)} nodes, but {yours.size} gradients came"
    i = int(np.argmax(~np.isclose(yours, right, 1e-6, 1e-9)))
    name, held = [*known(graph).named][i], before(graph)[i]
    return (
        f"    the grad of {name}, which held {held:g} before the call\n"
        f"    after your call      {yours[i]:.8g}\n"
        f"    {held:g} + torch.autograd   {right[i]:.8g}"
    )


FILLED = {
    f"leaves that hold something already, {number}": graphs.filled(text)
    for number, text in {
        "one": "x: {}, a: 2 * x, b: 3 * a, y: a + b",
        "two": "a: {}, b: {}, c: a + b, d: a * b, e: c + d, f: c * d, y: e + f",
        "three": "x: {}, y: {}, s: x + y, f: s * x",
    }.items()
}
added_part = Part(
    1,
    Oracle("torch.autograd", after),
    cases(FILLED),
    mistakes(KEPT),
    drive=Asked(
        probes.gradients,
        ends_all_and_leaves,
        is_after,
        again=False,
        builds_on=("topo_order",),
    ),
    tell=tell_after,
)
