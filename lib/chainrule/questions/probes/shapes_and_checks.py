"""Probes of 1-derivatives/00_shapes_and_checks: one shape of several, and loops."""

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
    if not isinstance(shapes, (list, tuple)) or len(shapes) != len(EXPRESSIONS):
        raise Exception(f"Return a list of {len(EXPRESSIONS)} shapes, one a line.")
    shape = shapes[EXPRESSIONS.index(expression)]
    if shape is Ellipsis:
        raise Exception(f"The shape of {expression} is still to be written.")
    return np.array(shape)


class Watched(np.ndarray):
    """An array that counts how often a piece is taken out of it."""

    looks = 0

    def __getitem__(self, at):
        Watched.looks += 1
        return super().__getitem__(at)

    def __iter__(self):
        for i in range(len(self)):
            yield self[i]

    def tolist(self):
        Watched.looks += self.size
        return super().tolist()


def pieces(student, X, W, b):
    """How often affine takes a piece out of its arguments."""
    Watched.looks = 0
    student.affine(*(x.view(Watched) for x in (X, W, b)))
    return Watched.looks
