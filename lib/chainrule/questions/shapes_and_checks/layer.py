"""A layer for a whole batch, and without loops."""

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError, Part, Question, close
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import sizes
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.shapes_and_checks import lines_and_outputs


def torch_affine(X, W, b):
    import torch

    X, W, b = (torch.tensor(x) for x in (X, W, b))
    return torch.nn.functional.linear(X, W, b).numpy()


def layer(count, ins, outs):
    def make(rng):
        return {
            "X": rng.uniform(-2, 2, (count, ins)),
            "W": rng.uniform(-2, 2, (outs, ins)),
            "b": rng.uniform(-2, 2, outs),
        }

    return make


def mixed(rng):
    return layer(*sizes(rng, 3))(rng)


def one_example(rng):
    return layer(1, *map(int, rng.permutation([2, 3, 4])[:2]))(rng)


def all_alike(rng):
    return layer(*[int(rng.integers(3, 5))] * 3)(rng)


REFUSED = np.array([])  # where NumPy would refuse: nothing that an answer could return


def untransposed(X, W, b):
    outs, ins = W.shape
    return X @ W + b if ins == outs else REFUSED


def with_a_column(X, W, b):
    return X @ W.T + b[:, None] if len(X) in (1, len(b)) else REFUSED


FEW = 3  # lines of Python more for a large layer than for a small one


def without_loops(answer, **layer):
    """How many lines more a large layer takes, then its outputs."""
    found = answer.probe(lines_and_outputs, *layer.values())
    if type(found) not in (list, tuple) or len(found) != 2:
        raise AnswerError("    It gave something else than was asked for.")
    lines, (outputs, problem) = plain(found[0])[0], plain(found[1])
    if problem or lines is None:
        raise AnswerError(problem or "    Its lines can't be counted.")
    return np.append(lines, outputs)


def same_outputs(yours, right):
    return close()(yours[1:], right[1:])


def tell_lines(yours, right, **_):
    if not same_outputs(yours, right):
        return "    The outputs are off here, so doing without loops can't count yet."
    return f"    {yours[0]:g} lines of Python more than for a layer of 2 by 2"


affine = Question(
    "affine",
    Part(
        3,
        Oracle("torch", torch_affine),
        cases(
            {
                "a batch": mixed,
                "one example": one_example,
                "as many examples as inputs and outputs": all_alike,
            }
        ),
        mistakes(
            {
                "W is used without its transpose. Where the sizes agree by chance "
                "NumPy can't object: each row of W belongs to one output.": (
                    untransposed
                ),
                "b has been made a column, (out, 1), so it runs down the examples. "
                "Every example needs the whole b along its row.": with_a_column,
                "The result is transposed: (out, examples). Examples are rows.": (
                    lambda right: right.T
                ),
                "b is not added. Every example gets the same b.": (
                    lambda right, b: right - b
                ),
                "That is summed over the examples: each of them keeps its own row.": (
                    lambda right: right.sum(axis=0)
                ),
            }
        ),
    ),
    Part(
        1,
        closed_form(lambda **layer: np.append(0, torch_affine(**layer)), "no loops"),
        cases({"no loops": layer(20, 12, 9)}),
        mistakes(
            {
                "That takes the arrays to pieces in a loop. One @ does the same for "
                "all examples and outputs together.": (
                    lambda right: np.append(2 * FEW, right[1:]),
                    lambda yours, wrong, **_: (
                        same_outputs(yours, wrong) and yours[0] > FEW
                    ),
                )
            }
        ),
        drive=without_loops,
        entries=False,
        agree=lambda yours, right, **_: same_outputs(yours, right) and yours[0] <= FEW,
        tell=tell_lines,
    ),
    hints=[
        "For one example x, output i is the sum over j of W[i, j] x[j], plus b[i]. "
        "For a batch, x is a row of X.",
        "X is (examples, in) and W is (out, in). Which of the two must turn over, so "
        "that the inner lengths agree?",
        "The product has shape (examples, out). b has shape (out,): aligned at the "
        "right, it already fits.",
    ],
)
