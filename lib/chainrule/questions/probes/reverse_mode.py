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


class Graph(list):
    """Its nodes in the order in which they were made, and a count of the looks."""

    looks, limited = 0, False

    def look(self):
        self.looks += 1
        average, least = LOOKS
        if self.limited and self.looks > max(average * len(self), least):
            raise Stop


class Node:
    """A recorded number; each look at its inputs is counted."""

    def __init__(self, graph, data, op="", inputs=(), slopes=()):
        self.data, self.grad, self.label = float(data), 0.0, ""
        self.op, self.slopes = op, slopes
        self.graph, self._inputs = graph, inputs
        graph.append(self)

    @property
    def inputs(self):
        self.graph.look()
        return self._inputs

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
    """The Nodes of a graph, labelled; the last statement's is the end."""
    graph = Graph()
    names, leaves = build(text, lambda number: Node(graph, number))
    for name, node in names.items():
        node.label = name
    return graph, names, leaves


def watched(text):
    """A graph whose looks are counted from here on, and limited."""
    graph, names, leaves = nodes_of(text)
    graph.looks, graph.limited = 0, True
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


def order(student, graph):
    """The place of each node that topo_order lists, as numbers of nodes."""
    nodes, _, _ = watched(graph)
    listed = report(student.topo_order, nodes[-1])
    if listed is STOPPED or listed is TOO_DEEP or listed is None:
        return listed
    place = {id(node): i for i, node in enumerate(nodes)}
    if not hasattr(listed, "__iter__"):
        raise Exception(f"It returned {called(listed)} Return a list of nodes.")
    listed = list(listed)
    if not all(id(node) in place for node in listed):
        raise Exception("The list holds something that is no node. List the nodes.")
    return np.array([place[id(node)] for node in listed], dtype=int)


def gradients(student, graph):
    """The gradient that backward leaves on each leaf of a graph."""
    nodes, names, leaves = watched(graph)
    stopped = report(student.backward, nodes[-1])
    if stopped is STOPPED or stopped is TOO_DEEP:
        return stopped
    return [names[leaf].grad for leaf in leaves]


def own_gradients(student, graph):
    """The same on a graph that the student's own Values record."""
    try:
        names, leaves = build(graph, student.Value)
    except NotImplementedError:
        raise Exception("This part runs on your Value. Finish it first.") from None
    report(student.backward, list(names.values())[-1])
    return [names[leaf].grad for leaf in leaves]


def accumulated(student, graph, calls):
    """The gradient on each leaf after a call of accumulate from each named node."""
    _, names, leaves = watched(graph)
    for name in calls.split():
        report(student.accumulate, names[name])
    return [names[leaf].grad for leaf in leaves]


def cleared(student, grads):
    """What zero_grad leaves of some gradients, and the data beside them."""
    graph = Graph()
    nodes = [Node(graph, 2.0) for _ in grads]
    for node, grad in zip(nodes, grads, strict=True):
        node.grad = grad
    student.zero_grad(nodes)
    for node in nodes:
        grad = getattr(node, "grad", None)
        if not isinstance(grad, int | float | np.generic):
            raise Exception(f"A grad is {grad!r} afterwards. Set it to a number.")
    return [[node.data, node.grad] for node in nodes]


def paths(student, graph):
    """What count_paths says of the ways from the end to x."""
    nodes, names, _ = watched(graph)
    count = report(student.count_paths, nodes[-1], names["x"])
    if isinstance(count, Node):
        raise Exception("It returned a node. Return a number.")
    if any(node.grad != 0 for node in nodes):
        raise Exception("It changes gradients. Keep the counts in a dict of your own.")
    return count


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
    graph = Graph()
    end = student.defeats_breadth_first(Node(graph, x))
    if not isinstance(end, Node):
        raise Exception(f"It returned {called(end)} Return the last node, made from x.")
    if len(graph) > 200:
        raise Exception("Your graph has more than 200 nodes. Try a smaller one.")
    return [*map(row, graph), [graph.index(end), -1, -1, 0.0]]


OPERATIONS = ["", "+", "-", "*", "**", "sin", "exp", "sigmoid"]


def row(node):
    """[operation, first input, second input, number], -1 where there is no input."""
    places = [node.graph.index(x) for x in node._inputs]
    power = node.op.startswith("**")
    number = float(node.op[2:]) if power else node.data
    kind = "**" if power else node.op
    return [OPERATIONS.index(kind), *[*places, -1, -1][:2], number]
