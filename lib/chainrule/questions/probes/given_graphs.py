"""Probes of 2-autodiff/03_reverse_mode: a student's walks on graphs that are given."""

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


def gradients(student, ends, leaves, *graph):
    """What backward from each of some ends leaves on the leaves, begun afresh."""
    nodes = given(*graph)
    return [gradient(student, nodes, end, leaves) for end in ends]


def gradient(student, nodes, end, leaves):
    for node in nodes:
        node.grad = 0.0
    stopped = report(student.backward, nodes[end])
    if stopped is STOPPED or stopped is TOO_DEEP:
        return stopped
    return [nodes[leaf].grad for leaf in leaves]


def accumulated(student, ends, leaves, *graph):
    """The gradient on each leaf after a call of accumulate from each end in turn."""
    nodes = given(*graph)
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


def paths(student, ends, starts, *graph):
    """What count_paths says of the ways from each of some ends to a start."""
    nodes, counts = given(*graph), []
    for end, start in zip(ends, starts, strict=True):
        counts.append(report(student.count_paths, nodes[end], nodes[start]))
        if isinstance(counts[-1], Given):
            raise Exception("It returned a node. Return a number.")
    if any(node.grad != 0 for node in nodes):
        raise Exception("It changes gradients. Keep the counts in a dict of your own.")
    return counts
