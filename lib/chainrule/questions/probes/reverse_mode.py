"""Probes of 2-autodiff/03_reverse_mode: graphs for a student's walk, and its report.

A graph is a line of text such as "x: 1.5, a: 2 * x, y: a + x": one statement for each
node, the last one the end. "60 times y: y + y" repeats a statement.
"""

import operator

import numpy as np

LOOKS = 40, 10_000  # at a node's inputs: on average, and in any graph
STOPPED, TOO_DEEP = [-1], [-2]  # a report on a walk that had to be stopped
SIGNS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "**": operator.pow,
}


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


class Node:
    """A number that is recorded in `graph`, a list, with what it was made from."""

    def __init__(self, graph, data, op="", inputs=(), slopes=()):
        self.data, self.grad, self.label = float(data), 0.0, ""
        self.op, self.inputs, self.slopes = op, inputs, slopes
        self.graph = graph
        graph.append(self)

    def __repr__(self):
        return f"<node {self.label}>" if self.label else f"<node of {self.data:g}>"

    def _of(self, other):
        return other if isinstance(other, Node) else Node(self.graph, other)

    def _made(self, op, data, *pairs):
        inputs, slopes = zip(*pairs, strict=True)
        return Node(self.graph, data, op, inputs, slopes)

    def __add__(self, other):
        b = self._of(other)
        return self._made("+", self.data + b.data, (self, 1.0), (b, 1.0))

    def __sub__(self, other):
        b = self._of(other)
        return self._made("-", self.data - b.data, (self, 1.0), (b, -1.0))

    def __mul__(self, other):
        b = self._of(other)
        return self._made("*", self.data * b.data, (self, b.data), (b, self.data))

    def __pow__(self, n):
        slope = n * self.data ** (n - 1)
        return self._made(f"**{n}", self.data**n, (self, slope))

    def __neg__(self):
        return -1.0 * self

    def __radd__(self, other):
        return self._of(other) + self

    def __rsub__(self, other):
        return self._of(other) - self

    def __rmul__(self, other):
        return self._of(other) * self

    def sin(self):
        return self._made("sin", np.sin(self.data), (self, np.cos(self.data)))

    def exp(self):
        return self._made("exp", np.exp(self.data), (self, np.exp(self.data)))

    def sigmoid(self):
        y = 1 / (1 + np.exp(-self.data))
        return self._made("sigmoid", y, (self, y * (1 - y)))


def build(text, leaf):
    """What stands under each name after every statement, and the names of the leaves.

    leaf(number) makes a leaf: a Node, a Value, a tensor.
    """
    names, leaves = {}, []
    for statement in text.split(", "):
        times, _, rest = statement.rpartition(" times ")
        name, _, expression = rest.partition(": ")
        split = expression.split()
        for _ in range(int(times or 1)):
            *words, last = [operand(word, names) for word in split]
            if not words and isinstance(last, float):
                names[name] = leaf(last)
                leaves.append(name)
            else:
                names[name] = combine(*words, last)
    return names, leaves


def operand(word, names):
    """A node by its name, a number, or the word itself for an operation."""
    if word in names:
        return names[word]
    return float(word) if word[-1].isdigit() else word


def combine(*words):
    if len(words) == 2:
        return getattr(words[1], words[0])()
    a, sign, b = words
    return SIGNS[sign](a, b)


def nodes_of(text):
    """The Nodes of a graph in the order of its text, labelled, and names of leaves."""
    graph = []
    names, leaves = build(text, lambda number: Node(graph, number))
    for name, node in names.items():
        node.label = name
    return graph, names, leaves


def report(walk, *args):
    """What a walk returns, or how it had to be stopped."""
    try:
        return walk(*args)
    except Stop:
        return STOPPED
    except RecursionError:
        return TOO_DEEP


def called(thing):
    """What to call something that is not what was asked for."""
    if thing is None:
        return "None. Is a return missing?"
    return f"an object of type {type(thing).__name__}."


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
        raise Exception(f"It returned {called(found)} Return a list of nodes.")
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


def own_gradients(student, graph):
    """The same on a graph that the student's own Values record."""
    try:
        names, leaves = build(graph, student.Value)
    except NotImplementedError:
        raise Exception("This part runs on your Value. Finish it first.") from None
    report(student.backward, list(names.values())[-1])
    return [names[leaf].grad for leaf in leaves]


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


OPERATE = {
    "*": lambda a, b: a * b,
    "* a number": lambda a, b: a * b,
    "**": lambda a, b: a**b,
    "sin": lambda a, b: a.sin(),
    "sigmoid": lambda a, b: a.sigmoid(),
}


def recorded(student, first, op, second=None):
    """What a Value keeps: its number, whether its operands, and its slopes."""
    a = student.Value(first)
    b = student.Value(second) if op == "*" else second
    y = OPERATE[op](a, b)
    if type(y) is not type(a):
        raise Exception(f"{op} returned {called(y)} Return a Value.")
    if not all(isinstance(k, list | tuple | np.ndarray) for k in (y.inputs, y.slopes)):
        raise Exception("inputs and slopes are tuples, even of one: (slope,).")
    if not all(type(x) is type(a) for x in y.inputs):
        raise Exception("inputs holds something other than Values. Keep the operands.")
    if not all(isinstance(s, int | float | np.generic) for s in y.slopes):
        raise Exception("slopes holds something other than numbers. Use data.")
    kept = [x.data for x in y.inputs]
    right = kept == ([first, second] if op[:2] in ("*", "* ") else [first])
    return [y.data, float(right and y.inputs[0] is a), *y.slopes]


def traced(student, x):
    """The graph that a student builds from x: a row per node, the end's number last."""
    graph = []
    end = student.defeats_breadth_first(Node(graph, x))
    if not isinstance(end, Node):
        raise Exception(f"It returned {called(end)} Return the last node, made from x.")
    if len(graph) > 200:
        raise Exception("Your graph has more than 200 nodes. Try a smaller one.")
    return [*map(row, graph), [graph.index(end), -1, -1, 0.0]]


OPERATIONS = ["", "+", "-", "*", "**", "sin", "exp", "sigmoid"]


def row(node):
    """[operation, first input, second input, number], -1 where there is no input."""
    places = [node.graph.index(x) for x in node.inputs]
    power = node.op.startswith("**")
    number = float(node.op[2:]) if power else node.data
    kind = "**" if power else node.op
    return [OPERATIONS.index(kind), *[*places, -1, -1][:2], number]
