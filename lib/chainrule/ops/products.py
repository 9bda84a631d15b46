"""Products of matrices, and the two fused steps that most training time goes into."""

import operator

import numpy as np

from chainrule.ops.elementwise import exp
from chainrule.ops.sums import logsumexp, mean
from chainrule.ops.table import Op


def matmul(a, b):
    """The matrix product over the last two axes; 1-D means a row or a column."""
    return _matmul(a, b)


def linear(x, w, b=None):
    """x Wᵀ + b in one step: x (..., in), W (out, in), b (out,), as in torch."""
    return _linear(x, w, b)


def softmax_cross_entropy(logits, targets):
    """The mean over rows of -log softmax(logits)[target], stable at any size.

    logits (n, classes); targets (n,) of class numbers, or (n, classes) of
    probabilities, which take no gradient.
    """
    targets = np.asarray(targets)
    if targets.ndim == 1:
        targets = (targets[:, None] == np.arange(logits.shape[1])).astype(logits.dtype)
    return mean(_cross_entropy(logits, targets))


def _columns(g, a, b):
    """A 1-D a as a row, a 1-D b as a column, and g as their product has it."""
    if b.ndim == 1:
        b, g = b[:, None], g[..., None]
    if a.ndim == 1:
        a, g = a[None, :], g[..., None, :]
    return g, a, b


def _matmul_rule_a(g, y, a, b):
    g, _, b = _columns(g, a, b)
    return g @ b.swapaxes(-1, -2)


def _matmul_rule_b(g, y, a, b):
    g, a, columns = _columns(g, a, b)
    product = a.swapaxes(-1, -2) @ g
    return product if columns is b else product[..., 0]


def _affine(x, w, b):
    y = x @ w.T
    return y if b is None else y + b


def _rows(a):
    return a.reshape(-1, a.shape[-1])


def _sum_of_rows(g):
    # A product with ones is several times faster than a sum over the first axis.
    return np.ones(len(g), g.dtype) @ g


def _cross_entropy_of(x, t):
    return logsumexp(x, -1) - (t * x).sum(-1)


_matmul = Op("matmul", operator.matmul, (_matmul_rule_a, _matmul_rule_b), "linear")
_linear = Op(
    "linear",
    _affine,
    (
        lambda g, y, x, w, b: g @ w,
        lambda g, y, x, w, b: _rows(g).transpose() @ _rows(x),
        lambda g, y, x, w, b: _sum_of_rows(_rows(g)),
    ),
)
# The row's logsumexp is its loss plus the target's logit: softmax costs one exp.
_cross_entropy = Op(
    "softmax_cross_entropy",
    _cross_entropy_of,
    (lambda g, y, x, t: g[:, None] * (exp(x - (y + (t * x).sum(-1))[:, None]) - t),),
)
