"""Decoupled weight decay."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise, some

ANSWERS = {}


def decoupled(student, rng):
    """A step that isn't the judge's, and that is told what it gets."""
    shape = lengths(rng, 2)
    w, dw, state = some(rng, *shape), some(rng, *shape), some(rng, *shape)
    rate, decay = rng.uniform(0.01, 0.7), rng.uniform(0.05, 1.2)

    def step(w, dw, state, rate):
        return np.cos(rate * w) + dw * state, state * w - np.sin(dw)

    found = student.decoupled(step, w.copy(), dw.copy(), state.copy(), rate, decay)
    shrunk = w - w * rate * decay
    right = step(shrunk, dw, state, rate)
    return (
        type(found) in (tuple, list)
        and len(found) == 2
        and precise(found[0], right[0])
        and precise(found[1], right[1])
    )


ANSWERS["decoupled"] = Answers(
    args="step, w, dw, state, rate, decay",
    decider=decoupled,
    right=[
        """
shrunk = w - rate * decay * w
moved, state = step(shrunk, dw, state, rate)
return moved, state""",
        """
found = step(np.multiply(w, 1 - rate * decay), dw, state, rate)
return [found[0], found[1]]""",
    ],
    wrong=[
        "step((1 - rate * decay) * w, dw, state, rate)[0]",
        """
new, state = step((1 - rate * decay) * w, dw, state, rate)
return state, new""",
        """
new, state = step(w, dw, state, rate)
return new - decay * new, state""",
        "step(w - rate * decay, dw, state, rate)",
        "step((1 - rate) * w, dw, state, rate)",
        "step(w / (1 + rate * decay), dw, state, rate)",
        "step((1 - rate * decay) * w, (1 - rate * decay) * dw, state, rate)",
        "step((1 - rate * decay) * w, dw + decay * w, state, rate)",
        """
dw += decay * w
return step(w, dw, state, rate)""",
    ],
    told={"step(0 * w, dw, state, rate)": ""},
)
