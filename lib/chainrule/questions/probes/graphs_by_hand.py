"""Probes of 1-derivatives/02_graphs_by_hand: one operation of a student's Value."""

import numpy as np

OPERATE = {
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "* a number": lambda a, b: a * b,
    "**": lambda a, b: a**b,
    "sin": lambda a, b: a.sin(),
    "exp": lambda a, b: a.exp(),
    "relu": lambda a, b: a.relu(),
    "sigmoid": lambda a, b: a.sigmoid(),
}
OF_TWO = "+", "*", "* a number"


def made(student, op, a, b=None):
    """The result of an operation, its first operand, and its second."""
    first = student.Value(a)
    if not isinstance(student.Value, type):
        raise Exception("Value is a class no longer. Did another cell take its name?")
    second = student.Value(b) if op in ("+", "*") else b
    y = OPERATE[op](first, second)
    if y is None:
        raise Exception(f"{op} returned None. Is a return missing?")
    if not isinstance(y, student.Value):
        raise Exception(f"{op} returned a {type(y).__name__}. Return a Value.")
    return y, first, second


def recorded(student, op, a, b=None):
    """[number, 1 if the name is right, 1 if the inputs are] of a Value's operation."""
    y, first, second = made(student, op, a, b)
    name = f"**{b}" if op == "**" else op.removesuffix(" a number")
    return [
        float(y.data),
        float(y.op == name),
        float(kept(y.inputs, op, first, second)),
    ]


def kept(inputs, op, first, second):
    """Whether the operands are kept, in order; a plain number as a Value of it."""
    count = 2 if op in OF_TWO else 1
    if not isinstance(inputs, (tuple, list)) or len(inputs) != count:
        return False
    if op == "* a number":
        made_of_it = isinstance(inputs[1], type(first)) and inputs[1].data == second
        return inputs[0] is first and made_of_it
    return inputs[0] is first and inputs[-1] is (second if count == 2 else first)


def slopes(student, op, a, b=None):
    """The local derivatives that the result of an operation keeps."""
    y, _, _ = made(student, op, a, b)
    several = isinstance(y.slopes, (tuple, list, np.ndarray))
    numbers = y.slopes if several else [y.slopes]
    if not all(isinstance(slope, (int, float, np.generic)) for slope in numbers):
        raise Exception("slopes holds something other than numbers. Use data.")
    return y.slopes
