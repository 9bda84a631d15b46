"""Questions of 2-autodiff/04_tensors.

Longer than the other modules: it is sixteen questions, and one of them is an engine.
"""

import re

import numpy as np

from chainrule.judge import (
    AnswerError,
    Case,
    Mistake,
    Part,
    Question,
    Written,
    close,
    drawn,
    individual,
)
from chainrule.oracle import Oracle
from chainrule.questions import NUMPY_ONLY
from chainrule.questions.probes.tensors import gradient_of, vjp_and_memory
from chainrule.verdict import disagreement


def instead(says, rule):
    """A mistake with a formula of its own: `rule(**args)`, the right result unseen."""
    return Mistake(says, lambda oracle, **args: rule(**args))


def turned(says):
    return Mistake(says, lambda oracle, **args: oracle(**args).T)


def scaled(says, factor):
    return Mistake(says, lambda oracle, **a: factor(**a) * oracle(**a))


UPSTREAM_IGNORED = Mistake(
    "That is right for an upstream gradient of ones: the g that arrives isn't used. "
    "Where does it come in?",
    lambda oracle, **args: oracle(**{**args, "g": np.ones_like(args["g"])}),
)


def numbers_of(rng, *shape):
    """Numbers of both signs, none near zero."""
    size = rng.uniform(0.2, 2, shape)
    signs = np.ones(size.size)
    signs[1::2] = -1
    return size * rng.permutation(signs).reshape(shape)


def sizes(rng, count):
    """Lengths of axes that differ from each other, so that no mix-up stays hidden."""
    return [int(n) for n in rng.permutation([2, 3, 4, 5])[:count]]


# What torch knows. `function(torch, *args)` runs on the case's arguments.


def tensors(args):
    import torch

    return [torch.tensor(a) if isinstance(a, np.ndarray) else a for a in args]


def value_of(function):
    """What a function gives for the case's arguments, the upstream gradient aside."""

    def value(g=None, **args):
        import torch

        return function(torch, *tensors(args.values())).numpy()

    return value


def jacobian(function):
    """The whole Jacobian of a function of the case's `x`."""

    def rule(x, **others):
        import torch

        others = tensors(others.values())
        f = torch.autograd.functional.jacobian
        return f(lambda x: function(torch, *others, x), torch.tensor(x)).numpy()

    return Oracle("torch's jacobian", rule, value_of(function))


def pulled(function, wrt=0):
    """The upstream gradient `g` pulled back to argument number `wrt`."""

    def rule(g, **args):
        import torch

        at = [
            torch.tensor(a, requires_grad=True) if isinstance(a, np.ndarray) else a
            for a in args.values()
        ]
        y = function(torch, *at)
        return torch.autograd.grad(y, at[wrt], torch.as_tensor(g))[0].numpy()

    return Oracle("torch.autograd", rule, value_of(function))


def entry(i, count):
    """Use one of the several arrays that an answer returns."""

    def drive(answer, **args):
        found = answer(*args.values())
        if type(found) not in (tuple, list) or len(found) != count:
            raise AnswerError(
                f"    It should return {count} arrays, separated by commas: one "
                "gradient per input."
            )
        if type(found[i]) not in (np.ndarray, list, np.float64, float):
            raise AnswerError(
                f"    Result {i + 1} of {count} is a {type(found[i]).__name__}. It "
                "should be an array."
            )
        return found[i]

    return drive


def tell_gradient(of):
    """What is off in one of several gradients, with its name."""

    def tell(yours, right, **_):
        where, lines = disagreement(yours, right, "torch.autograd")
        return f"    in the gradient of {of}{f', {where}' * bool(where)}\n{lines}"

    return tell


# Jacobians: one row per output, one column per input.


def vector(rng):
    return {"x": numbers_of(rng, int(rng.integers(3, 7)))}


def vector_with_zero(rng):
    x = numbers_of(rng, 5)
    x[rng.integers(5)] = 0.0
    return {"x": x}


def layer(rng):
    out, into = sizes(rng, 2)
    return {
        "W": numbers_of(rng, out, into),
        "b": numbers_of(rng, out),
        "x": numbers_of(rng, into),
    }


affine_jacobian = Question(
    "affine_jacobian",
    Part(
        1,
        jacobian(lambda m, W, b, x: W @ x + b),
        [drawn("a layer", layer)] * 3,
        [
            turned(
                "That is the transpose, in × out. A row belongs to an output, a column "
                "to an input: out × in."
            ),
            instead(
                "That is the value of the layer. How fast does each output move when "
                "one input does?",
                lambda W, b, x: W @ x + b,
            ),
            Mistake(
                "That adds the rows up: one slope per input is what a single output "
                "has. Here each output has a row of its own.",
                lambda oracle, **a: oracle(**a).sum(0),
            ),
            instead(
                "Each column is multiplied by its x. Those are the terms of the sum, "
                "not their slopes.",
                lambda W, b, x: W * x,
            ),
            instead(
                "b is in there, but it moves no slope: it is the same whatever x does.",
                lambda W, b, x: W + b[:, None],
            ),
        ],
    ),
    hints=[
        "Write out one output: the sum over j of W[i, j] x[j], plus b[i].",
        "Which factor is left when only x[j] moves? It stands at row i, column j.",
        "The result has one row per output and one column per input, and W has too.",
    ],
)

