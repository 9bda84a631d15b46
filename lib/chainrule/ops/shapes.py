"""Operations that move entries: the rule takes the gradient back to their place."""

import operator

import numpy as np

from chainrule.ops.precision import HALF
from chainrule.ops.table import Op


def _moved(name, value, rule):
    return Op(name, value, (rule,), "linear")


_reshape = _moved("reshape", np.reshape, lambda g, y, x, shape: g.reshape(x.shape))


def reshape(x, *shape):
    """The same entries in another shape; one axis may be -1."""
    return _reshape(x, shape[0] if isinstance(shape[0], tuple | list) else shape)


def _transpose_rule(g, y, x, axes):
    return g.transpose() if axes is None else g.transpose(tuple(np.argsort(axes)))


_transpose = _moved("transpose", np.transpose, _transpose_rule)


def transpose(x, *axes):
    """The axes in another order, reversed if none is given."""
    axes = axes[0] if axes and isinstance(axes[0], tuple | list) else axes
    return _transpose(x, tuple(a % x.ndim for a in axes) or None)


_swapaxes = _moved("swapaxes", np.swapaxes, lambda g, y, x, a, b: g.swapaxes(a, b))


def swapaxes(x, a, b):
    """Two axes exchanged."""
    return _swapaxes(x, a, b)


def _repeat(x, shape):
    y = np.empty(shape, x.dtype)
    y[...] = x
    return y


_broadcast_to = _moved("broadcast_to", _repeat, lambda g, y, x, shape: g)


def broadcast_to(x, shape):
    """x repeated along the axes it lacks, or has with length 1."""
    return _broadcast_to(x, shape)


def concatenate(parts, axis=0):
    """Several arrays one after the other along an axis they have."""
    parts = list(parts)
    if not parts or not parts[0].ndim:
        raise ValueError(
            f"concatenate got {len(parts)} arrays without an axis. Try at least one "
            "array, or stack, which makes an axis."
        )
    ends = np.cumsum([part.shape[axis] for part in parts]).tolist()

    def share(start, end):
        def rule(g, y, *parts):
            cut = [slice(None)] * g.ndim
            cut[axis] = slice(start, end)
            return g[tuple(cut)]

        return rule

    rules = [share(*ends_of) for ends_of in zip([0, *ends], ends, strict=False)]
    return Op("concatenate", lambda *parts: np.concatenate(parts, axis), rules)(*parts)


def stack(parts, axis=0):
    """Several arrays of one shape side by side along a new axis."""
    parts = list(parts)
    shapes = {part.shape for part in parts}
    if len(shapes) != 1:
        raise ValueError(
            f"stack got {len(parts)} arrays of shapes {sorted(shapes)}. Try at least "
            "one, all of one shape."
        )
    axis %= parts[0].ndim + 1
    shape = (*parts[0].shape[:axis], 1, *parts[0].shape[axis:])
    return concatenate([part.reshape(shape) for part in parts], axis)


def _scatter(g, index, shape):
    """Zeros of this shape with g added at the index, once for each time it is named."""
    y = np.zeros(shape, np.float32 if g.dtype == HALF else g.dtype)
    if not isinstance(index, tuple):
        index = (index,)
    if all(i is None or i is ... or isinstance(i, int | slice) for i in index):
        y[index] = g  # a slice names no entry twice
    else:
        np.add.at(y, index, g)
    return y.astype(g.dtype, copy=False)


_getitem = _moved(
    "getitem", operator.getitem, lambda g, y, x, index: _put(g, index, x.shape)
)


_put = _moved("put", _scatter, lambda g, y, x, index, shape: g[index])


def _kept(index):
    """An index that stays as it is when an array or a list in it is changed."""
    if isinstance(index, tuple):
        return tuple(map(_kept, index))
    if isinstance(index, np.ndarray | list):
        return np.array(index, None if len(index) else int)
    return index


def getitem(x, index):
    """x[index], with slices, numbers, masks or arrays of positions."""
    return _getitem(x, _kept(index))


def gather(x, index, axis=-1):
    """For each entry of index, the entry of x at that position of the axis.

    index has the axes of x. Raises ValueError for others, and for positions below 0.
    """
    index = np.asarray(index)
    if index.ndim != x.ndim or not _positions(index, x.shape[axis]):
        raise ValueError(
            f"gather got {index.dtype} positions of shape {index.shape} for axis "
            f"{axis} of shape {x.shape}. Try whole numbers from 0 on, below the length "
            "of that axis, in an array with as many axes."
        )
    grid = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    grid[axis] = index
    return getitem(x, tuple(grid))


def _positions(index, length):
    """Whether all are whole numbers from 0 to below the length."""
    whole = index.dtype.kind in "iu"
    return whole and bool(np.all((index >= 0) & (index < length)))


def _inside(shape, widths):
    return tuple(
        slice(before, before + n) for n, (before, _) in zip(shape, widths, strict=True)
    )


def _framed(x, widths, value):
    shape = [
        n + before + after for n, (before, after) in zip(x.shape, widths, strict=True)
    ]
    y = np.full(shape, value, np.result_type(x.dtype, value))
    y[_inside(x.shape, widths)] = x
    return y


_pad = Op("pad", _framed, (lambda g, y, x, widths, value: g[_inside(x.shape, widths)],))


def pad(x, widths, value=0.0):
    """x with a border: widths holds one pair (before, after) for each axis.

    The value takes no gradient: concatenate has one for all parts.
    """
    widths = tuple(map(tuple, widths))
    if len(widths) != x.ndim or any(len(w) != 2 or min(w) < 0 for w in widths):
        raise ValueError(
            f"pad of shape {x.shape} got widths {widths}. Try one pair (before, after) "
            "for each axis, of whole numbers from 0 on."
        )
    return _pad(x, widths, value)
