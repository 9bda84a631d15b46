"""Losses in the forms that stay finite: from logits, with no log of a small number.

Each is a mean, so that the gradient does not grow with the batch: over all entries for
`mse`, `huber` and `bce_with_logits`, over rows for `cross_entropy` and `kl`.
"""

import numpy as np

from chainrule import ops
from chainrule.settings import within


def mse(y_hat, y):
    """Mean squared error: the mean of (y_hat - y)^2."""
    e = _residual("mse", y_hat, y)
    return ops.mean(e * e)


def huber(y_hat, y, delta=1.0):
    """Squared for small errors, straight for large: outliers pull with bounded force.

    e^2 / 2 where |e| <= delta, delta (|e| - delta / 2) beyond. Huber 1964.
    delta is a positive number and takes no gradient.
    """
    within("huber", "delta", delta, "(0, inf)")
    e = _residual("huber", y_hat, y)
    c = ops.clip(e, -delta, delta)
    return ops.mean(c * (e - c / 2))


def log_softmax(z):
    """z - log sum exp z over the last axis: log-probabilities, never the log of 0."""
    return z - ops.logsumexp(z, axis=-1, keepdims=True)


def cross_entropy(z, y):
    """The mean over rows of -log p(right class), from logits z of shape (n, classes).

    y is (n,) class numbers, or (n, classes) probabilities (smoothed or mixed labels).
    Its gradient is (softmax(z) - one_hot(y)) / n. Do not put a softmax before it.
    """
    y = np.asarray(y)
    if z.ndim == 2 and y.shape == z.shape:
        return ops.softmax_cross_entropy(z, y)
    if z.ndim != 2 or y.shape != z.shape[:1] or y.dtype.kind not in "iu":
        raise ValueError(
            f"cross_entropy got logits of shape {z.shape} and {y.dtype} labels of "
            f"shape {y.shape}. Try whole numbers of shape {z.shape[:1]}, or "
            f"probabilities of shape {z.shape}."
        )
    return ops.softmax_cross_entropy(z, y)


def bce_with_logits(z, y):
    """Binary cross-entropy, with p = sigmoid(z): the mean of -y log p - (1-y) log(1-p).

    Written as softplus(-z) + (1 - y) z, in which nothing overflows or cancels.
    """
    z, y = _alike("bce_with_logits", z, y)
    return ops.mean(ops.softplus(-z) + (1 - y) * z)


def kl(log_p, log_q):
    """How many nats it costs to believe q where p is true: mean of sum p log(p / q).

    Both are log-probabilities of shape (n, classes), as `log_softmax` gives them. Never
    negative, not symmetric, infinite where q is 0 and p is not; 0 log 0 is 0.
    """
    log_p, log_q = _alike("kl", log_p, log_q)
    p = ops.exp(log_p)
    possible = p != 0  # where it isn't, both may be log 0, whose difference is NaN
    log_p, log_q = (ops.where(possible, log, 0) for log in (log_p, log_q))
    return ops.mean(ops.sum(p * (log_p - log_q), axis=-1))


def _residual(name, a, b):
    a, b = _alike(name, a, b)
    return a - b


def _alike(name, a, b):
    """Both as floats, for integers wrap around; (n,) and (n, 1) would become (n, n)."""
    if np.shape(a) != np.shape(b):
        raise ValueError(
            f"{name} got shapes {np.shape(a)} and {np.shape(b)}. "
            "Try a reshape that makes them the same."
        )
    return ops.floats(a), ops.floats(b)
