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


class Watched(np.ndarray):
    """An array that counts how often a piece is taken out of it."""

    looks, whole = 0, ()

    def __getitem__(self, at):
        Watched.looks += 1
        return super().__getitem__(at)

    def __iter__(self):
        for i in range(len(self)):
            yield self[i]

    def tolist(self):
        given = any(np.may_share_memory(self, x) for x in Watched.whole)
        Watched.looks += self.size * given  # a result may be turned into lists
        return super().tolist()


def pieces(student, X, W, b):
    """How often affine takes a piece out of its arguments."""
    Watched.looks, Watched.whole = 0, (X, W, b)
    student.affine(*(x.view(Watched) for x in (X, W, b)))
    return Watched.looks
