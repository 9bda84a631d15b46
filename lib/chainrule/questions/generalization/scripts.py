"""Scripted validation losses: what a rule for stopping has to cope with.

All are multiples of 1/64, so that a loss which is just min_delta lower is so exactly.
"""

import numpy as np

UNIT = 1 / 64
LARGE = 1000 * 64  # no number that a Stopper may begin with is above all losses


def script(losses, patience, delta):
    """A case's arguments; losses and delta are counted in units."""
    losses = [float(loss) * UNIT for loss in losses]
    return {"losses": losses, "patience": int(patience), "min_delta": delta * UNIT}


def falling(rng, count, delta):
    """Losses that are gains, one after the other."""
    return 200 - np.cumsum(delta + rng.integers(1, 6, count))


def settings(rng):
    return int(rng.integers(2, 5)), int(rng.integers(2, 7))


def plateau(rng):
    """No gain any more, though some losses are lower, one by just min_delta."""
    patience, delta = settings(rng)
    fall = falling(rng, rng.integers(3, 6), delta)
    flat = fall[-1] + rng.integers(-delta + 1, 9, patience + 3)
    flat[rng.permutation(patience)[:2]] = fall[-1] - np.array([delta, 1])
    return script([*fall, *flat], patience, delta)


def ties(rng):
    patience, _ = settings(rng)
    fall = falling(rng, rng.integers(3, 6), 0)
    return script([*fall, *[fall[-1]] * (patience + 3)], patience, 0)


def creep(rng):
    """Each loss is a little lower; every third one is a gain."""
    patience, step = int(rng.integers(2, 5)), int(rng.integers(2, 5))
    slow = 200 - step * np.arange(rng.integers(9, 13))
    flat = slow[-1] + rng.integers(1, 9, patience + 3)
    return script([*slow, *flat], patience, 3 * step - 1)


def best_first(rng):
    patience, delta = settings(rng)
    up = LARGE + np.cumsum(rng.integers(1, 9, patience + 4))
    return script([LARGE, *up], patience, delta)


def no_patience(rng):
    """One loss without a gain, in the midst of a fall."""
    delta = int(rng.integers(0, 5))
    fall = falling(rng, 7, delta)
    at = rng.integers(2, 5)
    fall[at] = fall[at - 1] + rng.integers(1, 9)
    return script(fall, 0, delta)


def starts(rng):
    """Several times as many losses without a gain as are forgiven, then more. Losses
    may be below 0."""
    patience, delta = settings(rng)
    losses = []
    for low in falling(rng, 3, delta) - 500:
        losses += [low, *(low + rng.integers(1, 9, patience))]
    return script([*losses, 0], patience, delta)


def never(rng):
    patience, delta = settings(rng)
    return script(falling(rng, 8, delta), patience, delta)


def up_and_down(rng):
    """Any losses, with ties among them."""
    losses = rng.integers(-6, 7, 12) - np.arange(12)
    return script(losses, rng.integers(0, 4), int(rng.integers(0, 5)))


def one_nan(rng):
    """A NaN is one of the losses that are forgiven; those after it stop."""
    patience, delta = settings(rng)
    fall = falling(rng, rng.integers(3, 6), delta)
    flat = fall[-1] + rng.integers(0, 9, patience + 2).astype(float)
    flat[rng.integers(patience)] = np.nan
    return script([*fall, *flat], patience, delta)


def nan_then_gains(rng):
    patience, delta = settings(rng)
    fall = falling(rng, 6, delta).astype(float)
    fall[rng.integers(1, 4)] = np.nan
    return script([*fall, *[300] * (patience + 2)], patience, delta)


def nan_first(rng):
    patience, delta = settings(rng)
    fall = falling(rng, 3, delta)
    return script([np.nan, *fall, *[300] * (patience + 2)], patience, delta)


def nothing_but_nan(rng):
    patience, delta = settings(rng)
    return script([np.nan] * (patience + 3), patience, delta)


def dip(rng):
    losses = 100 + rng.permutation(np.arange(1, 9))
    losses[rng.integers(2, 6)] = 90
    return losses


def to_keep(losses):
    """A script that no rule stops, for what is kept in the end."""
    return lambda rng: script(losses(rng), 99, int(rng.integers(4, 9)))


def equal_dips(rng):
    losses = dip(rng)
    losses[[1, 6]] = 80
    return losses


def small_dip(rng):
    """Two losses lower than the last gain, but by less than min_delta."""
    losses = 100 + rng.permutation(np.arange(1, 9))
    losses[[0, rng.integers(2, 5), 6]] = 80, 77, 78
    return losses


def nan_and_dip(rng):
    losses = dip(rng).astype(float)
    losses[[0, 6]] = np.nan
    return losses


STOPS = {
    "a plateau": [plateau] * 2,
    "ties": ties,
    "a slow creep": creep,
    "the best loss comes first": best_first,
    "patience 0": no_patience,
    "improving again and again": starts,
    "always improving": never,
    "up and down": [up_and_down] * 4,
}
WITH_NAN = {
    "a NaN on a plateau": [one_nan] * 2,
    "a NaN during the fall": nan_then_gains,
    "a NaN first": nan_first,
    "nothing but NaN": nothing_but_nan,
}
KEPT = {
    "a dip": to_keep(dip),
    "a dip, all below 0": to_keep(lambda rng: dip(rng) - 200),
    "nothing but NaN": to_keep(lambda rng: np.full(5, np.nan)),
    "two equal dips": to_keep(equal_dips),
    "a dip smaller than min_delta": to_keep(small_dip),
    "a NaN first, and one after a dip": to_keep(nan_and_dip),
    "the best loss comes first": to_keep(lambda rng: LARGE + np.sort(dip(rng))),
}
