"""Where a Stopper stops and what it keeps: by the rules of the text, and by others."""

import numpy as np

from chainrule.questions.probes.generalization import weights_at


def gains(losses, min_delta):
    """Whether each loss is a gain, read off the whole list."""
    found, last = [], np.inf
    for loss in losses:
        found.append(bool(loss < last - min_delta))
        last = loss if found[-1] else last
    return found


def first_stop(losses, patience, min_delta):
    """The end of the first patience + 1 losses in a row without a gain."""
    gain = gains(losses, min_delta)
    ends = range(patience + 1, len(losses) + 1)
    return float(next((t for t in ends if not any(gain[t - patience - 1 : t])), 0))


def at(losses, t):
    """What is kept at loss number t."""
    return np.append(losses[t - 1], weights_at(t))


def lowest(losses, patience, min_delta):
    if np.isnan(losses).all():
        return np.array([np.inf])
    return at(losses, int(np.nanargmin(losses)) + 1)


def right_gain(loss, last, delta, **_):
    return loss < last - delta or np.isnan(last)


def stops(gain=right_gain, late=0, starts_anew=True, nan=""):
    """Where a Stopper stops whose rules are others.

    gain: whether a loss is a gain, from the last gain's loss, the lowest, the one
    before and min_delta; late: how many losses more are forgiven; nan: what comes of
    a NaN.
    """

    def rule(losses, patience, min_delta):
        last = low = before = np.inf
        waited = 0
        for t, loss in enumerate(losses, 1):
            if np.isnan(loss) and nan == "left out":
                continue
            if np.isnan(loss) and nan == "stops":
                return float(t)
            known = {"last": last, "low": low, "before": before, "delta": min_delta}
            if gain(loss, **known) or (np.isnan(loss) and nan == "a gain"):
                last, waited = loss, waited * (not starts_anew)
            else:
                waited += 1
                if waited > patience + late:
                    return float(t)
            low, before = np.fmin(low, loss), loss
        return 0.0

    return rule


def stops_with_equal(losses, patience, min_delta):
    """Where a Stopper stops whose count need only reach patience, also a count of 0."""
    return 1.0 if patience == 0 else stops(late=-1)(losses, patience, min_delta)


def keeps(better, best=np.inf):
    """What a Stopper keeps that finds another loss better."""

    def rule(losses, patience, min_delta):
        found, low = 0, best
        for t, loss in enumerate(losses, 1):
            if better(loss, low, min_delta):
                found, low = t, loss
        return at(losses, found) if found else np.array([best])

    return rule
