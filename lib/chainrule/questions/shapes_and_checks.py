"""Questions of 1-derivatives/00_shapes_and_checks."""

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError, Mistake, Part, Question, close, drawn
from chainrule.oracle import Oracle, closed_form
from chainrule.questions import NUMPY_ONLY
from chainrule.questions.probes.shapes_and_checks import (
    EXPRESSIONS,
    lines_and_outputs,
    predicted,
)

# Shapes, for sizes that nobody knows in advance.


def torch_shape(expression, n, m):
    """What torch finds when it runs the expression."""
    import torch

    def filled(*shape):
        return torch.zeros(*shape, dtype=torch.float64)

    names = {"X": filled(n, m), "w": filled(m), "a": filled(n), "c": filled(n, 1)}
    return np.array(eval(expression, {}, names).shape)


def sizes(expression):
    def make(rng):
        n, m = rng.choice(np.arange(2, 60), 2, replace=False)
        return {"expression": expression, "n": int(n), "m": int(m)}

    return drawn(expression, make)


def says_shape(of, says, rule):
    """The mistake that gives one expression the shape `rule(n, m)`."""

    def wrong(oracle, expression, n, m):
        if expression == of:
            return np.array(rule(n, m))
        return oracle(expression=expression, n=n, m=m)

    return Mistake(says, wrong)


def bare(oracle, **args):
    """(n) in place of (n,)."""
    shape = oracle(**args)
    return shape[0] if len(shape) == 1 else shape


BARE = Mistake(
    "(n) is a plain number in brackets. A shape with one axis needs a comma: (n,).",
    bare,
)


def same_shape(yours, right, **_):
    return yours.shape == right.shape and bool(np.all(yours == right))


def tell_shape(yours, right, expression, n, m):
    """Your shape alone: the right one is what is asked for."""
    said = str(yours) if yours.ndim != 1 else str(tuple(yours.tolist()))
    return f"    you say {expression} has shape {said}\n    torch says otherwise"


def shape_part(expressions, *mistakes):
    """One point for a few of the expressions."""
    return Part(
        1,
        Oracle("torch", torch_shape),
        [sizes(expression) for expression in expressions],
        mistakes,
        probe=predicted,
        agree=same_shape,
        tell=tell_shape,
        entries=False,
    )


predict_shapes = Question(
    "predict_shapes",
    shape_part(
        EXPRESSIONS[:3],
        says_shape(
            "X @ w",
            "w has one axis, and @ uses it up: what is left of X @ w is one axis, "
            "not a column.",
            lambda n, m: (n, 1),
        ),
        says_shape(
            "a @ X",
            "a has one axis, and @ uses it up: what is left of a @ X is one axis, "
            "not a row of a matrix.",
            lambda n, m: (1, m),
        ),
        says_shape(
            "X.T @ X",
            "@ joins the last axis of X.T to the first of X. "
            "The axes that remain are the two others.",
            lambda n, m: (n, n),
        ),
        BARE,
    ),
    shape_part(
        EXPRESSIONS[3:5],
        says_shape(
            "X.sum(axis=0)",
            "axis=0 is the axis that goes away, not the one that stays.",
            lambda n, m: (n,),
        ),
        says_shape(
            "X.sum(axis=0)",
            "Without keepdims the summed axis is gone, not left over as a 1.",
            lambda n, m: (1, m),
        ),
        says_shape(
            "X.sum(axis=1, keepdims=True)",
            "keepdims=True leaves the summed axis in place, with length 1.",
            lambda n, m: (n,),
        ),
        BARE,
    ),
    shape_part(
        EXPRESSIONS[5:],
        says_shape(
            "a - c",
            "(n,) and (n, 1) are not two columns. Align the shapes at the right, put "
            "a 1 before (n,), and stretch both.",
            lambda n, m: (n,),
        ),
        says_shape(
            "a - c",
            "(n,) and (n, 1) are not both columns. Align the shapes at the right: "
            "(n,) becomes (1, n), a row.",
            lambda n, m: (n, 1),
        ),
        says_shape(
            "c * w",
            "* is no matrix product: nothing is summed. Both axes of 1 are stretched.",
            lambda n, m: (n, 1),
        ),
        says_shape(
            "X + w",
            "w is added to every row of X. Broadcasting makes an array larger, "
            "never smaller.",
            lambda n, m: (m,),
        ),
    ),
    hints=[
        "For @, write the two shapes side by side. The inner lengths must agree, and "
        "go. What remains is the result.",
        "For + - *, align the shapes at the right. A missing axis counts as 1, and a 1 "
        "is stretched to whatever stands opposite.",
        "Draw a - c for n = 3: a row of three above, a column of three at the left. "
        "How many pairs are there?",
    ],
)


# A layer for a whole batch.


def torch_affine(X, W, b):
    import torch

    X, W, b = (torch.tensor(x) for x in (X, W, b))
    return torch.nn.functional.linear(X, W, b).numpy()


def layer(count, ins, outs):
    """Sizes are numbers or pairs of least and most."""

    def make(rng):
        return {
            "X": rng.uniform(-2, 2, (count, ins)),
            "W": rng.uniform(-2, 2, (outs, ins)),
            "b": rng.uniform(-2, 2, outs),
        }

    return make


def mixed(rng):
    return layer(*map(int, rng.permutation([2, 3, 4, 5])[:3]))(rng)


def one_example(rng):
    return layer(1, *map(int, rng.permutation([2, 3, 4])[:2]))(rng)


