"""Convolution, a product of matrices: the kernels times the windows side by side.

It is linear in x and in w, and the sum of g * conv(x, w) is linear in all three. The
derivatives of that sum by g, x and w are the three operations below, so each finds its
own derivatives in the other two, to any order.
"""

from math import prod

import numpy as np

from chainrule.ops.shapes import pad
from chainrule.ops.table import Op
from chainrule.ops.windows import corners, demand_images, places, reach

BLOCK = 250_000  # numbers: a few rows of windows at a time stay in the cache


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Slide each kernel of w (out, C, kh, kw) over x (N, C, H, W), and add b (out,).

    dilation: how far apart the pixels stand that neighbours in a kernel see.
    """
    demand_images("conv2d", x)
    demand_images("conv2d", w)
    if x.shape[1] != w.shape[1]:
        raise ValueError(
            f"conv2d of shapes {x.shape} and {w.shape} fails: the images have "
            f"{x.shape[1]} channels, the kernels {w.shape[1]}. Try x of (N, C, H, W) "
            "and w of (out, C, kh, kw)."
        )
    _demand_bias("conv2d", b, w.shape[0])
    if padding:
        x = pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    return _conv(x, w, b, stride, dilation)


def conv_transpose2d(x, w, b=None, stride=1, padding=0, output_padding=0, dilation=1):
    """What x (N, C, h, w) gives back through the kernels w (C, out, kh, kw): the
    derivative of conv2d by its images, as a layer of its own. b (out,) is added.

    output_padding: rows and columns more at the end, fewer than the stride: conv2d
    makes images of the same size from several sizes.
    """
    demand_images("conv_transpose2d", x)
    demand_images("conv_transpose2d", w)
    if x.shape[1] != w.shape[0]:
        raise ValueError(
            f"conv_transpose2d of shapes {x.shape} and {w.shape} fails: the images "
            f"have {x.shape[1]} channels, the kernels {w.shape[0]}. Try x of "
            "(N, C, H, W) and w of (C, out, kh, kw)."
        )
    if not 0 <= output_padding < stride:
        raise ValueError(
            f"conv_transpose2d got output_padding {output_padding} and stride {stride}."
            " Try an output_padding below the stride."
        )
    _demand_bias("conv_transpose2d", b, w.shape[1])
    rows, cols = (
        (n - 1) * stride + reach(k, dilation) + output_padding
        for n, k in zip(x.shape[2:], w.shape[2:], strict=True)
    )
    if not 0 <= 2 * padding < min(rows, cols):
        raise ValueError(
            f"conv_transpose2d got padding {padding} for images of {rows} x {cols}. "
            "Try one from 0 on that leaves a pixel."
        )
    y = _by_x(x, w, stride, (x.shape[0], w.shape[1], rows, cols), dilation)
    if padding:
        y = y[:, :, padding : rows - padding, padding : cols - padding]
    return y if b is None else y + b.reshape(1, -1, 1, 1)


def _demand_bias(name, b, out):
    """One number for each kernel: a single one would be repeated without a word."""
    if b is not None and b.shape != (out,):
        raise ValueError(
            f"{name} got b of shape {b.shape} for {out} kernels. Try b of ({out},)."
        )


def _batch_last(x):
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def _blocks(kernel, rows, cols, n, stride, dilation):
    """A few rows of windows at a time: where they stand, and what they see of x."""
    channels, height, width = kernel
    step = max(1, BLOCK // max(1, channels * height * width * cols * n))
    for top in range(0, rows, step):
        count = min(step, rows - top)
        last = (top + count - 1) * stride + reach(height, dilation)
        seen = slice(top * stride, last)
        yield slice(top, top + count), seen, (*kernel, count, cols, n)


def _windows(x, kernel, rows, cols, stride, dilation):
    """Each block of windows of x (C, H, W, N) as a matrix, one column per window."""
    for at, seen, shape in _blocks(kernel, rows, cols, x.shape[-1], stride, dilation):
        y, part = np.empty(shape, x.dtype), x[:, seen]
        for (i, j), place in corners(*shape[1:5], stride, dilation):
            y[:, i, j] = part[place]
        yield at, y.reshape(prod(kernel), shape[3] * cols * x.shape[-1])


def _conv_of(x, w, b, stride, dilation):
    rows, cols = places(x, *w.shape[2:], stride, dilation)
    x, flat = _batch_last(x), w.reshape(len(w), -1)
    y = np.empty((len(w), rows, cols, x.shape[-1]), np.result_type(x, w))
    for at, windows in _windows(x, w.shape[1:], rows, cols, stride, dilation):
        part = flat @ windows
        if b is not None:
            part += b[:, None]
        y[:, at] = part.reshape(y[:, at].shape)
    return y.transpose(3, 0, 1, 2)


def _by_x_of(g, w, stride, shape, dilation):
    """Each window's share, added where the window was: the transposed convolution."""
    g, flat = _batch_last(g), w.reshape(len(w), -1).T
    y = np.zeros((*shape[1:], shape[0]), g.dtype)
    for at, seen, block in _blocks(w.shape[1:], *g.shape[1:], stride, dilation):
        part, into = flat @ g[:, at].reshape(len(g), -1), y[:, seen]
        part = part.reshape(block)
        for (i, j), place in corners(*block[1:5], stride, dilation):
            into[place] += part[:, i, j]
    return y.transpose(3, 0, 1, 2)


def _by_w_of(g, x, stride, shape, dilation):
    """How each place of a kernel meets each gradient, summed over all windows."""
    g, x = _batch_last(g), _batch_last(x)
    y = np.zeros((len(g), shape[1] * shape[2] * shape[3]), g.dtype)
    for at, windows in _windows(x, shape[1:], *g.shape[1:3], stride, dilation):
        y += g[:, at].reshape(len(g), -1) @ windows.T
    return y.reshape(shape)


_conv = Op(
    "conv2d",
    _conv_of,
    (
        lambda g, y, x, w, b, stride, dilation: _by_x(g, w, stride, x.shape, dilation),
        lambda g, y, x, w, b, stride, dilation: _by_w(g, x, stride, w.shape, dilation),
        lambda g, y, x, w, b, stride, dilation: g.sum((0, 2, 3)),
    ),
)
_by_x = Op(
    "conv2d by x",
    _by_x_of,
    (
        lambda g, y, h, w, stride, shape, dilation: _conv(g, w, None, stride, dilation),
        lambda g, y, h, w, stride, shape, dilation: _by_w(
            h, g, stride, w.shape, dilation
        ),
    ),
)
_by_w = Op(
    "conv2d by w",
    _by_w_of,
    (
        lambda g, y, h, x, stride, shape, dilation: _conv(x, g, None, stride, dilation),
        lambda g, y, h, x, stride, shape, dilation: _by_x(
            h, g, stride, x.shape, dilation
        ),
    ),
)
