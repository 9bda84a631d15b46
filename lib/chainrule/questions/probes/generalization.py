"""Probes of 5-generalization/10_generalization: a Stopper sees scripted losses."""

import numpy as np


def stopped_at(student, losses, patience, min_delta):
    """The number of the loss at which a Stopper says stop, 0 where it never does."""
    stopper, beside = pair(student, patience, min_delta)
    for t, loss in enumerate(losses, 1):
        if told(stopper, loss, weights_at(t)):
            return float(t)
        told(beside, -t, weights_at(-t))
    return 0.0


def kept(student, losses, patience, min_delta):
    """[best_loss, *best_weights] after all losses; where none is kept, [best_loss].
    The weights change in place, as training changes them."""
    stopper, beside = pair(student, patience, min_delta)
    weights = weights_at(0)
    for t, loss in enumerate(losses, 1):
        weights[:] = weights_at(t)
        told(stopper, loss, weights)
        told(beside, -t, -weights)
    found = stopper.best_weights
    if found is not None and np.shape(found) != weights.shape:
        raise Exception("best_weights has another shape than the weights given.")
    return np.append(float(stopper.best_loss), [] if found is None else found)


def pair(student, patience, min_delta):
    """Two Stoppers that must not know of each other."""
    return [student.Stopper(patience, min_delta) for _ in range(2)]


def weights_at(t):
    """What the weights are at loss number t."""
    return np.array([t, -t, t * t], float)


def told(stopper, loss, weights):
    before = weights.copy()
    stop = stopper.update(loss, weights)
    if not isinstance(stop, (bool, np.bool_)):
        raise Exception(f"update returned {stop!r:.40}. Return True or False.")
    if not np.array_equal(weights, before):
        raise Exception("update changed the weights that it was given.")
    return stop
