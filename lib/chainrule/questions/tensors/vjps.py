"""Vector-Jacobian products, without the Jacobian."""

import numpy as np

from chainrule.judge import Mistake, Part, Question, case_from, close
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import called, cases, mistakes, pulled
from chainrule.questions.probes.tensors import vjp_and_memory
from chainrule.questions.tensors.jacobians import softmax
from chainrule.verdict import disagreement


def of_one_shape(*shape):
    return lambda rng: {"g": numbers_of(rng, *shape), "x": numbers_of(rng, *shape)}


RELU = pulled(lambda m, x: m.relu(x))

relu_vjp = called(
    "relu_vjp",
    RELU,
    {
        "a vector": of_one_shape(5),
        "a matrix": of_one_shape(3, 4),
        "a batch of matrices": of_one_shape(2, 4, 3),
    },
    {
        "That is the local derivative alone. Multiply it by the upstream gradient.": (
            lambda x: 1.0 * (x > 0)
        ),
        "That lets g through where g is positive. The gate is set by x, the number "
        "that went forward.": lambda g: np.maximum(g, 0),
        "That is g unchanged: where x is negative, ReLU blocks it.": lambda g: g,
        "That multiplies g by the value of ReLU. Multiply by its slope.": (
            lambda g, x: g * np.maximum(x, 0)
        ),
        "That lets g through where x is negative: turn the gate round.": (
            lambda g, x: g * (x < 0)
        ),
    },
    hints=[
        "A diagonal matrix times a vector multiplies entry by entry.",
        "Entry i of the result is g[i] times the slope of ReLU at x[i].",
        "A comparison of x with 0 gives an array of True and False, and True counts 1.",
    ],
)

SOFTMAX = pulled(lambda m, x: m.softmax(x, 0))
ALLOWED = 60  # vectors like x that an answer may hold in memory


def with_excess(excess):
    """The right result, followed by the memory held above what is allowed."""
    return lambda g, x: np.append(SOFTMAX(g=g, x=x), excess)


def tell_numbers_or_memory(yours, right, **_):
    *numbers, memory = np.ravel(yours)
    if close()(numbers, right[:-1]):
        return (
            "    The numbers are right.\n"
            f"    It held memory for {memory + ALLOWED:.0f} vectors like x: a few will "
            "do."
        )
    return disagreement(numbers, right[:-1], "torch.autograd")[1]


WHOLE_JACOBIAN = Mistake(
    "The whole Jacobian is in memory, a thousand times as large as x. Multiply g by "
    "its formula on paper first.",
    with_excess(1000 - ALLOWED),
    lambda yours, wrong, **_: yours.shape == wrong.shape and yours[-1] > 500,
)

softmax_vjp = Question(
    "softmax_vjp",
    Part(
        2,
        SOFTMAX,
        cases(
            {
                "three numbers": of_one_shape(3),
                "seven numbers": of_one_shape(7),
                "forty numbers": of_one_shape(40),
            }
        ),
        mistakes(
            {
                "That uses the diagonal alone, as if softmax worked on each entry by "
                "itself. Go back to the whole Jacobian, and multiply it by gᵀ.": (
                    lambda g, x: g * softmax(x) * (1 - softmax(x))
                ),
                "All signs are opposite: which of the two terms has the minus?": (
                    lambda right: -right
                ),
                "A factor is missing in front: what do both terms of J have in "
                "common?": lambda g, x: g - g @ softmax(x),
                "That is the gradient of log-softmax. Start from the Jacobian of "
                "softmax itself.": lambda g, x: g - softmax(x) * g.sum(),
                "That is p times g, the first of two terms. The sum in softmax's "
                "denominator moves as well.": lambda g, x: g * softmax(x),
            }
        ),
    ),
    Part(
        1,
        Oracle("torch.autograd", with_excess(0)),
        [case_from("a thousand numbers", of_one_shape(1000))],
        [WHOLE_JACOBIAN],
        probe=vjp_and_memory,
        entries=False,
        tell=tell_numbers_or_memory,
    ),
    hints=[
        "Write your Jacobian as two terms and multiply gᵀ by each of them on paper.",
        "gᵀ times a diagonal matrix multiplies entry by entry. In gᵀ times an outer "
        "product, do the left product first. What is it?",
        "The left product is one number, g @ p. Both terms then have a factor p.",
    ],
)

QUESTIONS = [relu_vjp, softmax_vjp]
