"""A convolution, window by window."""

import numpy as np


def convolve(x, w, b, stride, padding):
    """Every entry by itself: a window times a kernel, all added up."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = w.shape[2:]
    rows = range(0, x.shape[2] - kh + 1, stride)
    cols = range(0, x.shape[3] - kw + 1, stride)
    y = np.empty((len(x), len(w), len(rows), len(cols)))
    for p, i in enumerate(rows):
        for q, j in enumerate(cols):
            window = x[:, None, :, i : i + kh, j : j + kw]
            y[:, :, p, q] = (window * w).sum((2, 3, 4)) + b
    return y


def images(rng, least=0):
    """x, w, b, stride and padding, of any shapes that fit."""
    n, channels, out, kh, kw = (int(k) for k in rng.integers(1, 4, 5))
    stride, padding = int(rng.integers(1, 4)), int(rng.integers(least, 3))
    rows = max(1, kh - 2 * padding) + int(rng.integers(0, 5))
    cols = max(1, kw - 2 * padding) + int(rng.integers(0, 5))
    x, w = rng.normal(size=(n, channels, rows, cols)), (out, channels, kh, kw)
    return x, rng.normal(size=w), rng.normal(size=out), stride, padding