relu_jacobian = Question(
    "relu_jacobian",
    Part(
        1,
        jacobian(lambda m, x: m.relu(x)),
        [drawn("a vector", vector)] * 2 + [drawn("a zero in it", vector_with_zero)],
        [
            Mistake(
                "Those slopes are right, but they are a vector. As a Jacobian they "
                "stand on the diagonal of a square matrix.",
                lambda oracle, **a: np.diag(oracle(**a)),
            ),
            instead(
                "At exactly 0 that has slope 1. Our convention there is torch's: 0.",
                lambda x: np.diag(1.0 * (x >= 0)),
            ),
            instead(
                "At exactly 0 that has slope ½. Our convention there is torch's: 0.",
                lambda x: np.diag(np.heaviside(x, 0.5)),
            ),
            instead(
                "The diagonal holds the values of ReLU. What are its slopes?",
                lambda x: np.diag(np.maximum(x, 0)),
            ),
            instead(
                "Every row is the same, but output i depends on input i alone. What "
                "are the other slopes in row i?",
                lambda x: np.tile(1.0 * (x > 0), (len(x), 1)),
            ),
        ],
    ),
    hints=[
        "Output i depends on input i alone. Where in the matrix are the other slopes?",
        "All entries off the diagonal are 0. On it stands the slope of ReLU at x[i].",
        "The slope is 1 where x is positive, else 0. np.diag makes a matrix of it.",
    ],
)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


softmax_jacobian = Question(
    "softmax_jacobian",
    Part(
        1,
        jacobian(lambda m, x: m.softmax(x, 0)),
        [drawn("a vector", vector)] * 3,
        [
            Mistake(
                "Only the diagonal is there. All entries share one sum, so every "
                "output moves with every input.",
                lambda oracle, **a: np.diag(np.diag(oracle(**a))),
            ),
            Mistake(
                "Those are the slopes of each output with respect to its own input. "
                "The Jacobian holds the others too.",
                lambda oracle, **a: np.diag(oracle(**a)),
            ),
            Mistake(
                "All signs are opposite. An output grows with its own input, so what "
                "is the sign on the diagonal?",
                lambda oracle, **a: -oracle(**a),
            ),
            Mistake(
                "Off the diagonal the sign is wrong: when one output grows, the "
                "others must shrink.",
                lambda oracle, **a: np.abs(oracle(**a)),
            ),
            instead(
                "The products p[i] p[j] are there with their minus. On the diagonal "
                "there is one more term.",
                lambda x: -np.outer(softmax(x), softmax(x)),
            ),
            instead(
                "That is the first of two terms. The sum in the denominator moves as "
                "well, with every input.",
                lambda x: np.diag(softmax(x)),
            ),
            instead(
                "p * p holds one square for each entry, taken from every row alike. "
                "Each pair i, j needs a number of its own.",
                lambda x: np.diag(softmax(x)) - softmax(x) ** 2,
            ),
        ],
    ),
    hints=[
        "Write p[i] = e[i] / s. When x[j] moves, s always moves; e[i] only if i = j.",
        "The quotient rule gives -p[i] p[j] everywhere, and p[i] more where i = j.",
        "np.outer(p, p) makes all p[i] p[j], and np.diag(p) a matrix with p on its "
        "diagonal.",
    ],
)


# Vector-Jacobian products, without the Jacobian.


def of_one_shape(*shape):
    return lambda rng: {"u": numbers_of(rng, *shape), "x": numbers_of(rng, *shape)}


def with_upstream(function):
    """`pulled`, for cases that call the upstream gradient u."""
    oracle = pulled(function)
    return Oracle(
        oracle.name,
        lambda u, **args: oracle(g=u, **args),
        lambda u, **args: oracle.value(**args),
    )


relu_vjp = Question(
    "relu_vjp",
    Part(
        1,
        with_upstream(lambda m, x: m.relu(x)),
        [
            drawn("a vector", of_one_shape(5)),
            drawn("a matrix", of_one_shape(3, 4)),
            drawn("a batch of matrices", of_one_shape(2, 4, 3)),
        ],
        [
            instead(
                "That is the local slope alone. Multiply it by the upstream gradient.",
                lambda u, x: 1.0 * (x > 0),
            ),
            instead(
                "That lets u through where u is positive. The gate is set by x, the "
                "number that went forward.",
                lambda u, x: np.maximum(u, 0),
            ),
            instead(
                "That is u unchanged: where x is negative, ReLU blocks it.",
                lambda u, x: u,
            ),
            instead(
                "That multiplies u by the value of ReLU. Multiply by its slope.",
                lambda u, x: u * np.maximum(x, 0),
            ),
            instead(
                "That lets u through where x is negative: turn the gate round.",
                lambda u, x: u * (x < 0),
            ),
        ],
    ),
    hints=[
        "A diagonal matrix times a vector multiplies entry by entry.",
        "Entry i of the result is u[i] times the slope of ReLU at x[i].",
        "A comparison of x with 0 gives an array of True and False, and True counts 1.",
    ],
)

