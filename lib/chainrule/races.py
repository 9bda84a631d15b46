"""Surfaces with two weights, and the library's optimizers as runners on them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

RUNNERS = {  # the library's class, and its settings
    "plain": ("SGD", {}),
    "momentum": ("Momentum", {"beta": 0.9}),
    "AdaGrad": ("AdaGrad", {}),
    "RMSProp": ("RMSProp", {"rho": 0.9}),
    "Adam": ("Adam", {"betas": (0.9, 0.99)}),
}


def optimizer(kind, w, rate, **settings):
    """The library's optimizer of this name, for one array of weights."""
    from chainrule import optim  # answers may not use it: it is no name of a lesson

    return getattr(optim, kind)([w], rate, **settings)


class Surface(NamedTuple):
    """A loss of two weights with its gradient, and where races start.

    Both also take two rows of weights, a run in each column.
    """

    name: str
    loss: Callable
    gradient: Callable
    start: tuple[float, float]


def valley(turned=0.0, steep=100.0):
    """½ (x² + steep · y²), its axes turned by so many degrees; the start turns too."""
    c, s = np.cos(np.radians(turned)), np.sin(np.radians(turned))
    R = np.array([[c, s], [-s, c]])
    H = R.T @ np.diag([1.0, steep]) @ R
    name = f"a valley rotated by {turned:g}°" if turned else "a valley along an axis"
    start = tuple(R.T @ [4.0, 1.0])
    return Surface(
        name, lambda w: (w * (H @ w)).sum(axis=0) / 2, lambda w: H @ w, start
    )


def bend():
    """Rosenbrock's curved valley, flatter than usual: (1 − x)² + 10 (y − x²)²."""

    def loss(w):
        return (1 - w[0]) ** 2 + 10 * (w[1] - w[0] ** 2) ** 2

    def gradient(w):
        off = w[1] - w[0] ** 2
        return np.array([-2 * (1 - w[0]) - 40 * w[0] * off, 20 * off])

    return Surface("a valley with a bend", loss, gradient, (-1.0, 1.5))


def run(runner, surface, rate, steps, seed=None, noise=0.0, scale=1.0):
    """Where a runner was before and after each step, and what it remembered then.

    seed: moves the start, and draws the noise that is added to each gradient; scale
    multiplies the loss. It ends early where the numbers become infinite.
    """
    kind, settings = RUNNERS[runner]
    rng = np.random.default_rng(seed)
    start = np.array(surface.start) + (0 if seed is None else rng.normal(0, 0.1, 2))
    w = SimpleNamespace(data=start, grad=None)
    walker = optimizer(kind, w, rate, **settings)
    places, states = [w.data.copy()], [walker.state()]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            w.grad = scale * (surface.gradient(w.data) + noise * rng.normal(size=2))
            if not np.isfinite(w.grad @ w.grad):
                break
            walker.step()
            places.append(w.data.copy())
            states.append(walker.state())
    return np.array(places), states


def last_loss(runner, surface, rate, steps, seed=None, noise=0.0):
    """The loss at the end of a run; infinite where it diverges."""
    places, _ = run(runner, surface, rate, steps, seed, noise)
    if len(places) <= steps:
        return np.inf
    with np.errstate(all="ignore"):
        return float(np.nan_to_num(surface.loss(places[-1]), nan=np.inf))


def raced(report, surface, rates, seeds, fresh):
    """For each runner, its report: the chosen rate, and its losses on fresh seeds."""

    def trial(runner):
        return lambda rate, seed: last_loss(
            runner, surface, rate, 100, seed, noise=0.03
        )

    return {runner: report(trial(runner), rates, seeds, fresh) for runner in RUNNERS}


def stays_below(losses, share):
    """The steps after which losses stay below a share of the first; as many as there
    are losses where they end above."""
    above = ~(losses < share * losses[0])
    return len(losses) - np.argmax(above[::-1], axis=0)


def steps_needed(runner, surface, rate, most, share=0.01):
    """The steps after which the loss stays below a share of the first, in a run of
    `most` steps; most + 1 where it ends above."""
    places, _ = run(runner, surface, rate, most)
    if len(places) <= most:
        return most + 1
    with np.errstate(all="ignore"):
        return int(stays_below(surface.loss(places.T), share))


def fewest_steps(runner, surface, rates, most):
    """The steps that the best of the rates needs until the loss stays below 1% of the
    first, in runs of `most` steps; most + 1 where all end above."""
    return int(stays_below(side_by_side(runner, surface, rates, most), 0.01).min())


def side_by_side(runner, surface, rates, steps):
    """The loss before and after each step, a column for each rate.

    A step is the rate times what the optimizer makes of a gradient. So one optimizer
    with the rate 1 serves all.
    """
    kind, settings = RUNNERS[runner]
    start = np.array(surface.start)[:, None]
    w = SimpleNamespace(data=np.repeat(start, len(rates), axis=1), grad=None)
    walker = optimizer(kind, w, 1.0, **settings)
    losses = [surface.loss(w.data)]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            before = w.data.copy()
            w.grad = np.nan_to_num(surface.gradient(before))
            walker.step()
            w.data = before + rates * (w.data - before)
            losses.append(surface.loss(w.data))
    return np.array(losses)


def bars(runner, states, eps=0.01):
    """For each step, what a runner remembers, and the rates of two weights where each
    has its own, all as fractions of the largest in its race."""

    def all_of(name):
        return np.array([np.abs(state[name]) for state in states])

    kept = {name: all_of(name) for name in ("z", "m") if name in states[0]}
    square = next((name for name in ("s", "v") if name in states[0]), None)
    if square:
        under = "√s" if runner == "AdaGrad" else "√v"
        kept[under] = root = np.sqrt(all_of(square))
        if runner == "Adam":
            under, root = "√v̂", root / np.sqrt(weight_so_far(len(states)))[:, None]
        kept[f"η/{under}"] = np.where(root > 0, 1 / (root + eps), 0)
    if not kept:
        kept["η"] = np.ones((len(states), 2))
    shares = {what: array / array.max() for what, array in kept.items()}
    return [
        {what: share[k] for what, share in shares.items()} for k in range(len(states))
    ]


def weight_so_far(count):
    """The weights in Adam's average of squares, added up, before and after each step;
    1 before the first."""
    _, settings = RUNNERS["Adam"]
    t = np.maximum(np.arange(count), 1)
    return np.where(np.arange(count) > 0, 1 - settings["betas"][1] ** t, 1)
