"""Sums and their kin over axes: an axis is an int, a tuple of ints, or None for all."""

import numpy as np

from chainrule.ops.elementwise import exp, sqrt
from chainrule.ops.precision import HALF, with_room
from chainrule.ops.shapes import broadcast_to
from chainrule.ops.table import Op


def _back(a, x, axis):
    """A result with its summed axes back, each of length 1, to broadcast with x."""
    if axis is None:
        return a
    gone = {i % x.ndim for i in (axis if isinstance(axis, tuple) else (axis,))}
    return a.reshape(tuple(1 if i in gone else n for i, n in enumerate(x.shape)))


def _count(y, x):
    """How many entries of x each entry of y is made of; 1 if there are none at all."""
    return x.size // (y.size or 1) or 1


def _reduction(name):
    return lambda x, axis, keepdims: getattr(x, name)(axis, keepdims=keepdims)


def _sum_of(x, axis, keepdims):
    if x.dtype != HALF:
        return x.sum(axis, keepdims=keepdims)
    return x.sum(axis, np.float32, keepdims=keepdims).astype(np.float16)


def _sum_rule(g, y, x, axis, keepdims):
    return broadcast_to(_back(g, x, axis), x.shape)


_sum = Op("sum", _sum_of, (_sum_rule,), "linear")


def sum(x, axis=None, keepdims=False):
    """The sum over the axes."""
    return _sum(x, axis, keepdims)


def _mean_rule(g, y, x, axis, keepdims):
    return broadcast_to(_back(g / _count(y, x), x, axis), x.shape)


_mean = Op("mean", _reduction("mean"), (_mean_rule,), "linear")


def mean(x, axis=None, keepdims=False):
    """The mean over the axes."""
    return _mean(x, axis, keepdims)


def _var_of(x, axis, keepdims, ddof):
    return x.var(axis, keepdims=keepdims, ddof=ddof)


def _var_rule(g, y, x, axis, keepdims, ddof):
    n = _count(y, x) - ddof
    slope = (x - mean(x, axis, True)) * (2 / n if n > 0 else np.nan)
    return _back(g, x, axis) * slope


_var = Op("var", _var_of, (_var_rule,))


@with_room
def var(x, axis=None, keepdims=False, ddof=0):
    """The mean squared distance from the mean; ddof=1 divides by n - 1, not n.

    Of ddof entries it is NaN, and of fewer it has no slope.
    """
    return _var(x, axis, keepdims, ddof)


def _max_rule(g, y, x, axis, keepdims):
    ties = x == _back(y, x, axis)
    share = ties / ties.sum(axis, keepdims=True)
    return _back(g, x, axis) * share.astype(x.dtype)


_max = Op("max", _reduction("max"), (_max_rule,))


def max(x, axis=None, keepdims=False):
    """The largest entry; equal ones share its gradient equally, as in torch.amax."""
    return _max(x, axis, keepdims)


_min = Op("min", _reduction("min"), (_max_rule,))


def min(x, axis=None, keepdims=False):
    """The smallest entry; equal ones share its gradient equally, as in torch.amin."""
    return _min(x, axis, keepdims)


def _logsumexp_of(x, axis, keepdims):
    top = x.max(axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)  # all -inf, or a +inf: leave it to exp
    with np.errstate(divide="ignore", over="ignore"):
        y = top + np.log(np.exp(x - top).sum(axis, keepdims=True))
    return y if keepdims else y.squeeze(axis)


def _logsumexp_rule(g, y, x, axis, keepdims):
    return _back(g, x, axis) * exp(x - _back(y, x, axis))


_logsumexp = Op("logsumexp", _logsumexp_of, (_logsumexp_rule,))


@with_room
def logsumexp(x, axis=None, keepdims=False):
    """log(sum(exp(x))), the smooth maximum, without overflow: its slope is softmax."""
    return _logsumexp(x, axis, keepdims)


def _normalize_of(x, axis, eps):
    centred = x - x.mean(axis, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(axis, keepdims=True) + eps)


def _normalize_rule(g, y, x, axis, eps):
    centred = g - mean(g, axis, True) - y * mean(g * y, axis, True)
    return centred / sqrt(var(x, axis, True) + eps)


_normalize = Op("normalize", _normalize_of, (_normalize_rule,))


@with_room
def normalize(x, axis, eps):
    """x with mean 0 and (biased) variance 1 over the axes: the heart of the norms."""
    return _normalize(x, axis, eps)
