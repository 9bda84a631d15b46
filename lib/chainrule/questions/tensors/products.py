"""The backward rule of a matrix product."""

import numpy as np

from chainrule.judge import Question, close_or_both_nan
from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import UPSTREAM_IGNORED, gradient


def factors(square=False):
    def make(rng):
        n, k, m = [int(rng.integers(2, 6))] * 3 if square else sizes(rng, 3)
        return {
            "g": numbers_of(rng, n, m),
            "a": numbers_of(rng, n, k),
            "b": numbers_of(rng, k, m),
        }

    return make


FACTORS = {
    "a product": factors(),
    "another product": factors(),
    "square matrices": factors(square=True),
}


def product(m, a, b):
    return a @ b


def without_transpose(g, b):
    """g @ b; where that has no result, an answer has none either."""
    return g @ b if g.shape[1] == len(b) else np.full(1, np.nan)


matmul_backward = Question(
    "matmul_backward",
    gradient(
        product,
        "ab",
        "a",
        FACTORS,
        {
            "The gradient of a is transposed. It must have a's shape.": (
                lambda right: right.T
            ),
            "For square matrices that runs, and is wrong: a transpose is missing. "
            "Write the shapes under each factor.": (
                without_transpose,
                close_or_both_nan,
            ),
            "The two gradients come in the wrong order: first a's, then b's.": (
                lambda g, a: a.T @ g
            ),
            **UPSTREAM_IGNORED,
        },
        points=1.5,
    ),
    gradient(
        product,
        "ab",
        "b",
        FACTORS,
        {
            "The gradient of b is transposed. It must have b's shape.": (
                lambda right: right.T
            ),
            **UPSTREAM_IGNORED,
        },
        points=1.5,
    ),
    hints=[
        "Write one entry: y[i, j] is the sum over k of a[i, k] b[k, j]. In which "
        "entries of y does a[i, k] appear?",
        "a[i, k] gets the sum over j of g[i, j] b[k, j]. Which of the two matrices has "
        "its indices the other way round?",
        "Shapes leave one choice: g is n × m, and a's gradient is n × k, so the other "
        "factor must be m × k.",
    ],
)
