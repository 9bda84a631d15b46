"""Probes of 1-derivatives/00_shapes_and_checks: one shape of several, and loops."""

import sys

import numpy as np

EXPRESSIONS = [
    "X @ w",
    "a @ X",
    "X.T @ X",
    "X.sum(axis=0)",
    "X.sum(axis=1, keepdims=True)",
    "X + w",
    "c * w",
    "a - c",
]


def predicted(student, expression, n, m):
    """The shape that predict_shapes gives for one expression."""
    shapes = student.predict_shapes(n, m)
    if shapes is None:
        raise Exception("It returned None. Is a return missing?")
    if not isinstance(shapes, (list, tuple)) or len(shapes) != len(EXPRESSIONS):
        raise Exception(
            f"Return a list of {len(EXPRESSIONS)} shapes, one for each expression."
        )
    shape = shapes[EXPRESSIONS.index(expression)]
    if shape is Ellipsis:
        raise Exception(f"The shape of {expression} is still to be written.")
    if not np.can_cast(np.array(shape).dtype, int):
        raise Exception(f"The shape of {expression} is a tuple of n, m and numbers.")
    return np.array(shape)


def lines_and_outputs(student, X, W, b):
    """How many lines of Python affine runs more than for a layer of 2 by 2; its result.

    A loop runs more of them for more examples, inputs or outputs, whatever it is over.
    """
    few, _ = counted(student.affine, X[:2, :2], W[:2, :2], b[:2])
    many, outputs = counted(student.affine, X, W, b)
    return many - few, outputs


def counted(function, *args):
    """The calls and lines of Python that a call runs, NumPy's own left out."""
    lines = 0

    def trace(frame, event, arg):
        nonlocal lines
        if str(frame.f_globals.get("__name__")).startswith("numpy"):
            return None
        lines += event in ("call", "line")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        result = function(*args)
        if sys.gettrace() is not trace:
            raise Exception("It switches off what counts its lines.")
    finally:
        sys.settrace(before)
    return lines, result
