"""The graphs of the course as text, and a graph as the judge walks it.

A place in braces is filled with a fresh number.
"""

import functools

import numpy as np

from chainrule.lessons.walks import depth_first, pass_on
from chainrule.questions.draws import signed
from chainrule.questions.probes.recordings import Node, build


def filled(text, **more):
    """A graph with fresh numbers in its braces, of two decimals: its text is read."""

    def make(rng):
        numbers = [round(signed(rng, 0.5, 3), 2) for _ in range(text.count("{}"))]
        return {"graph": text.format(*numbers), **more}

    return make


def all_filled(texts):
    return {title: filled(text) for title, text in texts.items()}


ZOO = all_filled(
    {
        "a sum times z": "x: {}, y: {}, z: {}, s: x + y, f: s * z",
        "(a + b)(b + 1)": "a: {}, b: {}, c: a + b, d: b + 1, e: c * d",
        "the long way second": "x: {}, a: 2 * x, b: 3 * a, y: a + b",
        "the long way first": "x: {}, a: 2 * x, b: 3 * a, y: b + a",
        "crossed": "a: {}, b: {}, c: a + b, d: a * b, e: c + d, f: c * d, y: e + f",
        "both factors": "x: {}, a: 2 * x, b: 3 * x, y: a * b",
        "used at once and later": "x: {}, a: x * x, y: a + x",
    }
)
EXAMPLES = all_filled(
    {
        "(x + y) z at -2, 5, -4": "x: -2, y: 5, z: -4, s: x + y, f: s * z",
        "(a + b)(b + 1) at 2, 1": "a: 2, b: 1, c: a + b, d: b + 1, e: c * d",
        "5x + sin(y + pi)": "x: 1, y: 0.5, a: 5 * x, b: y + 3.14159265, s: sin b, "
        "f: a + s",
        "a neuron's loss with weight decay": "x: 2, y: 1, w: 0.3, b: -0.2, p: w * x, "
        "z: p + b, u: sigmoid z, d: y - u, q: d ** 2, l: 0.5 * q, r: w ** 2, "
        "k: 0.1 * r, L: l + k",
    }
)


def random_dag(rng):
    """A random graph on which no leaf's gradient is 0."""
    while True:
        text = any_dag(rng)
        graph = Graph(text)
        pass_on(consumers_first(graph.end))
        if all(abs(leaf.grad) > 1e-6 for leaf in graph.leaves):
            return text


def any_dag(rng):
    """Six steps, each of two nodes made before, then a sum over all that is unused."""
    names, text, unused = ["x", "y"], [], {"x", "y"}
    for name in "abcdef":
        i, j = rng.choice(names, 2)
        sign = rng.choice(["+", "*", "-"])
        text.append(f"{name}: {i} {sign} {j}")
        names.append(name)
        unused = unused - {i, j} | {name}
    text += [f"f: f + {name}" for name in sorted(unused - {"f"})]
    x, y = (round(signed(rng, 0.5, 2), 2) for _ in "xy")
    return ", ".join([f"x: {x}, y: {y}", *text])


RANDOM = {
    f"a random graph, {number}": lambda rng: {"graph": random_dag(rng)}
    for number in ("one", "two")
}
DEEP = {"a chain of 5,000": filled("x: {}, y: 0.5 * x, 5000 times y: y + x")}
DOUBLING = {"60 doublings": filled("x: {}, y: 0.5 * x, 60 times y: y + y")}


class Graph:
    """The nodes of a graph in the order of its text, the end last, and its leaves."""

    def __init__(self, text):
        self.nodes = []
        self.named, leaves = build(text, lambda number: Node(self.nodes, number))
        for name, node in self.named.items():
            node.label = name
        self.leaves = [self.named[leaf] for leaf in leaves]
        self.end = self.nodes[-1]

    def places(self, nodes):
        at = {node: i for i, node in enumerate(self.nodes)}
        return np.array([at[node] for node in nodes], dtype=int)


known = functools.lru_cache(maxsize=16)(Graph)  # to be looked at, and not changed


@functools.lru_cache(maxsize=16)
def dealt(graph):
    """The place of each node after shuffling, and the rows of the shuffled graph.

    A graph crosses so: neither the order in which nodes are made, nor a list that lies
    about, is of use to an answer. Only the judge knows who is who.
    """
    nodes = known(graph).nodes
    place = np.random.default_rng(list(graph.encode())).permutation(len(nodes))
    order = [nodes[i] for i in np.argsort(place)]
    at = {node: k for k, node in enumerate(order)}
    inputs, slopes = [], []
    for i in (0, 1):
        inputs.append([at[x.inputs[i]] if len(x.inputs) > i else -1 for x in order])
        slopes.append([x.slopes[i] if len(x.slopes) > i else 0 for x in order])
    data = np.array([node.data for node in order])
    ops = ",".join(x.op for x in order)
    return place, (data, ops, np.array(inputs), np.array(slopes))


def inputs_first(end):
    """Each node after its inputs: made in this order, so listed in this order."""
    reached = set(depth_first(end))
    return [node for node in end.graph if node in reached]


def consumers_first(end):
    return inputs_first(end)[::-1]


def tensor(number):
    import torch

    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


@functools.lru_cache(maxsize=16)
def in_torch(graph):
    """What stands under each name in torch, and the names of the leaves."""
    return build(graph, tensor)


@functools.lru_cache(maxsize=16)
def torch_gradients(graph, end=None, of_all=False):
    """d end/d leaf by torch.autograd for each leaf, or for all that has a name.

    end: a name, the last if None.
    """
    import torch

    named, leaves = in_torch(graph)
    end = named[end] if end else [*named.values()][-1]
    at = [named[name] for name in (named if of_all else leaves)]
    found = torch.autograd.grad(end, at, retain_graph=True, allow_unused=True)
    return np.array([0.0 if g is None else g.item() for g in found])