SOFTMAX = with_upstream(lambda m, x: m.softmax(x, 0))


def without_matrix(excess):
    """The right result, followed by memory above what is allowed."""
    return lambda u, x: np.append(SOFTMAX(u=u, x=x), excess)


def tell_numbers_or_memory(yours, right, **_):
    *numbers, memory = np.ravel(yours)
    if close()(numbers, right[:-1]):
        return (
            "    The numbers are right.\n"
            f"    It held memory for {memory + 60:.0f} vectors like x: a few will do."
        )
    return disagreement(numbers, right[:-1], "torch.autograd")[1]


softmax_vjp = Question(
    "softmax_vjp",
    Part(
        1,
        SOFTMAX,
        [
            drawn("three numbers", of_one_shape(3)),
            drawn("seven numbers", of_one_shape(7)),
            drawn("forty numbers", of_one_shape(40)),
        ],
        [
            instead(
                "That uses the diagonal alone, as if softmax worked on each entry by "
                "itself. Go back to the whole Jacobian, and multiply uᵀ into it.",
                lambda u, x: u * softmax(x) * (1 - softmax(x)),
            ),
            Mistake(
                "All signs are opposite: which of the two terms has the minus?",
                lambda oracle, **a: -oracle(**a),
            ),
            instead(
                "A factor is missing in front: what do both terms of J have in common?",
                lambda u, x: u - u @ softmax(x),
            ),
            instead(
                "That is the gradient of log-softmax, a neighbour. Start from the "
                "Jacobian of softmax itself.",
                lambda u, x: u - softmax(x) * u.sum(),
            ),
            instead(
                "That is p times u, the first of two terms. The sum in softmax's "
                "denominator moves as well.",
                lambda u, x: u * softmax(x),
            ),
        ],
    ),
    Part(
        1,
        Oracle("torch.autograd", without_matrix(0)),
        [drawn("a thousand numbers", of_one_shape(1000))],
        [
            Mistake(
                "The whole Jacobian is in memory, a thousand times as large as x. "
                "Multiply u by its formula on paper first.",
                lambda oracle, **args: without_matrix(940)(**args),
                lambda yours, wrong, **_: (
                    yours.shape == wrong.shape and yours[-1] > 500
                ),
            )
        ],
        probe=vjp_and_memory,
        entries=False,
        tell=tell_numbers_or_memory,
    ),
    hints=[
        "Write your Jacobian as two terms and multiply uᵀ into both of them on paper.",
        "uᵀ times a diagonal matrix multiplies entry by entry. In uᵀ times an outer "
        "product, do the left product first. What is it?",
        "The left product is one number, u @ p. Both terms then have a factor p.",
    ],
)


# Broadcasting and its undoing. Axes are drawn anew, all different and none of length 1.


def stretched(*pairs):
    """Cases from shapes in letters: ("nk", "k") is g of (n, k) for an x of (k,)."""

    def case(whole, part):
        def make(rng):
            length = {**dict(zip("nkm", sizes(rng, 3), strict=True)), "1": 1}
            g = numbers_of(rng, *(length[c] for c in whole))
            return {"g": g, "shape": tuple(length[c] for c in part)}

        return lambda rng, own: (
            Case(f"{args['shape']} to {args['g'].shape}", args)
            if (args := make(rng))
            else None
        )

    return [case(*pair) for pair in pairs]


def back_to_shape(g, shape):
    import torch

    x = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    y = x.expand(g.shape)
    return torch.autograd.grad(y, x, torch.tensor(g))[0].numpy()


def leading(g, shape):
    return tuple(range(g.ndim - len(shape)))


def stretched_axes(g, shape):
    """The axes of g that are longer than those of the shape they came from."""
    behind = list(enumerate(shape, g.ndim - len(shape)))
    return tuple(i for i, n in behind if n == 1 != g.shape[i])


