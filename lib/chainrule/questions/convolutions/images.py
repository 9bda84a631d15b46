"""Images and kernels for questions, and what passes between them both ways.

forward and backward go from place to place of the kernel, with what a mistake changes
as an option.
"""

import numpy as np

from chainrule.questions.draws import numbers_of


def spots(w, rows, cols, stride):
    """For each place of the kernels, where all windows have it in the image."""
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            down = slice(i, i + (rows - 1) * stride + 1, stride)
            across = slice(j, j + (cols - 1) * stride + 1, stride)
            yield w[:, :, i, j], (i, j), (slice(None), slice(None), down, across)


def padded(x, padding):
    return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))


def cropped(x, padding):
    rows, cols = (n - padding for n in x.shape[2:])
    return x[:, :, padding:rows, padding:cols]


def flipped(w):
    return w[:, :, ::-1, ::-1]


def counts(x, w, stride, padding):
    """Windows down and across."""
    return [
        (n + 2 * padding - k) // stride + 1
        for n, k in zip(x.shape[2:], w.shape[2:], strict=True)
    ]


def correlated(x, w, stride=1, padding=0):
    """A convolution without its bias."""
    rows, cols = counts(x, w, stride, padding)
    x = padded(x, padding)
    return sum(
        np.einsum("nchw,oc->nohw", x[seen], at)
        for at, _, seen in spots(w, rows, cols, stride)
    )


def to_x(g, x, w, stride, padding, adds=True):
    """The gradient of the padded images: each window's share where the window was."""
    found = np.zeros_like(padded(x, padding))
    for at, _, seen in spots(w, *g.shape[2:], stride):
        share = np.einsum("nohw,oc->nchw", g, at)
        found[seen] = found[seen] + share if adds else share
    return found


def to_w(g, x, w, stride, padding):
    """The gradient of the kernels, image by image: (N, out, C, kh, kw)."""
    found = np.zeros((len(x), *w.shape))
    x = padded(x, padding)
    for _, (i, j), seen in spots(w, *g.shape[2:], stride):
        found[..., i, j] = np.einsum("nohw,nchw->noc", g, x[seen])
    return found


def setting(stride, padding, upstream=False):
    """Images X, kernels W of (out, C, kh, kw), and a bias or a gradient g.

    All axes differ in length, and some pixels lie in no window where the stride allows.
    """

    def make(rng):
        n, channels, out = rng.permutation([2, 3, 4])
        kh, kw = rng.permutation([2, 3])
        s, p = int(rng.choice(stride)), int(rng.choice(padding))
        p = max(p, s - 1) if p else p  # room for a window more
        rows, cols = rng.permutation([3, 4])
        left = s - 1  # pixels beyond the last window
        shape = [(m - 1) * s + k + left for m, k in ((rows, kh), (cols, kw))]
        shape = [max(m - 2 * p, k) for m, k in zip(shape, (kh, kw), strict=True)]
        x, w = (
            numbers_of(rng, n, channels, *shape),
            numbers_of(rng, out, channels, kh, kw),
        )
        given = {"X": x, "W": w}
        if upstream:
            g = numbers_of(rng, n, out, *counts(x, w, s, p))
            return {"g": g, **given, "stride": s, "padding": p}
        return {**given, "b": numbers_of(rng, out), "stride": s, "padding": p}

    return make


PLAIN = setting([1], [0])
MOVED = setting([2, 3], [1, 2])
PLAIN_BACK = setting([1], [0], upstream=True)
MOVED_BACK = setting([2, 3], [1, 2], upstream=True)
WIDE_BACK = setting([1], [3], upstream=True)  # more windows than pixels
