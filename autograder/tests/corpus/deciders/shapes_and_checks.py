"""What is right in 1-derivatives/00_shapes_and_checks, on one random input."""

import numpy as np
from measures import lengths, near, some


def predict_shapes(student, rng):
    """NumPy makes the arrays."""
    n, m = lengths(rng, 2, 1, 30)
    X, w, a, c = np.ones((n, m)), np.ones(m), np.ones(n), np.ones((n, 1))
    made = [X @ w, a @ X, X.T @ X, X.sum(axis=0), X.sum(axis=1, keepdims=True)]
    made += [X + w, c * w, a - c]
    said = student.predict_shapes(n, m)
    listed = all(isinstance(s, list | tuple) for s in (said, *said))
    return listed and [tuple(s) for s in said] == [y.shape for y in made]


def affine(student, rng):
    """One output of one example at a time."""
    count, ins, outs = lengths(rng, 3)
    X, W, b = some(rng, count, ins), some(rng, outs, ins), some(rng, outs)
    right = [[sum(x * w) + bias for w, bias in zip(W, b, strict=True)] for x in X]
    return near(student.affine(X, W, b), right)


def log_cosh_slope(student, rng):
    """tanh, made of exponentials."""
    (n,) = lengths(rng, 1, 1, 12)
    prediction, target = some(rng, 2, n)
    grown = np.exp(2 * (prediction - target))
    right = (grown - 1) / (grown + 1) / n
    return near(student.log_cosh_slope(prediction, target), right)


DECIDERS = {f.__name__: f for f in (predict_shapes, affine, log_cosh_slope)}
