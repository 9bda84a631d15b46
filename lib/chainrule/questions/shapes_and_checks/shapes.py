"""Shapes, for sizes that nobody knows in advance."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.shapes_and_checks import EXPRESSIONS, predicted


def torch_shape(expression, n, m):
    """What torch finds when it runs the expression."""
    import torch

    def filled(*shape):
        return torch.zeros(*shape, dtype=torch.float64)

    names = {"X": filled(n, m), "w": filled(m), "a": filled(n), "c": filled(n, 1)}
    return np.array(eval(expression, {}, names).shape)


def sizes_for(expression):
    def make(rng):
        n, m = rng.choice(np.arange(2, 60), 2, replace=False)
        return {"expression": expression, "n": int(n), "m": int(m)}

    return make


def shape_of(of, shape):
    """The rule that gives one expression the shape `shape(n, m)`."""

    def rule(oracle, expression, n, m):
        if expression == of:
            return np.array(shape(n, m))
        return oracle(expression=expression, n=n, m=m)

    return rule


BARE = {
    "(n) is a plain number in brackets. A shape with one axis needs a comma: (n,).": (
        lambda right: right[0] if len(right) == 1 else right
    )
}


def same_shape(yours, right, **_):
    return yours.shape == right.shape and bool(np.all(yours == right))


def tell_shape(yours, right, expression, n, m):
    """Your shape alone: the right one is what is asked for."""
    said = str(yours) if yours.ndim != 1 else str(tuple(yours.tolist()))
    return f"    you say {expression} has shape {said}\n    torch says otherwise"


def shapes(expressions, wrong):
    """One point for a few of the expressions."""
    return Part(
        1,
        Oracle("torch", torch_shape),
        cases({expression: sizes_for(expression) for expression in expressions}),
        mistakes(wrong),
        probe=predicted,
        agree=same_shape,
        tell=tell_shape,
        entries=False,
    )


predict_shapes = Question(
    "predict_shapes",
    shapes(
        EXPRESSIONS[:3],
        {
            "w has one axis, and @ sums over it: X @ w has one axis left, it is not a "
            "column.": shape_of("X @ w", lambda n, m: (n, 1)),
            "a has one axis, and @ sums over it: a @ X has one axis left, it is not a "
            "row of a matrix.": shape_of("a @ X", lambda n, m: (1, m)),
            "@ joins the last axis of X.T to the first of X. The axes that remain are "
            "the two others.": shape_of("X.T @ X", lambda n, m: (n, n)),
            **BARE,
        },
    ),
    shapes(
        EXPRESSIONS[3:5],
        {
            "axis=0 is the axis that goes away, not the one that stays.": (
                shape_of("X.sum(axis=0)", lambda n, m: (n,))
            ),
            "Without keepdims the summed axis is gone, not left over as a 1.": (
                shape_of("X.sum(axis=0)", lambda n, m: (1, m))
            ),
            "keepdims=True leaves the summed axis in place, with length 1.": (
                shape_of("X.sum(axis=1, keepdims=True)", lambda n, m: (n,))
            ),
            **BARE,
        },
    ),
    shapes(
        EXPRESSIONS[5:],
        {
            "(n,) and (n, 1) are not two columns. Align the shapes at the right, put "
            "a 1 before (n,), and stretch both.": (
                shape_of("a - c", lambda n, m: (n,))
            ),
            "(n,) and (n, 1) are not both columns. Align the shapes at the right: "
            "(n,) becomes (1, n), a row.": shape_of("a - c", lambda n, m: (n, 1)),
            "* is no matrix product: nothing is summed. The axis of c with "
            "length 1 and the axis that w lacks are both stretched.": shape_of(
                "c * w", lambda n, m: (n, 1)
            ),
            "w is added to every row of X. Broadcasting makes an array larger, never "
            "smaller.": shape_of("X + w", lambda n, m: (m,)),
        },
    ),
    hints=[
        "For @, write the two shapes side by side. The inner lengths must agree, and "
        "they disappear. What remains is the result. A sum removes its axis; with "
        "keepdims=True a 1 stays in its place.",
        "For + - *, align the shapes at the right. A missing axis counts as 1, and a 1 "
        "is stretched to the length that stands opposite.",
        "Draw a - c for n = 3: a row of three above, a column of three at the left. "
        "How many pairs are there?",
    ],
)