def copies(g, shape):
    return 1 / (g.size // max(1, int(np.prod(shape))))


MEAN = scaled(
    "That is the mean over the copies. Each copy adds its effect on the loss, so the "
    "gradient is their sum.",
    copies,
)
UNCHANGED = instead("That is g as it came. Sum it over the copies.", lambda g, shape: g)
LEADING_ONLY = instead(
    "The new axes in front are summed. An axis of length 1 that was stretched needs "
    "a sum as well.",
    lambda g, shape: g.sum(leading(g, shape)),
)

unbroadcast = Question(
    "unbroadcast",
    Part(
        2,
        Oracle("torch.autograd", back_to_shape),
        stretched(("nk", "k"), ("nkm", "m"), ("nkm", "km"), ("nk", "nk"), ("nk", "")),
        [
            MEAN,
            UNCHANGED,
            instead(
                "The first axis is summed, whatever the shape. Which axes of g are new "
                "in front: always one?",
                lambda g, shape: g.sum(0),
            ),
            instead(
                "The sum is right, but its axes are still there with length 1. "
                "The result must have the shape that was asked for.",
                lambda g, shape: g.sum(leading(g, shape), keepdims=True),
            ),
            instead(
                "That keeps one of the copies. All of them were used, so all their "
                "gradients count.",
                lambda g, shape: g[(0,) * len(leading(g, shape))],
            ),
        ],
    ),
    Part(
        1,
        Oracle("torch.autograd", back_to_shape),
        stretched(("nk", "n1"), ("nk", "1k"), ("nkm", "n1m"), ("1k", "1k")),
        [
            MEAN,
            LEADING_ONLY,
            instead(
                "The sum is right, but the axis is gone. It was there with length 1, "
                "so it stays: keepdims.",
                lambda g, shape: g.sum(stretched_axes(g, shape)),
            ),
        ],
    ),
    Part(
        1,
        Oracle("torch.autograd", back_to_shape),
        stretched(("nkm", "k1"), ("nkm", "1"), ("nkm", "1k1")),
        [MEAN, LEADING_ONLY],
    ),
    hints=[
        "A number used in several places gets the sum of what comes back from them. "
        "Broadcasting uses a number in several places.",
        "There are two kinds of axes to sum: new ones in front, g.ndim - len(shape) of "
        "them, and those where shape has a 1 and g has more.",
        "Sum the front axes away first. Then sum over the stretched ones with "
        "keepdims=True.",
    ],
)


# The rules of an engine: the upstream gradient, then what the forward step took.


def factors(square=False):
    def make(rng):
        n, k, m = [int(rng.integers(2, 6))] * 3 if square else sizes(rng, 3)
        return {
            "g": numbers_of(rng, n, m),
            "a": numbers_of(rng, n, k),
            "b": numbers_of(rng, k, m),
        }

    return make


def without_transpose(oracle, g, a, b):
    """g @ b; where that has no result, an answer has none either."""
    return g @ b if g.shape[1] == len(b) else np.full(1, np.nan)


def same(yours, wrong, **args):
    return yours.shape == wrong.shape and np.allclose(yours, wrong, equal_nan=True)


FACTORS = [
    drawn("a product", factors()),
    drawn("another product", factors()),
    drawn("square matrices", factors(square=True)),
]


def product_part(wrt, mistakes):
    tell = tell_gradient("ab"[wrt])
    return Part(1, factor(wrt), FACTORS, mistakes, drive=entry(wrt, 2), tell=tell)


def factor(wrt):
    return pulled(lambda m, a, b: a @ b, wrt)


matmul_backward = Question(
    "matmul_backward",
    product_part(
        0,
        [
            turned("The gradient of a is transposed. It must have a's shape."),
            Mistake(
                "For square matrices that runs, and is wrong: a transpose is missing. "
                "Write the shapes under each factor.",
                without_transpose,
                same,
            ),
            Mistake(
                "The two gradients come in the wrong order: first a's, then b's.",
                lambda oracle, **args: factor(1)(**args),
            ),
            UPSTREAM_IGNORED,
        ],
    ),
    product_part(
        1,
        [
            turned("The gradient of b is transposed. It must have b's shape."),
            UPSTREAM_IGNORED,
        ],
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


def without_ties(rng, *shape):
    n = int(np.prod(shape))
    steps = rng.permutation(n) - n / 2 + rng.uniform(0.1, 0.4, n)
    return steps.reshape(shape) / 10


def summed(shape, axis):
    """A case of a sum over `axis`: letters are lengths, drawn anew."""

    def make(rng):
        length = {**dict(zip("nkm", sizes(rng, 3), strict=True)), "s": 5}
        x = without_ties(rng, *(length[c] for c in shape))
        g = numbers_of(rng, *x.sum(axis).shape) if axis is not None else None
        g = numbers_of(rng, 2)[0] if g is None else g
        return {"g": g, "x": x, "axis": axis}

    return make


def reduced(cases):
    return [drawn(name, summed(*how)) for name, how in cases.items()]


ONE_AXIS = reduced(
    {
        "over the first axis": ("nk", 0),
        "over the last axis": ("nk", 1),
        "over an axis in the middle": ("nkm", 1),
        "over the last axis, counted from behind": ("nkm", -1),
        "over the last axis of a square": ("ss", 1),
        "over the first axis of a square": ("ss", 0),
    }
)


def resized(g, x):
    return np.resize(g, x.shape)


def repeated(g, x):
    return np.repeat(np.ravel(g), x.size // np.size(g)).reshape(x.shape)


TILED = instead(
    "The gradient is spread along the wrong axis: NumPy lines shapes up from the "
    "right. Put the axis that was summed back first, with length 1.",
    lambda g, x, axis: resized(g, x),
)
REPEATED = instead(
    "The gradient is repeated along the last axis, whichever axis was summed. Use "
    "`axis`.",
    lambda g, x, axis: repeated(g, x),
)
AVERAGED = scaled(
    "That belongs to the mean. A sum passes g on whole to each of its terms.",
    lambda g, x, axis: np.size(g) / x.size,
)
TIMES_X = Mistake(
    "That is multiplied by x. A sum has slope 1 in each of its terms.",
    lambda oracle, x, **a: x * oracle(x=x, **a),
)


def summing(m, x, axis):
    return x.sum() if axis is None else x.sum(axis)


sum_backward = Question(
    "sum_backward",
    Part(
        1,
        pulled(summing),
        ONE_AXIS,
        [TILED, REPEATED, AVERAGED, TIMES_X, UPSTREAM_IGNORED],
    ),
    Part(
        1,
        pulled(summing),
        reduced(
            {
                "over two axes": ("nkm", (0, 2)),
                "over two other axes": ("nkm", (1, 2)),
                "over all axes": ("nk", None),
            }
        ),
        [AVERAGED, UPSTREAM_IGNORED],
    ),
    hints=[
        "Every entry that went into a sum gets the gradient of that sum, whole.",
        "g lacks the axes that were summed. np.expand_dims(g, axis) puts them back "
        "with length 1, for one axis or a tuple of them.",
        "Then stretch to x's shape with np.broadcast_to. When axis is None, g is one "
        "number, and that stretches as it is.",
    ],
)


def folded(before, after):
    def make(rng):
        length = dict(zip("nkm", sizes(rng, 3), strict=True))
        old, new = (
            [int(np.prod([length[c] for c in a])) for a in s.split()]
            for s in (before, after)
        )
        return {
            "g": numbers_of(rng, *new),
            "x": numbers_of(rng, *old),
            "shape": tuple(new),
        }

    return make


reshape_backward = Question(
    "reshape_backward",
    Part(
        1,
        pulled(lambda m, x, shape: x.reshape(shape)),
        [
            drawn("rows into one", folded("n k", "nk")),
            drawn("three axes into two", folded("n k m", "n km")),
            drawn("two axes into three", folded("nk m", "n k m")),
        ],
        [
            instead(
                "That is g as it came, in the new shape. x's gradient has x's shape.",
                lambda g, x, shape: g,
            ),
            instead(
                "The entries are in another order than they went forward: NumPy reads "
                "row by row.",
                lambda g, x, shape: g.reshape(x.shape, order="F"),
            ),
            instead(
                "That turns the axes round before it fills them. Nothing was turned on "
                "the way forward, so leave the transpose out.",
                lambda g, x, shape: g.reshape(x.shape[::-1]).T,
            ),
            UPSTREAM_IGNORED,
        ],
    ),
    hints=[
        "Forward, no number changed: each only got another address.",
        "Send each gradient back to the old address.",
        "A reshape undoes a reshape: into which shape?",
    ],
)


def permuted(*axes):
    def make(rng):
        x = numbers_of(rng, *sizes(rng, len(axes)))
        return {"g": numbers_of(rng, *x.transpose(axes).shape), "x": x, "axes": axes}

    return make


transpose_backward = Question(
    "transpose_backward",
    Part(
        1,
        pulled(lambda m, x, axes: x.permute(axes)),
        [
            drawn("two axes", permuted(1, 0)),
            drawn("three axes in a ring", permuted(1, 2, 0)),
            drawn("in a ring the other way", permuted(2, 0, 1)),
            drawn("the first one stays", permuted(0, 2, 1)),
            drawn("four axes", permuted(2, 0, 3, 1)),
        ],
        [
            instead(
                "Those are the forward axes once more. For two axes that undoes the "
                "swap, for three in a ring it turns further. Undo the order.",
                lambda g, x, axes: g.transpose(axes),
            ),
            instead(
                "That reverses all axes, whatever `axes` says. With two that is the "
                "same; with three, send each one home.",
                lambda g, x, axes: g.T,
            ),
            instead(
                "That is g as it came, with its axes in the new order. Send each axis "
                "back to where it was.",
                lambda g, x, axes: g,
            ),
            instead(
                "The shape is right and the entries are shuffled: reshape keeps their "
                "order in memory, a transpose doesn't. Only a transpose undoes one.",
                lambda g, x, axes: g.reshape(x.shape),
            ),
        ],
    ),
    hints=[
        "Axis i of the result was axis axes[i] of x. Where must axis i of g go?",
        "You need the order that undoes `axes`: applied after it, all axes are home.",
        "If axes[i] is j, axis j goes to place i of the result. Which NumPy function "
        "gives the places that would sort `axes`?",
    ],
)

max_backward = Question(
    "max_backward",
    Part(
        2,
        pulled(lambda m, x, axis: m.amax(x, axis)),
        reduced(
            {
                "along the first axis": ("nk", 0),
                "along the last axis": ("nk", 1),
                "along an axis in the middle": ("nkm", 1),
                "counted from behind": ("nkm", -2),
                "along the last axis of a square": ("ss", 1),
                "along the first axis of a square": ("ss", 0),
            }
        ),
        [
            instead(
                "Every entry gets the gradient, as for a sum. Only the largest of each "
                "group made the result.",
                lambda g, x, axis: np.expand_dims(g, axis) + 0 * x,
            ),
            UPSTREAM_IGNORED,
            instead(
                "The right places, the wrong gradients: NumPy lines shapes up from the "
                "right. Put the axis back into g first, with length 1.",
                lambda g, x, axis: (x == x.max(axis, keepdims=True)) * resized(g, x),
            ),
            instead(
                "Only the largest entry of all gets a gradient. Each group along the "
                "axis has a largest one of its own: use `axis`.",
                lambda g, x, axis: (x == x.max()) * np.expand_dims(g, axis),
            ),
            scaled(
                "That is multiplied by the largest value. The slope of a maximum in "
                "its winner is 1.",
                lambda g, x, axis: x,
            ),
        ],
    ),
    hints=[
        "A maximum copies one entry. Who gets the gradient, and who gets none?",
        "Compare x with its maximum, kept with keepdims=True: a mask of the winners.",
        "Then spread g as in sum_backward, and let the mask through.",
    ],
)


# Numbers to work out on paper.


COLUMN = [
    instead(
        "That counts a result of one row. NumPy lines up (1, out) with (out, 1) and "
        "stretches both.",
        lambda inputs, outputs: outputs,
    ),
    instead(
        "That is the size of W. The product x @ W has summed over the inputs already.",
        lambda inputs, outputs: inputs * outputs,
    ),
    instead(
        "That counts both terms. They are added entry by entry, after broadcasting.",
        lambda inputs, outputs: 2 * outputs,
    ),
    instead(
        "That squares the number of inputs. Which axis is left after x @ W?",
        lambda inputs, outputs: inputs**2,
    ),
]


def broadcast_size(inputs, outputs):
    import torch

    x, W = torch.zeros(1, inputs), torch.zeros(inputs, outputs)
    return (x @ W + torch.zeros(outputs, 1)).numel()


column_bias_size = Question(
    "column_bias_size",
    Part(
        1,
        Oracle("torch", broadcast_size),
        [
            individual(
                "your own layer",
                lambda rng: dict(
                    zip(
                        ("inputs", "outputs"),
                        rng.permutation(np.arange(5, 20, 2))[:2].tolist(),
                        strict=True,
                    )
                ),
            )
        ],
        COLUMN,
    ),
    hints=[
        "Write the shapes of x @ W and of b under each other, right-aligned.",
        "Where one shape has a 1, broadcasting stretches it. It may do so on both "
        "sides at once.",
        "The result has as many rows as the column b, and as many columns as x @ W.",
    ],
    value=True,
)


def network(m, x, W1, b1, W2, b2, y):
    """z3 of the 4-2-1 network, its parts, and the squared error."""
    z = [sum(w * v for w, v in zip(W1[i], x, strict=True)) + b1[i] for i in (0, 1)]
    a = [max(v, 0) for v in z]
    z3 = sum(w * v for w, v in zip(W2, a, strict=True)) + b2
    return z, a, z3, (z3 - y) ** 2


def slope_of_weight(x, W1, b1, W2, b2, y):
    """dL/dw for the weight from input 3 to hidden unit 1, by torch.autograd."""
    import torch

    def tensor(v):
        return torch.tensor(v, dtype=torch.float64, requires_grad=True)

    W = tensor(W1)
    a = torch.relu(W @ tensor(x) + tensor(b1))
    loss = (tensor(W2) @ a + b2 - y) ** 2
    return torch.autograd.grad(loss, W)[0][0, 2].item()


def along_the_path(error=None, relu=True, factors=("2", "w", "x")):
    """The same product with something wrong in it."""

    def rule(x, W1, b1, W2, b2, y):
        z, a, z3, _ = network(None, x, W1, b1, W2, b2, y)
        z3 = z3 if relu else sum(w * v for w, v in zip(W2, z, strict=True)) + b2
        known = {"2": 2, "w": W2[0], "x": x[2], "a": a[0], "v": W1[0][2]}
        return float(np.prod([known[f] for f in factors]) * (z3 - y))

    return rule


ONE_WEIGHT = [
    instead("The 2 of the square is missing.", along_the_path(factors=("w", "x"))),
    Mistake(
        "The sign is opposite. Which way does (z3 - y)² go when z3 rises a little?",
        lambda oracle, **a: -oracle(**a),
    ),
    instead(
        "Hidden unit 2 has passed on a negative number. Its ReLU makes it 0 first.",
        along_the_path(relu=False),
    ),
    instead(
        "The last factor, dz1/dw, is missing: what multiplies this weight?",
        along_the_path(factors=("2", "w")),
    ),
    instead(
        "The factor dz3/da1 is missing: a weight of the second layer.",
        along_the_path(factors=("2", "x")),
    ),
    instead(
        "That has the value a1 as a factor. Only ReLU's slope at z1 belongs there.",
        along_the_path(factors=("2", "w", "x", "a")),
    ),
]


def small_network(rng):
    """Unit 1 is on, unit 2 is off, and each mistake leads to a number of its own."""
    while True:
        signs = rng.choice([-1, 1], (2, 4))
        *x, w, v, b2 = (rng.permutation(9)[:7] + 1).tolist()
        args = {
            "x": x,
            "W1": (signs * rng.integers(1, 4, (2, 4))).tolist(),
            "b1": rng.integers(-2, 3, 2).tolist(),
            "W2": [w, v],
            "b2": b2,
            "y": 0,
        }
        z, _, z3, _ = network(None, **args)
        if z[0] > 1 > 0 > z[1]:
            args["y"] = int(z3 + rng.integers(2, 13))
            if all_apart(z, z3, **args):
                return args


def all_apart(z, z3, x, W1, b1, W2, b2, y):
    """Whether no two numbers in sight agree, so that every mix-up shows."""
    seen, factors = [*x, *W2, b2, *z, z3 - y], {x[2], W2[0]}
    if len({abs(n) for n in seen}) < len(seen) or min(factors) < 3:
        return False
    if abs(W1[0][2]) in {1, b2, abs(z3 - y), *factors} or b1[0] in {0, b2}:
        return False
    right = 2.0 * (z3 - y) * W2[0] * x[2]
    args = {"x": x, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "y": y}
    found = {m.wrong(lambda **_: right, **args) for m in ONE_WEIGHT} | {right}
    return len(found) == 1 + len(ONE_WEIGHT) and 9 < abs(right) < 500


one_weight = Question(
    "one_weight",
    Part(
        1,
        Oracle("torch.autograd", slope_of_weight),
        [individual("your own network", small_network)],
        ONE_WEIGHT,
    ),
    hints=[
        "Go forward first and keep every number: z1, z2, a1, a2, z3.",
        "One path leads from this weight to L: w, z1, a1, z3, L. One factor per arrow.",
        "The factors, from L backward: 2 (z3 - y), W2's first entry, 1 or 0 for ReLU, "
        "and the input that this weight multiplies.",
    ],
    value=True,
)


# A layer and a batch.


def batch(n):
    def make(rng):
        into, out = sizes(rng, 2)
        count = n or int(rng.integers(3, 8))
        while True:
            X, W, b = (
                numbers_of(rng, *s) for s in ((count, into), (out, into), (out,))
            )
            z = X @ W.T + b
            if np.abs(z).min() > 1e-6 and 0 < (z > 0).sum() < z.size:
                return {"g": numbers_of(rng, count, out), "X": X, "W": W, "b": b}

    return make


BATCHES = [
    drawn("one example", batch(1)),
    drawn("two examples", batch(2)),
    drawn("several examples", batch(0)),
    drawn("seven examples", batch(7)),
]


def gated(g, X, W, b):
    return g * (X @ W.T + b > 0)


def of_layer(wrt):
    return pulled(lambda m, X, W, b: m.relu(X @ W.T + b), wrt)


def layer_part(points, wrt, mistakes):
    return Part(
        points,
        of_layer(wrt),
        BATCHES,
        mistakes,
        drive=entry(wrt, 3),
        tell=tell_gradient("XWb"[wrt]),
    )


NO_GATE = "ReLU is left out: where z is negative, no gradient passes. Gate g first."
PER_EXAMPLE = (
    "That is the mean over the examples. Sum over them: where the loss is a mean, its "
    "1/n comes in with g."
)

layer_backward = Question(
    "layer_backward",
    layer_part(
        0.5,
        0,
        [
            instead(NO_GATE, lambda g, X, W, b: g @ W),
            instead(
                "The gate looks at g. It is set by z, the number that went forward.",
                lambda g, X, W, b: np.maximum(g, 0) @ W,
            ),
            turned("The gradient of X is transposed. It must have X's shape, n × in."),
            Mistake(
                "The first array is W's gradient. The order is X, W, b.",
                lambda oracle, **args: of_layer(1)(**args),
            ),
        ],
    ),
    layer_part(
        1,
        1,
        [
            instead(NO_GATE, lambda g, X, W, b: g.T @ X),
            turned("The gradient of W is transposed: W is out × in, and so is this."),
            scaled(PER_EXAMPLE, lambda g, X, W, b: 1 / len(X)),
            instead(
                "That is one gradient per example. W's gradient has W's shape for any "
                "number of them: what becomes of those that you have?",
                lambda g, X, W, b: gated(g, X, W, b)[:, :, None] * X[:, None, :],
            ),
        ],
    ),
    layer_part(
        0.5,
        2,
        [
            instead(NO_GATE, lambda g, X, W, b: g.sum(0)),
            instead(
                "That is one gradient per example. Every example used the same b: sum "
                "over them.",
                lambda g, X, W, b: gated(g, X, W, b),
            ),
            scaled(PER_EXAMPLE, lambda g, X, W, b: 1 / len(X)),
            Mistake(
                "That keeps an axis of length 1. b has shape (out,), and so has its "
                "gradient.",
                lambda oracle, **a: oracle(**a)[None],
            ),
            Mistake(
                "That is a column. b has shape (out,), and so has its gradient.",
                lambda oracle, **a: oracle(**a)[:, None],
            ),
        ],
    ),
    hints=[
        "First go forward to z = X @ W.T + b, then back through ReLU: that is the "
        "gradient of z.",
        "dX and dW are products of dZ with W and with X. Shapes tell which and how: "
        "dX is n × in, dW is out × in.",
        "b was stretched over the n examples. Its gradient is what unbroadcast makes "
        "of dZ.",
    ],
)

dw_keeps_its_shape = Written(
    "dw_keeps_its_shape",
    points=1,
    hints=(
        "Seven examples: how many rows has X then? And how many W are there?",
        "By how much does each example move the loss when one entry of W moves? Seven "
        "shares, and one entry: what becomes of them?",
        "Write one entry of your dW as a sum. Over what does it run?",
    ),
)


# The engine: graphs of a student's own Tensors, told as
# "tanh(a) → h; mul(h, b) → y".


def recorded(a, b, graph):
    """torch's nodes of such a graph by name, and for each step what it is made of."""
    import torch

    ops = {"tanh": torch.tanh, "add": torch.add, "mul": torch.mul}
    nodes = {
        k: torch.tensor(v, requires_grad=True) for k, v in {"a": a, "b": b}.items()
    }
    made = {}
    for step in graph.split("; "):
        op, *inputs, name = re.findall(r"\w+", step)
        made[name] = ops[op], inputs
        nodes[name] = ops[op](*(nodes[i] for i in inputs))
    return nodes, made


def torch_pulls_back(a, b, graph, g, leaf):
    import torch

    nodes, made = recorded(a, b, graph)
    return torch.autograd.grad(nodes[[*made][-1]], nodes[leaf], torch.tensor(g))[
        0
    ].numpy()


def share_by_share(a, b, graph, g, leaf, overwrite=False, fit=True):
    """What a wrong engine finds: torch differentiates each step by itself."""
    import torch

    nodes, made = recorded(a, b, graph)
    found = {[*made][-1]: torch.tensor(g)}
    for name, (op, inputs) in reversed(made.items()):
        upstream = found[name]
        at = [nodes[i].detach().expand(upstream.shape) for i in inputs]
        at = [x.clone().requires_grad_() for x in at]
        shares = torch.autograd.grad(op(*at), at, upstream)
        for i, share in zip(inputs, shares, strict=True):
            share = share.sum_to_size(nodes[i].shape) if fit else share
            fresh = overwrite or i not in found
            found[i] = share if fresh else found[i] + share
    return found[leaf].numpy()


def on_graph(graph, leaf, *shapes):
    """Shapes of a, b and the result, in letters."""

    def make(rng):
        length = {**dict(zip("nk", sizes(rng, 2), strict=True)), "1": 1}
        a, b, g = (numbers_of(rng, *(length[c] for c in s)) for s in shapes)
        return {"a": a, "b": b, "graph": graph, "g": g, "leaf": leaf}

    return make


ONES = Mistake(
    "That starts from ones. The walk starts from the g that it is given.",
    lambda oracle, g, **a: oracle(g=np.ones_like(g), **a),
)

pull_back = Question(
    "pull_back",
    Part(
        1,
        Oracle("torch.autograd", torch_pulls_back),
        [
            drawn(
                "a chain", on_graph("tanh(a) → h; mul(h, b) → y", "b", "nk", "nk", "nk")
            ),
            drawn("a square", on_graph("mul(a, a) → y", "a", "nk", "nk", "nk")),
            drawn(
                "two ways, the long one last",
                on_graph(
                    "tanh(a) → h; mul(h, b) → k; add(h, k) → y", "a", "nk", "nk", "nk"
                ),
            ),
            drawn(
                "two ways, the long one first",
                on_graph(
                    "mul(a, b) → h; tanh(h) → k; add(k, h) → y", "b", "nk", "nk", "nk"
                ),
            ),
        ],
        [
            instead(
                "A tensor that is used twice keeps one share only. Add each share to "
                "what is there already.",
                lambda **a: share_by_share(**a, overwrite=True),
            ),
            ONES,
        ],
        probe=gradient_of,
    ),
    Part(
        1,
        Oracle("torch.autograd", torch_pulls_back),
        [
            drawn("a bias", on_graph("add(a, b) → y", "b", "nk", "k", "nk")),
            drawn(
                "a bias used twice",
                on_graph(
                    "add(a, b) → h; tanh(h) → k; mul(k, b) → y", "b", "nk", "k", "nk"
                ),
            ),
            drawn(
                "a column",
                on_graph("mul(a, b) → h; tanh(h) → y", "a", "n1", "nk", "nk"),
            ),
        ],
        [
            instead(
                "A tensor that was broadcast gets a gradient of the larger shape. "
                "Bring each share into the shape of its tensor: unbroadcast.",
                lambda **a: share_by_share(**a, fit=False),
            )
        ],
        probe=gradient_of,
    ),
    hints=[
        "It is the walk of the last notebook. Go through consumers_first(root), and "
        "hand each node's gradient to its rule.",
        "node.rule(g) gives one share per input, in the order of node.inputs. Leaves "
        "have no rule.",
        "Each share goes through unbroadcast first. Then it is added to what that "
        "input has in the dictionary, or it starts its entry.",
    ],
)

OFF = NUMPY_ONLY
QUESTIONS = [
    affine_jacobian,
    relu_jacobian,
    softmax_jacobian,
    relu_vjp,
    softmax_vjp,
    unbroadcast,
    matmul_backward,
    sum_backward,
    reshape_backward,
    transpose_backward,
    max_backward,
    column_bias_size,
    layer_backward,
    dw_keeps_its_shape,
    one_weight,
    pull_back,
]
