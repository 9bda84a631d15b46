"""Windows that slide over images, and pooling: the largest or the mean of each.

Images are (N, C, H, W) for the caller and (C, H, W, N) in memory: with the batch last
windows are copied in long runs, and each layer finds its input in that order already.
"""

import numpy as np

from chainrule.ops.table import Op


def demand_images(name, x):
    if x.ndim != 4:
        raise ValueError(
            f"{name} got shape {x.shape}, and images are (N, C, H, W). Try x[None] for "
            "a batch of one, or reshape."
        )


def places(x, height, width, stride, dilation=1):
    """How many windows there are, down and across."""
    h, w = x.shape[2:]
    if min(stride, dilation, height, width) < 1:
        raise ValueError(
            f"a window of {height} x {width}, dilation {dilation}, can't move by "
            f"{stride}"
        )
    height, width = reach(height, dilation), reach(width, dilation)
    if h < height or w < width:
        raise ValueError(f"a window of {height} x {width} does not fit in {h} x {w}")
    return (h - height) // stride + 1, (w - width) // stride + 1


def reach(length, dilation):
    """How many pixels a window spans whose places stand `dilation` apart."""
    return dilation * (length - 1) + 1


def corners(height, width, rows, cols, stride, dilation=1):
    """For each place in a window, the slices of the image seen there."""
    for i in range(height):
        for j in range(width):
            top, left = i * dilation, j * dilation
            down = slice(top, top + (rows - 1) * stride + 1, stride)
            across = slice(left, left + (cols - 1) * stride + 1, stride)
            yield (i, j), (slice(None), down, across)


def _windows(x, height, width, stride):
    rows, cols = places(x, height, width, stride)
    x = np.ascontiguousarray(x.transpose(1, 2, 3, 0))
    y = np.empty((len(x), height, width, rows, cols, x.shape[-1]), x.dtype)
    for (i, j), seen in corners(height, width, rows, cols, stride):
        y[:, i, j] = x[seen]
    return y


def _overlaid(g, shape, stride):
    """The windows added back to where they were taken from."""
    n, channels, h, w = shape
    y = np.zeros((channels, h, w, n), g.dtype)
    for (i, j), seen in corners(*g.shape[1:5], stride):
        y[seen] += g[:, i, j]
    return y.transpose(3, 0, 1, 2)


_patches = Op(
    "patches",
    _windows,
    (lambda g, y, x, height, width, stride: _overlay(g, x.shape, stride),),
    "linear",
)


_overlay = Op(
    "overlay",
    _overlaid,
    (lambda g, y, x, shape, stride: patches(g, *x.shape[1:3], stride),),
)


def patches(x, height, width, stride=1):
    """Each window of x (N, C, H, W), as (C, height, width, rows, cols, N)."""
    demand_images("patches", x)
    return _patches(x, height, width, stride)


def _largest(x, size, stride):
    rows, cols = places(x, size, size, stride)
    y = None
    for _, (_, down, across) in corners(size, size, rows, cols, stride):
        part = x[:, :, down, across]
        y = part if y is None else np.maximum(y, part)
    return y


def _winners(x, y, size, stride):
    """For each place in a window, which windows have their first maximum there."""
    x, y = x.transpose(1, 2, 3, 0), y.transpose(1, 2, 3, 0)
    winners, free = [], True
    for _, seen in corners(size, size, *y.shape[1:3], stride):
        winners.append((x[seen] == y) & free)
        free = free & ~winners[-1]
    return winners


def _dealt(g, winners, size, stride, shape):
    """What each window received, handed to its winner."""
    n, channels, h, w = shape
    y, g = np.zeros((channels, h, w, n), g.dtype), g.transpose(1, 2, 3, 0)
    seen_from = corners(size, size, *g.shape[1:3], stride)
    for won, (_, seen) in zip(winners, seen_from, strict=True):
        y[seen] += g * won
    return y.transpose(3, 0, 1, 2)


def _max_pool_rule(g, y, x, size, stride):
    return _deal(g, _winners(x, y, size, stride), size, stride, x.shape)


def _deal_rule(g, y, x, winners, size, stride, shape):
    windows = patches(g, size, size, stride)
    won = np.stack(winners, 1).reshape(windows.shape)
    return (windows * won).sum((1, 2)).transpose(3, 0, 1, 2)


_max_pool = Op("max_pool2d", _largest, (_max_pool_rule,))


_deal = Op("deal", _dealt, (_deal_rule,))


def max_pool2d(x, size, stride=None):
    """The largest entry of each window; the first of equal ones gets the gradient."""
    demand_images("max_pool2d", x)
    return _max_pool(x, size, size if stride is None else stride)


def avg_pool2d(x, size, stride=None):
    """The mean of each window."""
    windows = patches(x, size, size, size if stride is None else stride)
    return windows.mean((1, 2)).transpose(3, 0, 1, 2)
