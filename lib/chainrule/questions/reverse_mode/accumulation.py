"""A second call: leaves add up, nodes in between start afresh, zero_grad clears."""

from dataclasses import dataclass

import numpy as np

from chainrule.judge import Part, Question
from chainrule.lessons.walks import give_turns
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import signed
from chainrule.questions.kinds import called, cases, mistakes
from chainrule.questions.probes import given_graphs as probes
from chainrule.questions.reverse_mode.asking import ask
from chainrule.questions.reverse_mode.backward import tell_gradient
from chainrule.questions.reverse_mode.graphs import (
    Graph,
    consumers_first,
    filled,
    known,
    torch_gradients,
)
from chainrule.questions.reverse_mode.standing_in import standing_in, tries


def sum_over_calls(graph, calls):
    return sum(torch_gradients(graph, end) for end in calls.split())


def called_again(all_afresh=False, end_afresh=True, between_afresh=False):
    """What leaves hold when calls find what earlier ones left, or find it cleared."""

    def rule(graph, calls):
        graph = Graph(graph)
        for name in calls.split():
            for node in graph.nodes if all_afresh else ():
                node.grad = 0.0
            end = graph.named[name]
            for node in consumers_first(end) if between_afresh else ():
                if node.inputs and node is not end:
                    node.grad = 0.0
            end.grad = 1.0 if end_afresh else end.grad + 1.0
            give_turns(consumers_first(end))
        return np.array([leaf.grad for leaf in graph.leaves])

    return rule


STALE = (
    "Your nodes in between still hold what an earlier call left there, and pass it on "
)
LAST_ONLY = {
    "You keep only the last call's gradient. On leaves, gradients of several calls add "
    "up: leave a leaf's gradient as it stands, and add.": called_again(all_afresh=True)
}
ROOT_STALE = {
    "Your root begins the next call with the 1 of the call before. It has inputs, so "
    "it starts afresh as well.": called_again(end_afresh=False, between_afresh=True)
}


@dataclass(frozen=True)
class Calls:
    """Drives a walk that is called from several named ends: what the leaves hold then.

    right: the earlier answers that right ones stand in for.
    """

    right: tuple[str, ...] = ()

    def __call__(self, answer, graph, calls):
        named, leaves = known(graph).named, known(graph).leaves
        ends = [named[name] for name in calls.split()]
        helpers = standing_in(graph, ("topo_order", "backward"), self.right)
        probe = probes.accumulated
        (found,) = ask(answer, probe, graph, ends, leaves, helpers=helpers)
        return found


def again_part(points, given, wrong):
    return Part(
        points,
        Oracle("torch.autograd, added up", sum_over_calls),
        cases(given),
        mistakes({**LAST_ONLY, **wrong}),
        drive=Calls(),
        tell=tell_gradient,
    )


PRODUCT = "x: {}, y: {}, L: x * y"
SQUARED = "x: {}, a: x * x, L: a * a"
TWO_ENDS = "x: {}, y: {}, a: x * y, b: a + x, L: a * b, M: b * b"

PARTS = [
    again_part(
        1,
        {
            "called once": filled(SQUARED, calls="L"),
            "a product, called twice": filled(PRODUCT, calls="L L"),
            "a product, three times": filled(PRODUCT, calls="L L L"),
        },
        ROOT_STALE,
    ),
    again_part(
        2,
        {
            "(x²)² at 3, called twice": filled(SQUARED.format(3), calls="L L"),
            "(x²)², three times": filled(SQUARED, calls="L L L"),
            "two ends made from the same nodes": filled(TWO_ENDS, calls="L M L"),
        },
        {
            f"{STALE}once more. What should they hold when a walk begins?": (
                called_again()
            ),
            f"{STALE}once more, and so does the root. What should they hold when a "
            "walk begins, and what the root?": called_again(end_afresh=False),
            **ROOT_STALE,
        },
    ),
]

accumulate = Question(
    "accumulate",
    *PARTS,
    stand_ins=tries(PARTS, ("topo_order",), ("backward",), ("topo_order", "backward")),
    hints=[
        "Which gradients should survive from one call to the next: those of leaves, or "
        "those of nodes in between? A leaf has no inputs.",
        "Before you walk, set the gradient of every node that has inputs to 0.",
        "topo_order lists the nodes to look at. Your backward does the rest, if it "
        "clears no gradient.",
    ],
)


def leaves(count):
    def make(rng):
        data = rng.normal(size=count)
        return {"data": data, "grads": np.array([signed(rng, 1, 9) for _ in data])}

    return make


def tell_cleared(yours, right, data, grads):
    if yours.shape != right.shape:
        return "    some of the values can't be found afterwards"
    kept, number = np.argwhere(yours != right)[0]
    what = ("data", "grad")[number]
    return (
        f"    {what} of leaf {kept + 1} of {len(grads)}: "
        f"{yours[kept, number]:g} afterwards, not {right[kept, number]:g}"
    )


zero_grad = called(
    "zero_grad",
    closed_form(lambda data, grads: np.column_stack([data, 0 * grads])),
    {"one leaf": leaves(1), "three leaves": leaves(3), "five leaves": leaves(5)},
    {
        "Your function changes nothing: set the attribute `grad` of each one. A name "
        "of your own for the number is not the number on the node.": (
            lambda data, grads: np.column_stack([data, grads])
        ),
        "You clear only the first one: does a return stand inside the loop?": (
            lambda data, grads: np.column_stack([data, [0, *grads[1:]]])
        ),
        "You clear the data. The gradient is what starts afresh.": (
            lambda data, grads: np.column_stack([0 * data, grads])
        ),
        "You clear the data as well. A training step would lose its weights.": (
            lambda right: 0 * right
        ),
    },
    hints=[
        "A loop over the values.",
        "What each of them accumulates is in its attribute grad.",
        "Set that attribute to 0.0 on every one; nothing needs to be returned.",
    ],
    probe=probes.cleared,
    entries=False,
    tell=tell_cleared,
)
