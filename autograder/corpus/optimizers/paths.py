"""Paths of optimizers by sums over all steps, where the answers go step by step."""

from dataclasses import dataclass

import numpy as np

from corpus.measures import lengths, precise, some


@dataclass
class Steps:
    """What some steps of a walk are made of."""

    w: np.ndarray
    gs: np.ndarray
    rates: np.ndarray
    done: int

    def moved(self, moves):
        """Where the moves lead, one for each step."""
        return self.w + np.sum(moves, axis=0)


def drawn(rng, steps=3):
    """Weights of some shape, gradients with zeros among them, and rates."""
    shape = lengths(rng, 2, most=4)
    gs = some(rng, steps, *shape) * (rng.random((steps, *shape)) < 0.8)
    rates = rng.uniform(0.01, 0.6, steps)
    return Steps(some(rng, *shape), gs, rates, int(rng.integers(0, 9)))


def faded(beta, first, added):
    """An average after each step: what was there before and each addition, faded."""
    found = []
    for t in range(1, len(added) + 1):
        left = beta ** np.arange(t)[::-1]
        found.append(
            beta**t * first + (1 - beta) * np.tensordot(left, added[:t], axes=1)
        )
    return np.array(found)


def arrives(step, walk, state, right, settings, timed=False):
    """Whether an answer's steps lead to the right place, with the right state."""
    w, memory = walk.w.copy(), [a.copy() for a in state]
    for k, g in enumerate(walk.gs):
        t = [walk.done + k + 1] if timed else []
        given = w, g, *memory
        lent = [a.copy() for a in given]
        found = step(*lent, *t, walk.rates[k], *settings)
        same = all(map(np.array_equal, given, lent))
        if type(found) not in (tuple, list) or not same:
            return False
        w, *memory = found
    return len(memory) == len(state) and all(
        precise(mine, theirs) for mine, theirs in zip([w, *memory], right, strict=True)
    )


def per_step(rates, w):
    """The rates in a shape that multiplies one array for each step."""
    return rates.reshape(-1, *[1] * w.ndim)
