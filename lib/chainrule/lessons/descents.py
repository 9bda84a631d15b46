"""What the lesson on gradient descent goes on with where an answer isn't right yet."""

from types import SimpleNamespace

import numpy as np


def descent(gradient, theta, rate, most, small):
    """Where descent with the library's optimizer ends, and after how many steps."""
    from chainrule import optim

    p = SimpleNamespace(data=np.array(theta, float), grad=None)
    sgd, taken, moved = optim.SGD([p], rate), 0, np.inf
    while taken < most and moved >= small:
        before = p.data.copy()
        p.grad = np.asarray(gradient(before))
        sgd.step()
        taken, moved = taken + 1, np.linalg.norm(p.data - before)
    return p.data.copy(), taken


def stable_rate(X):
    """The largest stable rate for the rows of X, by trying: halve an interval."""
    low, high = 0.0, 8 * len(X) / np.sum(X**2) * X.shape[1]
    for _ in range(50):
        rate, w = (low + high) / 2, np.linspace(1, 2, X.shape[1])
        for _ in range(300):
            w = w / np.linalg.norm(w)
            w = w - rate * X.T @ (X @ w) / len(X)
        low, high = (low, rate) if np.linalg.norm(w) > 1 else (rate, high)
    return low


def way_down(H):
    """The direction of the most negative curvature: uphill on -H, again and again."""
    v = np.linspace(1, 2, len(H))
    for _ in range(1000):
        v = v - 0.1 * H @ v / np.abs(H).max()
        v = v / np.linalg.norm(v)
    return v if v @ H @ v < -1e-6 else 0 * v


def epoch(n, size, shuffle):
    """The batches of one epoch, the last one shorter."""
    order = shuffle(n)
    return [order[rows] for rows in np.split(np.arange(n), range(size, n, size))]


def slope_by_ends(gradients, sizes):
    """The slope of log variance over log batch size, from the two ends alone."""
    ends = [np.log(gradients(size).var(axis=0).sum()) for size in sizes[[0, -1]]]
    return np.diff(ends)[0] / np.log(sizes[-1] / sizes[0])


def losses_of_random_search(curvatures, seed):
    """How many losses are computed until a thousandth of the distance is left; moves
    that lower the loss stay, and change how far the next move goes."""
    rng, c = np.random.default_rng(seed), curvatures
    theta, size, calls = np.ones(len(c)), 1.0, 0
    while np.linalg.norm(theta) > 1e-3 * np.sqrt(len(c)):
        tried, calls = theta + size * rng.normal(size=len(c)), calls + 1
        better = c @ tried**2 < c @ theta**2
        theta, size = (tried, 2 * size) if better else (theta, 0.84 * size)
    return calls
