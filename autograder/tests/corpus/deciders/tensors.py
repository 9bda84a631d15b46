"""What is right in 2-autodiff/04_tensors: adjoints and complex steps, no torch."""

import numpy as np

from deciders.graphs_of_arrays import pull_back
from deciders.measures import TINY, along, is_adjoint, lengths, near, some


def affine_jacobian(student, rng):
    """An affine map moves by W when x moves by a unit vector."""
    outs, ins = lengths(rng, 2)
    W, b, x = some(rng, outs, ins), some(rng, outs), some(rng, ins)
    columns = [W @ (x + e) - W @ x for e in np.eye(ins)]
    return near(student.affine_jacobian(W, b, x), np.stack(columns, 1))


def relu_jacobian(student, rng):
    x = some(rng, *lengths(rng, 1))
    x[rng.random(len(x)) < 0.2] = 0.0
    right = [[float(i == j and v > 0) for j in range(len(x))] for i, v in enumerate(x)]
    return near(student.relu_jacobian(x), right)


def shares(x):
    return np.exp(x) / np.exp(x).sum()


def softmax_jacobian(student, rng):
    x = some(rng, *lengths(rng, 1))
    columns = [along(shares, x, e) for e in np.eye(len(x))]
    return near(student.softmax_jacobian(x), np.stack(columns, 1))


def relu_vjp(student, rng):
    shape = lengths(rng, rng.integers(1, 4))
    u, x = some(rng, *shape), some(rng, *shape)
    right = [a if v > 0 else 0 for a, v in zip(u.flat, x.flat, strict=True)]
    return near(student.relu_vjp(u, x), np.reshape(right, shape))


def softmax_vjp(student, rng):
    u, x = some(rng, 2, *lengths(rng, 1, 1, 12))
    right = [u @ along(shares, x, e) for e in np.eye(len(x))]
    return near(student.softmax_vjp(u, x), right)


def unbroadcast(student, rng):
    """The adjoint of stretching."""
    whole = lengths(rng, rng.integers(1, 4))
    part = [1 if rng.random() < 0.4 else n for n in whole]
    shape = tuple(part[rng.integers(0, len(part) + 1) :])
    g = some(rng, *whole)
    yours = student.unbroadcast(g.copy(), shape)
    return is_adjoint(
        yours, lambda t: np.broadcast_to(t, g.shape), g, np.zeros(shape), rng
    )


def matmul_backward(student, rng):
    n, k, m = lengths(rng, 3)
    g, a, b = some(rng, n, m), some(rng, n, k), some(rng, k, m)
    da, db = student.matmul_backward(g, a, b)
    return is_adjoint(da, lambda t: t @ b, g, a, rng) and is_adjoint(
        db, lambda t: a @ t, g, b, rng
    )


def an_axis(rng, ndim):
    return int(rng.integers(-ndim, ndim))


def sum_backward(student, rng):
    x = some(rng, *lengths(rng, rng.integers(1, 4)))
    pair = tuple(sorted(rng.permutation(x.ndim)[:2].tolist()))
    axis = [an_axis(rng, x.ndim), pair, None][rng.choice(3, p=[0.5, 0.3, 0.2])]
    g = some(rng, *np.shape(x.sum(axis)))
    g = np.float64(g) if axis is None else g
    yours = student.sum_backward(g, x, axis)
    return is_adjoint(yours, lambda t: t.sum(axis), g, x, rng)


def factored(rng, size):
    """Lengths of axes whose product is `size`."""
    made = []
    while size > 1:
        divisors = [d for d in range(2, size + 1) if size % d == 0]
        made.append(int(rng.choice(divisors)))
        size //= made[-1]
    return tuple(made)


def reshape_backward(student, rng):
    size = int(rng.choice([12, 24, 30, 36]))
    x, shape = some(rng, *factored(rng, size)), factored(rng, size)
    g = some(rng, *shape)
    yours = student.reshape_backward(g, x, shape)
    return is_adjoint(yours, lambda t: t.reshape(shape), g, x, rng)


def transpose_backward(student, rng):
    x = some(rng, *lengths(rng, rng.integers(2, 5)))
    axes = tuple(rng.permutation(x.ndim).tolist())
    g = some(rng, *x.transpose(axes).shape)
    yours = student.transpose_backward(g, x, axes)
    return is_adjoint(yours, lambda t: t.transpose(axes), g, x, rng)


def max_backward(student, rng):
    """Entry by entry: it gets g where no other of its group is larger."""
    shape = lengths(rng, rng.integers(1, 4))
    x, axis = some(rng, *shape), an_axis(rng, len(shape))
    g = some(rng, *np.shape(x.max(axis)))
    whole = np.broadcast_to(np.expand_dims(g, axis), x.shape)
    groups = (
        np.moveaxis(x, axis, -1)[..., None, :] <= np.moveaxis(x, axis, -1)[..., None]
    )
    right = whole * np.moveaxis(groups.all(-1), -1, axis)
    return near(student.max_backward(g, x, axis), right)


def column_bias_size(student, rng):
    own = student.numbers("column_bias_size", student.STUDENT)
    return near(student.column_bias_size, len(range(own["outputs"])) ** 2)


def one_weight(student, rng):
    """The whole network once more, that one weight moved by a complex step."""
    own = student.numbers("one_weight", student.STUDENT)
    moved = [[complex(w) for w in row] for row in own["W1"]]
    moved[0][2] += 1j * TINY
    z3 = complex(own["b2"])
    for weights, b, w in zip(moved, own["b1"], own["W2"], strict=True):
        z = sum(v * x for v, x in zip(weights, own["x"], strict=True)) + b
        z3 += w * z if z.real > 0 else 0
    right = ((z3 - own["y"]) ** 2).imag / TINY
    return not callable(student.one_weight) and near(student.one_weight, right)


def layer_backward(student, rng):
    """Each argument moved by a complex step: the gate stays where it is."""
    n, ins, outs = lengths(rng, 3)
    X, W, b = some(rng, n, ins), some(rng, outs, ins), some(rng, outs)
    g = some(rng, n, outs)

    def layer(X, W, b):
        z = X @ W.T + b
        return np.sum(g * z * (np.real(z) > 0))

    found = student.layer_backward(g, X, W, b)
    T, U, v = some(rng, n, ins), some(rng, outs, ins), some(rng, outs)
    right = [
        along(lambda X: layer(X, W, b), X, T),
        along(lambda W: layer(X, W, b), W, U),
        along(lambda b: layer(X, W, b), b, v),
    ]
    return all(
        np.shape(yours) == t.shape and near(np.sum(yours * t), slope, 1e-6, 1e-7)
        for yours, t, slope in zip(found, (T, U, v), right, strict=True)
    )


DECIDERS = {
    f.__name__: f
    for f in (
        affine_jacobian,
        relu_jacobian,
        softmax_jacobian,
        relu_vjp,
        softmax_vjp,
        unbroadcast,
        matmul_backward,
        sum_backward,
        reshape_backward,
        transpose_backward,
        max_backward,
        column_bias_size,
        layer_backward,
        one_weight,
        pull_back,
    )
}
