"""Products of matrices, and the two fused steps that most training time goes into."""

import operator
from functools import lru_cache
from math import isfinite, prod

import numpy as np

from chainrule.ops.elementwise import exp
from chainrule.ops.precision import with_room
from chainrule.ops.sums import logsumexp
from chainrule.ops.table import Op


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


_matmul = Op("matmul", operator.matmul, (_matmul_rule_a, _matmul_rule_b), "linear")


def matmul(a, b):
    """The matrix product over the last two axes; 1-D means a row or a column."""
    return _matmul(a, b)


def _affine(x, w, b):
    if b is not None and b.shape != w.shape[:1]:
        raise ValueError(f"b has shape {b.shape}, not (out,)")
    if x.ndim != 2:
        return x @ w.T if b is None else x @ w.T + b
    # With the batch last in memory, as in conv2d, the product of matrices is faster.
    y = w @ x.T
    if b is not None:
        y += b[:, None]
    return y.T


def _linear_rule_x(g, y, x, w, b):
    if g.ndim != 2:
        return g @ w
    return (w.T @ g.T).T


def _rows(a):
    return a.reshape(prod(a.shape[:-1]), a.shape[-1])


# A product with ones is faster than a sum over one axis, once there are ones.
@lru_cache
def _ones(shape, dtype):
    return np.ones(shape, dtype)


def _sum_of_rows(a):
    return _ones(a.shape[0], a.dtype) @ a


_linear = Op(
    "linear",
    _affine,
    (
        _linear_rule_x,
        lambda g, y, x, w, b: _rows(g).T @ _rows(x),
        lambda g, y, x, w, b: _sum_of_rows(_rows(g)),
    ),
)


def linear(x, w, b=None):
    """x Wᵀ + b in one step: x (..., in), W (out, in), b (out,), as in torch."""
    return _linear(x, w, b)


def one_hot(labels, classes, dtype=float):
    """Rows (n, classes) with a 1 at each label; labels are (n,) whole numbers.

    Raises ValueError for labels that aren't, or lie outside 0 to classes - 1.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"Labels are (n,) whole numbers, not {labels.dtype} of shape "
            f"{labels.shape}. Try labels.astype(int), or reshape."
        )
    # Without a sign a negative one is huge, so one look at the largest will do.
    if labels.size and labels.astype(np.uint64).max() >= classes:
        raise ValueError(
            f"Labels from {labels.min()} to {labels.max()} don't fit {classes} "
            f"classes. Try labels from 0 to {classes - 1}."
        )
    rows = np.zeros((len(labels), classes), dtype)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def _probabilities(rows):
    off = rows.sum(-1, np.float64) - 1
    if (rows < 0).any() or not (abs(off) <= 1e-2).all():  # NaN is off too
        raise ValueError(
            "softmax_cross_entropy got probabilities that don't add up to 1 in each "
            "row, or lie below 0. Try dividing each row of positive numbers by its sum."
        )
    return rows


def _cross_entropy_of(x, t, kept):
    top = np.maximum.reduce(x, 1, keepdims=True)
    e = np.exp(x - top)
    s = e @ _ones((x.shape[1], 1), x.dtype)
    kept[:] = [e / s]  # softmax, once for both directions
    hits = np.vdot(t, x)
    if not isfinite(hits):  # 0 * -inf is nan
        hits = np.vdot(t, np.where(t, x, 0))
    return (np.add.reduce(np.log(s) + top, None) - hits) / len(x)


def _cross_entropy_rule(g, y, x, t, kept):
    if isinstance(x, np.ndarray):
        return (kept[0] - t) * (g / len(x))
    return (exp(x - logsumexp(x, 1, True)) - t) * (g / len(x))  # to be recorded


_cross_entropy = Op("softmax_cross_entropy", _cross_entropy_of, (_cross_entropy_rule,))


@with_room
def softmax_cross_entropy(logits, targets):
    """The mean over rows of -log softmax(logits)[target], stable at any size.

    logits (n, classes); targets (n,) of class numbers, or (n, classes) of
    probabilities, which take no gradient. Raises ValueError for others.
    """
    targets, dtype = np.asarray(targets), logits.dtype
    if targets.ndim == 1:
        targets = one_hot(targets, logits.shape[-1], dtype)
    else:
        targets = _probabilities(targets).astype(dtype, copy=False)
    if targets.shape != logits.shape:
        raise ValueError(
            f"softmax_cross_entropy got logits of shape {logits.shape} for targets of "
            f"shape {targets.shape}. Try logits of (n, classes)."
        )
    return _cross_entropy(logits, targets, [])