def all_alike(rng):
    return layer(*[int(rng.integers(3, 5))] * 3)(rng)


def if_it_fits(says, rule):
    """A mistake that only some shapes let through; elsewhere it was refused."""

    def wrong(oracle, X, W, b):
        try:
            return rule(oracle, X=X, W=W, b=b)
        except (ValueError, RuntimeError):
            return np.array([])  # nothing that an answer could have returned

    return Mistake(says, wrong)


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


def as_few(yours, right, **_):
    return close()(yours[1:], right[1:]) and yours[0] <= FEW


def tell_lines(yours, right, **_):
    if not close()(yours[1:], right[1:]):
        return "    The outputs are off here, so doing without loops can't count yet."
    return f"    {yours[0]:g} lines of Python more than for a layer of 2 by 2"


affine = Question(
    "affine",
    Part(
        3,
        Oracle("torch", torch_affine),
        [
            drawn("a batch", mixed),
            drawn("one example", one_example),
            drawn("as many examples as inputs and outputs", all_alike),
        ],
        [
            if_it_fits(
                "W is used without its transpose. Where the sizes agree by chance "
                "NumPy can't object: each row of W belongs to one output.",
                lambda oracle, X, W, b: oracle(X=X, W=W.T, b=b),
            ),
            if_it_fits(
                "b has been made a column, (out, 1), so it runs down the examples. "
                "Every example needs the whole b along its row.",
                lambda oracle, X, W, b: oracle(X=X, W=W, b=0 * b) + b[:, None],
            ),
            if_it_fits(
                "The result is on its side, (out, examples). Examples are rows.",
                lambda oracle, **args: oracle(**args).T,
            ),
            if_it_fits(
                "b is not added. Every example gets the same b.",
                lambda oracle, X, W, b: oracle(X=X, W=W, b=0 * b),
            ),
            if_it_fits(
                "That is summed over the examples: each of them keeps its own row.",
                lambda oracle, **args: oracle(**args).sum(axis=0),
            ),
        ],
    ),
    Part(
        1,
        closed_form(lambda **layer: np.append(0, torch_affine(**layer)), "no loops"),
        [drawn("no loops", layer(20, 12, 9))],
        [
            Mistake(
                "That takes the arrays to pieces in a loop. One @ does the same for "
                "all examples and outputs together.",
                lambda oracle, **args: oracle(**args) + np.eye(1, 181)[0] * 2 * FEW,
                lambda yours, wrong, **_: (
                    close()(yours[1:], wrong[1:]) and yours[0] > FEW
                ),
            ),
        ],
        drive=without_loops,
        entries=False,
        agree=as_few,
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


# A broken slope, and what its report says.


def torch_log_cosh(prediction, target):
    import torch

    p, t = torch.tensor(prediction, requires_grad=True), torch.tensor(target)
    loss = torch.log(torch.cosh(p - t)).mean()
    return torch.autograd.grad(loss, p)[0].numpy()


def predictions(least, most, sides=(-1, 1)):
    """So many predictions, near their targets and far, in turn on these sides."""

    def make(rng):
        n = int(rng.integers(least, most + 1))
        apart = 10 ** rng.uniform(-1, 0.8, n) * rng.permutation(np.resize(sides, n))
        target = rng.uniform(-2, 2, n)
        return {"prediction": target + apart, "target": target}

    return make


def scaled(says, factor):
    return Mistake(
        says, lambda oracle, **args: factor(len(args["target"])) * oracle(**args)
    )


SIGN = scaled(
    "That is -1 times the right gradient. When the prediction moves up, which way "
    "does its difference from the target move?",
    lambda n: -1,
)
LOSS = Mistake(
    "That is the loss itself, one number. How fast does it move with each prediction?",
    lambda oracle, prediction, target: np.mean(np.log(np.cosh(prediction - target))),
)
TERMS = Mistake(
    "These are the terms of the loss. Wanted are their slopes.",
    lambda oracle, prediction, target: (
        np.log(np.cosh(prediction - target)) / len(target)
    ),
)
SUMMED = Mistake(
    "That is one number. Each prediction has a slope of its own.",
    lambda oracle, **args: oracle(**args).sum(),
)

log_cosh_slope = Question(
    "log_cosh_slope",
    Part(
        1,
        Oracle("torch.autograd", torch_log_cosh),
        [drawn("one prediction", predictions(1, 1, [side])) for side in (1, -1)],
        [SIGN, TERMS, LOSS, SUMMED],
    ),
    Part(
        2,
        Oracle("torch.autograd", torch_log_cosh),
        [
            drawn("a few predictions", predictions(2, 4)),
            drawn("many predictions", predictions(6, 9)),
        ],
        [
            scaled(
                "That is n times the right gradient, n the number of predictions. "
                "The loss is a mean: each prediction has only 1/n of a say in it.",
                lambda n: n,
            ),
            scaled(
                "That is 1/n of the right gradient: the mean is taken twice.",
                lambda n: 1 / n,
            ),
        ],
    ),
    hints=[
        "Read the report's last line first: it says what the wrong answer has to do "
        "with the right one.",
        "A result that is off by a factor at every entry has one thing wrong. Where in "
        "the loss does such a factor come from?",
        "The slope of log cosh r is tanh r, with r = prediction - target. "
        "Then take the mean into account.",
    ],
)

OFF = NUMPY_ONLY
QUESTIONS = [predict_shapes, affine, log_cosh_slope]
