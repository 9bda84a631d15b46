"""Jacobians, one row per output and one column per input."""

import numpy as np

from chainrule.questions.draws import arrays, numbers_of
from chainrule.questions.kinds import called, jacobian

affine_jacobian = called(
    "affine_jacobian",
    jacobian(lambda m, W, b, x: W @ x + b),
    {"a layer": [arrays(W="oi", b="o", x="i")] * 3},
    {
        "That is the transpose, in × out. A row belongs to an output, a column to an "
        "input: out × in.": lambda right: right.T,
        "That is the value of the layer. How fast does each output move when one input "
        "does?": lambda W, b, x: W @ x + b,
        "That adds the rows up: one slope per input is what a single output has. Here "
        "each output has a row of its own.": lambda right: right.sum(0),
        "Each column is multiplied by its x. Those are the terms of the sum, not their "
        "slopes.": lambda W, x: W * x,
        "b is added. It doesn't depend on x, so its slope with respect to x is 0.": (
            lambda W, b: W + b[:, None]
        ),
    },
    hints=[
        "Write out one output: the sum over j of W[i, j] x[j], plus b[i].",
        "Which factor is left when only x[j] moves? It stands at row i, column j.",
        "The result has one row per output and one column per input, and W has too.",
    ],
)


def vector(rng):
    return {"x": numbers_of(rng, int(rng.integers(3, 7)))}


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


softmax_jacobian = called(
    "softmax_jacobian",
    jacobian(lambda m, x: m.softmax(x, 0)),
    {"a vector": [vector] * 3},
    {
        "Only the diagonal is there. All entries share one sum, so every output moves "
        "with every input.": lambda right: np.diag(np.diag(right)),
        "Those are the slopes of each output with respect to its own input. The "
        "Jacobian holds the others too.": lambda right: np.diag(right),
        "All signs are opposite. An output grows with its own input, so what is the "
        "sign on the diagonal?": lambda right: -right,
        "Off the diagonal the sign is wrong: when one input rises, its own output "
        "grows and all others shrink.": lambda right: np.abs(right),
        "The products p[i] p[j] are there with their minus. On the diagonal there is "
        "one more term.": lambda x: -np.outer(softmax(x), softmax(x)),
        "That is the first of two terms. The sum in the denominator moves as well, "
        "with every input.": lambda x: np.diag(softmax(x)),
        "p * p holds one square for each entry, taken from every row alike. Each pair "
        "i, j needs a number of its own.": (
            lambda x: np.diag(softmax(x)) - softmax(x) ** 2
        ),
    },
    hints=[
        "Write p[i] = e[i] / s, with e[i] = exp(x[i]) and their sum s. When x[j] "
        "moves, s always moves; e[i] only if i = j.",
        "The quotient rule gives -p[i] p[j] everywhere, and p[i] more where i = j.",
        "np.outer(p, p) makes all p[i] p[j], and np.diag(p) a matrix with p on its "
        "diagonal.",
    ],
    points=2,
)

QUESTIONS = [affine_jacobian, softmax_jacobian]
