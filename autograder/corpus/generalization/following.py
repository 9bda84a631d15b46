"""Whether a Stopper follows the rules, on losses by chance."""

import math

import numpy as np


def losses_of(rng):
    """Coarse numbers, so that ties and steps of just min_delta are frequent."""
    checks, jump = int(rng.integers(1, 16)), rng.choice([0, 1, 3])
    falling = rng.choice([0, 1, 2]) * np.arange(checks)
    losses = (20 - falling + rng.integers(-jump, jump + 1, checks)) / 4
    losses += rng.choice([-1000, 0, 1000])
    losses[rng.random(checks) < rng.choice([0, 0.2])] = math.nan
    losses[0] = rng.choice([losses[0], math.nan], p=[0.7, 0.3])
    return losses.tolist()


def stopper(student, rng):
    return all(follows(student, rng) for _ in range(4))


def follows(student, rng):
    """Both rules said in words: how long ago the last gain was, and the lowest loss."""
    losses, patience = losses_of(rng), int(rng.integers(0, 4))
    min_delta = float(rng.choice([0, 0.25, 0.5, 1]))
    yours, keeper = student.Stopper(patience, min_delta), student.Stopper(99, min_delta)
    weights, gain_at, gained, seen = np.zeros(2), 0, math.inf, []
    stopped = False
    for t, loss in enumerate(losses, 1):
        weights += [t, -t]
        before = weights.copy()
        stops = [keeper.update(loss, weights)]
        stops += [] if stopped else [yours.update(loss, weights)]
        if not np.array_equal(weights, before):
            return False
        if gained - loss > min_delta:
            gain_at, gained = t, loss
        if loss == loss:
            seen.append((loss, t))
        expected = [False] if stopped else [False, t - gain_at > patience]
        if stops != expected or any(type(s) not in (bool, np.bool_) for s in stops):
            return False
        stopped = stopped or stops[1]
    if not seen:
        return keeper.best_weights is None
    best, t = min(seen)
    kept = np.asarray(keeper.best_weights, float)
    right = t * (t + 1) / 2 * np.array([1, -1])
    return float(keeper.best_loss) == best and np.array_equal(kept, right)
