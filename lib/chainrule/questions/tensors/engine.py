"""The engine: graphs of a student's Tensors, told as "tanh(a) → h; mul(h, b) → y"."""

import re

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import arrays
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.tensors import gradient_of
from chainrule.questions.tensors.broadcasting import right_unbroadcast
from chainrule.questions.tensors.standing_in import standing_in


def recorded(a, b, graph):
    """torch's nodes of such a graph by name, and for each step what it is made of."""
    import torch

    ops = {"tanh": torch.tanh, "add": torch.add, "mul": torch.mul}
    nodes = {
        k: torch.tensor(v, requires_grad=True) for k, v in {"a": a, "b": b}.items()
    }
    made = {}
    for step in graph.split("; "):
        op, *inputs, name = re.findall(r"\w+", step)
        made[name] = ops[op], inputs
        nodes[name] = ops[op](*(nodes[i] for i in inputs))
    return nodes, made


def torch_pulls_back(a, b, graph, g, leaf):
    import torch

    nodes, made = recorded(a, b, graph)
    end = nodes[[*made][-1]]
    return torch.autograd.grad(end, nodes[leaf], torch.tensor(g))[0].numpy()


def share_by_share(a, b, graph, g, leaf, overwrite=False, fit=True, in_place=False):
    """What a wrong engine finds: torch differentiates each step by itself.

    in_place: shares are added to arrays that other nodes may hold as well, as the two
    inputs of an addition hold what arrives at it.
    """
    import torch

    nodes, made = recorded(a, b, graph)
    found = {[*made][-1]: torch.tensor(g)}
    for name, (op, inputs) in reversed(made.items()):
        upstream = found[name]
        at = [nodes[i].detach().expand(upstream.shape) for i in inputs]
        at = [x.clone().requires_grad_() for x in at]
        shares = torch.autograd.grad(op(*at), at, upstream)
        if in_place and op is torch.add:
            shares = upstream, upstream
        for i, share in zip(inputs, shares, strict=True):
            share = share.sum_to_size(nodes[i].shape) if fit else share
            fresh = overwrite or i not in found
            if in_place and not fresh:
                found[i] += share
            else:
                found[i] = share if fresh else found[i] + share
    return found[leaf].numpy()


def on_graph(graph, leaf, **shapes):
    """A graph, the leaf whose gradient is asked for, and the shapes in letters."""
    numbers = arrays(**shapes)

    def make(rng):
        drawn = numbers(rng)
        return {
            "a": drawn["a"],
            "b": drawn["b"],
            "graph": graph,
            "g": drawn["g"],
            "leaf": leaf,
        }

    return make


def walked(points, given, wrong):
    return Part(
        points,
        Oracle("torch.autograd", torch_pulls_back),
        cases(given),
        mistakes(wrong),
        probe=gradient_of,
    )


EQUAL = {"a": "nk", "b": "nk", "g": "nk"}
BIAS = {"a": "nk", "b": "k", "g": "nk"}
COLUMN = {"a": "n1", "b": "nk", "g": "nk"}

PARTS = [
    walked(
        2,
        {
            "a chain": on_graph("tanh(a) → h; mul(h, b) → y", "b", **EQUAL),
            "a square": on_graph("mul(a, a) → y", "a", **EQUAL),
            "a + a + a": on_graph("add(a, a) → h; add(h, a) → y", "a", **EQUAL),
            "two paths, the long one last": on_graph(
                "tanh(a) → h; mul(h, b) → k; add(h, k) → y", "a", **EQUAL
            ),
            "two paths, the long one first": on_graph(
                "mul(a, b) → h; tanh(h) → k; add(k, h) → y", "b", **EQUAL
            ),
        },
        {
            "A tensor that is used twice keeps one share only. Add each share to what "
            "is there already.": lambda a, b, graph, g, leaf: share_by_share(
                a, b, graph, g, leaf, overwrite=True
            ),
            "Two tensors may hold the same array, as both inputs of an addition do, "
            "and += changes it for both. Add with grads[x] = grads[x] + share.": (
                lambda a, b, graph, g, leaf: share_by_share(
                    a, b, graph, g, leaf, in_place=True
                )
            ),
            "That starts from ones. The walk starts from the g that it is given.": (
                lambda oracle, g, **args: oracle(g=np.ones_like(g), **args)
            ),
        },
    ),
    walked(
        1,
        {
            "a bias": on_graph("add(a, b) → y", "b", **BIAS),
            "a bias used twice": on_graph(
                "add(a, b) → h; tanh(h) → k; mul(k, b) → y", "b", **BIAS
            ),
            "a column": on_graph("mul(a, b) → h; tanh(h) → y", "a", **COLUMN),
        },
        {
            "A tensor that was broadcast gets a gradient of the larger shape. Bring "
            "each share into the shape of its tensor: unbroadcast.": (
                lambda a, b, graph, g, leaf: share_by_share(
                    a, b, graph, g, leaf, fit=False
                )
            )
        },
    ),
]

pull_back = Question(
    "pull_back",
    *PARTS,
    stand_ins=standing_in("unbroadcast", right_unbroadcast, PARTS, gradient_of),
    hints=[
        "It is the walk of the last notebook. Go through consumers_first(root), and "
        "hand each node's gradient to its rule.",
        "node.rule(g) gives one share per input, in the order of node.inputs. Leaves "
        "have no rule.",
        "Each share goes through unbroadcast first. Then it is added to what that "
        "input has in the dictionary, into a new array, or it starts its entry.",
    ],
)
