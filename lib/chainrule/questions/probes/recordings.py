"""Probes of 2-autodiff/03_reverse_mode: what a student's code records.

A graph is a line of text such as "x: 1.5, a: 2 * x, y: a + x": one statement for each
node, the last one the end. "60 times y: y + y" repeats a statement.
"""

import operator

import numpy as np

SIGNS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "**": operator.pow,
}


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


def called(thing):
    """What to call something that is not what was asked for."""
    if thing is None:
        return "None. Is a return missing?"
    return f"an object of type {type(thing).__name__}."


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
    right = [first, second] if op in ("*", "* a number") else [first]
    return [y.data, float(kept == right and y.inputs[0] is a), *y.slopes]


def own_gradients(student, graph):
    """The gradients of a graph that the student's own Values record."""
    try:
        names, leaves = build(graph, student.Value)
    except NotImplementedError:
        raise Exception("This part runs on your Value. Finish it first.") from None
    student.backward([*names.values()][-1])
    return [names[leaf].grad for leaf in leaves]


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
