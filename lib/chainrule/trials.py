"""Small experiments with optimizers: what momentum allows, an online problem, a decay,
a comparison."""

from types import SimpleNamespace

import numpy as np

from chainrule.races import optimizer


def largest_stable(step, beta):
    """The largest rate at which a step of momentum doesn't diverge on ½w²: halve the
    interval between a rate that is stable and one that isn't."""
    stable, unstable = 0.0, 10.0
    for _ in range(12):
        rate = (stable + unstable) / 2
        w, z, last = 1.0, 0.0, []
        with np.errstate(all="ignore"):
            for _ in range(600):
                w, z = step(w, w, z, rate, beta)
                last = [*last[-19:], abs(w)]
        stable, unstable = (rate, unstable) if max(last) <= 10 else (stable, rate)
    return stable


def until_small(step, kappa, rate, beta):
    """Steps after which both weights, with the curvatures 1/κ and 1, stay below 0.001,
    in a run that is long enough for plain gradient descent."""
    w, z, last = np.ones(2), np.zeros(2), 0
    for number in range(1, 10 + 4 * kappa):
        w, z = step(w, np.array([1 / kappa, 1]) * w, z, rate, beta)
        if np.abs(w).max() > 1e-3:
            last = number
    return last + 1


def best_momentum(kappa):
    """Polyak's η and β for the curvatures 1/κ and 1, the best ones in a long run."""
    r = np.sqrt(1 / kappa)
    return 4 / (1 + r) ** 2, ((1 - r) / (1 + r)) ** 2


def online(step, keep_top, steps=2000):
    """Where w is after each step on the example of Reddi, Kale and Kumar (2018), by a
    step of AMSGrad; without the top it is Adam."""
    w, m, v, top = np.zeros((4, 1))
    places = []
    for t in range(1, steps + 1):
        dw = np.array([4.0 if t % 3 == 1 else -1.0])
        settings = t, 0.5 / np.sqrt(t), 0.0, 1 / 17, 1e-8
        before = top if keep_top else 0 * top
        w, m, v, top = step(w, dw, m, v, before, *settings)
        w = np.clip(w, -1, 1)
        places.append(w[0])
    return np.array(places)


def shrunk(kind, steps=3000):
    """The mean of 200 noisy and of 200 quiet weights after each step, from 1."""
    w = SimpleNamespace(data=np.ones((2, 200)), grad=None)
    walker = optimizer(kind, w, 0.001, weight_decay=0.1)
    rng, means = np.random.default_rng(0), []
    for _ in range(steps):
        w.grad = np.array([[1.0], [0.01]]) * rng.normal(size=(2, 200))
        walker.step()
        means.append(w.data.mean(axis=1))
    return np.array(means).T


def gap(step, memory, settings, kind, rate, timed=False):
    """The largest difference of three weights, by a step and by an optimizer of the
    library, over 50 steps with growing gradients.

    memory: how many arrays the step remembers; settings: what it takes besides; kind,
    rate: the library's; timed: whether the step takes t.
    """
    w = SimpleNamespace(data=np.array([1.0, -2.0, 0.5]), grad=None)
    walker, rng = optimizer(kind, w, rate), np.random.default_rng(8)
    mine, widest = (w.data.copy(), *np.zeros((memory, 3))), 0.0
    for t in range(1, 51):
        w.grad = 1.2**t * rng.choice([-1, 1], 3) * rng.uniform(0.95, 1.05, 3)
        mine = step(mine[0], w.grad, *mine[1:], *([t] if timed else []), *settings)
        walker.step()
        widest = max(widest, np.abs(mine[0] - w.data).max())
    return widest
