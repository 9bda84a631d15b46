"""Where weights start: each rule is one variance, and the reason for it.

With weights of variance s and independent inputs, a layer of n inputs multiplies the
variance of a signal by n s on its way forward, and a layer of n outputs multiplies the
variance of a gradient by n s on its way back. A deep network keeps both alive only when
the factor stays near 1. The rules differ in whom they favour and which activation they
expect. A normal law takes the standard deviation sqrt(s); a uniform law on [-a, a] has
variance a^2 / 3, so a = sqrt(3 s).

Shapes are (out, in) or (out, in, *window), as layers store them. Draws are float64.
"""

from math import prod, sqrt

import numpy as np


def fans(shape):
    """How many inputs one output sums, and how many outputs one input feeds."""
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(
            f"fans of shape {tuple(shape)}: a weight needs (out, in, ...), none of "
            "them 0. Try zeros for a bias."
        )
    window = prod(shape[2:])
    return shape[1] * window, shape[0] * window


def zeros(shape):
    """Nothing: right for a bias, wrong for a weight, whose units would stay equal."""
    return np.zeros(shape)


def glorot_normal(shape, rng):
    """Variance 2 / (fan_in + fan_out): half way between forward and backward.

    For tanh and linear layers. Glorot and Bengio 2010, equation 12.
    """
    return _normal(shape, 2 / sum(fans(shape)), rng)


def glorot_uniform(shape, rng):
    """Glorot's variance from a uniform law. Glorot and Bengio 2010, equation 16."""
    return _uniform(shape, 2 / sum(fans(shape)), rng)


def he_normal(shape, rng):
    """Variance 2 / fan_in: relu passes on half the mean square, so double it.

    He, Zhang, Ren, Sun 2015, equation 10.
    """
    return _normal(shape, 2 / fans(shape)[0], rng)


def he_uniform(shape, rng):
    """He's variance from a uniform law."""
    return _uniform(shape, 2 / fans(shape)[0], rng)


def lecun_normal(shape, rng):
    """Variance 1 / fan_in: the forward signal alone keeps its size.

    LeCun, Bottou, Orr, Müller 1998, section 4.6.
    """
    return _normal(shape, 1 / fans(shape)[0], rng)


def lecun_uniform(shape, rng):
    """LeCun's variance from a uniform law."""
    return _uniform(shape, 1 / fans(shape)[0], rng)


def orthogonal(shape, rng):
    """If square, it keeps each length exactly, not only on average.

    Rows or columns, whichever are fewer, are orthonormal; windows count as inputs.
    Saxe, McClelland, Ganguli 2014.
    """
    n_out, n_in = shape[0], fans(shape)[0]
    q, r = np.linalg.qr(rng.standard_normal((max(n_out, n_in), min(n_out, n_in))))
    # QR alone favours some rotations; with R's diagonal positive none is favoured.
    q *= np.sign(np.diag(r))
    return (q if n_out >= n_in else q.T).reshape(shape)


def _normal(shape, variance, rng):
    return rng.normal(0, sqrt(variance), shape)


def _uniform(shape, variance, rng):
    bound = sqrt(3 * variance)
    return rng.uniform(-bound, bound, shape)
