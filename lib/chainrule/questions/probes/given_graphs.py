"""Probes of 2-autodiff/03_reverse_mode: a student's walks on graphs that are given."""

import contextlib

import numpy as np

LOOKS = 40, 10_000  # at a node's inputs: on average, and in any graph
STOPPED, TOO_DEEP = [-1], [-2]  # a report on a walk that had to be stopped


class Stop(Exception):
    """A walk has looked at inputs far more often than there are nodes."""


class Given:
    """A node of a graph to walk: what a walk may use of a Value, its looks counted."""

    looks, most = 0, 0

    def __init__(self, data, op):
        self.data, self.grad, self.label, self.op = float(data), 0.0, "", op
        self._inputs = self.slopes = ()

    @property
    def inputs(self):
        Given.looks += 1
        if Given.looks > Given.most:
            raise Stop
        return self._inputs

    def __repr__(self):
        return f"<node of {self.data:g}>"


def given(data, ops, inputs, slopes):
    """The nodes of a graph that the judge has shuffled: their order tells nothing.

    ops: a text with commas; inputs, slopes: (2, nodes), -1 where a node has no first or
    second input.
    """
    nodes = [Given(*pair) for pair in zip(data.tolist(), ops.split(","), strict=True)]
    columns = *inputs.tolist(), *slopes.tolist()
    for node, i, j, along_i, along_j in zip(nodes, *columns, strict=True):
        count = (i >= 0) + (j >= 0)
        node._inputs = (nodes[i], nodes[j])[:count]
        node.slopes = (along_i, along_j)[:count]
    average, least = LOOKS
    Given.looks, Given.most = 0, max(average * len(nodes), least)
    return nodes


def report(walk, *args):
    """What a walk returns, or how it had to be stopped."""
    try:
        return walk(*args)
    except Stop:
        return STOPPED
    except RecursionError:
        return TOO_DEEP


@contextlib.contextmanager
def in_place(answer, **right):
    """Let an answer find right functions under the names of those it builds on, for as
    long as it is asked. What is None stays the student's own."""
    names = getattr(answer, "__globals__", {})
    right = {name: function for name, function in right.items() if function}
    own = {name: names[name] for name in right if name in names}
    names.update(right)
    try:
        yield
    finally:
        for name in right:
            names.pop(name, None)
        names.update(own)


def ordering(nodes, order):
    """topo_order, as the judge's `order` tells it by places; None without that."""
    place = {id(node): i for i, node in enumerate(nodes)}

    def topo_order(root):
        return [nodes[i] for i in order(place[id(root)])]

    return order and topo_order


def walking(nodes, walk):
    """backward, as the judge's `walk` has the gradients; None without that."""
    place = {id(node): i for i, node in enumerate(nodes)}

    def backward(root):
        grads = walk(place[id(root)], [node.grad for node in nodes])
        for node, grad in zip(nodes, grads, strict=True):
            node.grad = float(grad)

    return walk and backward


def orders(student, ends, *graph):
    """What topo_order lists from each of some ends of one graph, by place."""
    nodes = given(*graph)
    return [listed(student, nodes, end) for end in ends]


def listed(student, nodes, end):
    """The places of the nodes that topo_order lists."""
    found = report(student.topo_order, nodes[end])
    if found is STOPPED or found is TOO_DEEP or found is None:
        return found
    place = {id(node): i for i, node in enumerate(nodes)}
    if not hasattr(found, "__iter__"):
        kind = type(found).__name__
        raise Exception(
            f"It returned an object of type {kind}. Return a list of nodes."
        )
    found = list(found)
    if not all(id(node) in place for node in found):
        raise Exception("The list holds something that is no node. List the nodes.")
    return np.array([place[id(node)] for node in found], dtype=int)


def gradients(student, ends, looked_at, filled, order, *graph):
    """What backward from each of some ends leaves on the nodes looked at.

    Each call begins afresh: the filled nodes hold 1, 2, 3, …, all others 0.
    """
    nodes = given(*graph)
    with in_place(student.backward, topo_order=ordering(nodes, order)):
        return [gradient(student, nodes, end, looked_at, filled) for end in ends]


def gradient(student, nodes, end, looked_at, filled):
    for node in nodes:
        node.grad = 0.0
    for number, place in enumerate(filled, start=1):
        nodes[place].grad = float(number)
    stopped = report(student.backward, nodes[end])
    if stopped is STOPPED or stopped is TOO_DEEP:
        return stopped
    return [nodes[place].grad for place in looked_at]


def accumulated(student, ends, leaves, order, walk, *graph):
    """The gradient on each leaf after a call of accumulate from each end in turn."""
    nodes = given(*graph)
    right = {"topo_order": ordering(nodes, order), "backward": walking(nodes, walk)}
    with in_place(student.accumulate, **right):
        for end in ends:
            report(student.accumulate, nodes[end])
    return [[nodes[leaf].grad for leaf in leaves]]


def cleared(student, data, grads):
    """What zero_grad leaves of numbers and gradients, at its first call or its next."""
    nodes = [Given(number, "") for number in data]
    for _ in range(2):
        for node, grad in zip(nodes, grads, strict=True):
            node.grad = grad
        student.zero_grad(nodes)
        for node in nodes:
            grad = getattr(node, "grad", None)
            if not isinstance(grad, int | float | np.generic):
                raise Exception(f"A grad is {grad!r} afterwards. Set it to a number.")
        if any(node.grad != 0 for node in nodes):
            break
    return [[node.data, node.grad] for node in nodes]


def paths(student, ends, starts, order, *graph):
    """What count_paths says of the paths from each of some ends to a start."""
    nodes, counts = given(*graph), []
    with in_place(student.count_paths, topo_order=ordering(nodes, order)):
        for end, start in zip(ends, starts, strict=True):
            counts.append(report(student.count_paths, nodes[end], nodes[start]))
    if any(isinstance(count, Given) for count in counts):
        raise Exception("It returned a node. Return a number.")
    if any(node.grad != 0 for node in nodes):
        raise Exception("It changes gradients. Keep the counts in a dict of your own.")
    return counts
