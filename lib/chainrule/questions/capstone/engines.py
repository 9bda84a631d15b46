"""Backward rules of six operations, as engines that a student's test suite asks.

`engine(name, g, *inputs)` is the list of gradients, one for each input. An engine may
be changed: then it is wrong in one place (see `changes`). Whether it is can't be seen,
and all engines do the same work first.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


def unbroadcast(g, shape):
    """g summed over the axes along which an input of this shape was stretched."""
    if g.shape == shape:
        return g
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=stretched, keepdims=True)


def add(g, a, b):
    return unbroadcast(g, a.shape), unbroadcast(g, b.shape)


def mul(g, a, b):
    return unbroadcast(g * b, a.shape), unbroadcast(g * a, b.shape)


def matmul(g, a, b):
    return g @ b.T, a.T @ g


def mean(g, x):
    return (np.broadcast_to(g / len(x), x.shape),)


def relu(g, x):
    return (g * (x > 0),)


def fork(g, x):
    """Of y = a + a x with a = x²."""
    return (g * (2 * x + 3 * x**2),)


class Operation(NamedTuple):
    """backward(g, *inputs); shape(*shapes): the result's, from those of the inputs."""

    backward: Callable
    shape: Callable
    inputs: int = 1


def of_product(a, b):
    (n, k), (also_k, m) = a, b
    if k != also_k:
        raise ValueError
    return n, m


def of_mean(x):
    _rows, columns = x
    return (columns,)


OPERATIONS = {
    "add": Operation(add, np.broadcast_shapes, 2),
    "mul": Operation(mul, np.broadcast_shapes, 2),
    "matmul": Operation(matmul, of_product, 2),
    "mean": Operation(mean, of_mean),
    "relu": Operation(relu, lambda x: x),
    "fork": Operation(fork, lambda x: x),
}
GRADIENTS = [(name, k) for name, op in OPERATIONS.items() for k in range(op.inputs)]


class Engine:
    """The six backward rules, or the same with some of them changed.

    changes: {operation: change(right, kept, g, *inputs)}, which gives gradients in
    place of the right ones; kept: a dict of its own, from call to call. label: tells
    nothing.
    """

    words = tuple(OPERATIONS)

    def __init__(self, label, changes):
        self.label, self.changes = label, changes
        self.kept = {name: {} for name in OPERATIONS}

    def __call__(self, name, g, *inputs):
        g, *inputs = (np.array(value, dtype=float) for value in (g, *inputs))
        found = fits(name, g, *inputs).backward(g, *inputs)
        if name in self.changes:
            found = self.changes[name](found, self.kept[name], g, *inputs)
        return [np.array(d, dtype=float) for d in found]

    def __str__(self):
        return self.label

    __repr__ = __str__


def fits(name, g, *inputs):
    """The operation, if g and the inputs have shapes that go together for it."""
    if type(name) is not str or name not in OPERATIONS:
        raise ValueError(f"an engine knows {', '.join(OPERATIONS)}")
    op, shapes = OPERATIONS[name], [x.shape for x in inputs]
    try:
        shape = op.shape(*shapes)
    except (ValueError, TypeError):
        given = ", ".join(map(str, shapes))
        raise ValueError(f"{name} can't take inputs of shapes {given}") from None
    if g.shape != shape:
        raise ValueError(
            f"the value of {name} has the shape {shape} there, and g has {g.shape}"
        )
    return op
