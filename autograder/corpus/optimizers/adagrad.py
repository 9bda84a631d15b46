"""AdaGrad with a rate that falls, and two steps of a printed rule."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near
from corpus.optimizers.paths import arrives, drawn, per_step

ANSWERS = {}


def decaying_adagrad(student, rng):
    """All sums of squares and all rates at once."""
    walk = drawn(rng)
    lr_decay, eps = rng.uniform(0.05, 0.5), rng.uniform(0.005, 0.2)
    s = rng.uniform(0, 3, walk.w.shape) * rng.choice([0, 1])
    sums = s + np.cumsum(walk.gs**2, axis=0)
    t = walk.done + np.arange(1, len(walk.gs) + 1)
    rates = per_step(walk.rates / (1 - lr_decay + t * lr_decay), walk.w)
    w = walk.moved(-rates * walk.gs / (sums**0.5 + eps))
    settings = [lr_decay, eps]
    right = [w, sums[-1]]
    return arrives(student.decaying_adagrad, walk, [s], right, settings, timed=True)


def step(s="s + dw * dw", slow="rate / (1 + (t - 1) * lr_decay)", root="np.sqrt(s)"):
    """AdaGrad in which one piece is another's."""
    return f"""
s = {s}
slow = {slow}
return w - slow * dw / ({root} + eps), s"""


ANSWERS["decaying_adagrad"] = Answers(
    args="w, dw, s, t, rate, lr_decay, eps",
    decider=decaying_adagrad,
    right=[
        """
new = np.square(dw) + s
under = (new**0.5 + eps) * (1 + lr_decay * (t - 1))
return [w - rate * dw / under, new]""",
        """
slow = rate / (1 - lr_decay + t * lr_decay)
flat = [
    (a - slow * b / (np.sqrt(c + b * b) + eps), c + b * b)
    for a, b, c in zip(w.ravel(), dw.ravel(), s.ravel())
]
both = np.array(flat).T
return both[0].reshape(w.shape), both[1].reshape(w.shape)""",
    ],
    wrong=[
        step(s="s + np.abs(dw)"),
        step(s="s + dw.mean() ** 2"),
        step(s="np.maximum(s, dw**2)"),
        step(slow="rate * (1 - lr_decay) ** (t - 1)"),
        step(slow="rate / (t - 1 + lr_decay)"),
        step(slow="rate / np.sqrt(t) / (1 + (t - 1) * lr_decay)"),
        step(root="np.sqrt(s / t)"),
        step(root="eps * np.sqrt(s)"),
        step() + ", t + 1",
    ],
    told={"0 * w, s": "Every entry is 0."},
    mistakes={"eps is missing": step().replace(" + eps", "")},
)


def centred_norm(student, rng):
    """The second step repeats what the first did, to the last digit that counts."""
    own = student.numbers("centred_norm", student.STUDENT)
    w = own["w"]
    for _ in range(2):
        w = w - own["rate"] * w / own["eps"]
    found = student.centred_norm
    return not callable(found) and near(found, w, 5e-4)


ANSWERS["centred_norm"] = Answers(
    above="""
own = numbers("centred_norm", STUDENT)
w, rate, eps = own["w"], own["rate"], own["eps"]""",
    decider=centred_norm,
    right=[
        "w * (rate / eps - 1) ** 2",
        """
for _ in range(2):
    w = w - rate * w / eps
centred_norm = w""",
    ],
    wrong=[
        "0.0",
        "-w * (1 - rate / eps) ** 2",
        "(1 - rate / eps) ** 2",
        "w - 2 * rate / eps",
        "w * (rate / eps) ** 2 / 2",
        "w * (1 - rate * eps) ** 2",
        "w * (1 - rate / eps**2) ** 2",
        "None",
    ],
    told={"2 * w * (1 - rate / eps) ** 2": ""},
)
