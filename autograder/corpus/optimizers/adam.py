"""AMSGrad."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import some
from corpus.optimizers.paths import arrives, drawn, faded, per_step

ANSWERS = {}


def amsgrad(student, rng):
    """Averages by their weights, the largest of all that came before."""
    walk = drawn(rng)
    beta1, beta2, eps = rng.uniform((0.3, 0.6, 0.005), (0.95, 0.99, 0.2))
    m, v = some(rng, *walk.w.shape) / 4, rng.uniform(0.01, 1, walk.w.shape)
    top = v * rng.choice([1, 2, 4], v.shape)
    if walk.done == 0:
        m, v, top = 0 * m, 0 * v, 0 * top
    means, squares = faded(beta1, m, walk.gs), faded(beta2, v, walk.gs**2)
    tops = np.array([np.max([top, *squares[: k + 1]], axis=0) for k in range(3)])
    t = per_step(walk.done + np.arange(1, 4), walk.w)
    m_hat, hat = means / (1 - beta1**t), tops / (1 - beta2**t)
    w = walk.moved(-per_step(walk.rates, walk.w) * m_hat / (hat**0.5 + eps))
    right, settings = [w, means[-1], squares[-1], tops[-1]], [beta1, beta2, eps]
    return arrives(student.amsgrad, walk, [m, v, top], right, settings, timed=True)


def step(
    m="beta1 * m + (1 - beta1) * dw",
    v="beta2 * v + (1 - beta2) * dw**2",
    top="np.maximum(top, v)",
    m_hat="m / (1 - beta1**t)",
    hat="top / (1 - beta2**t)",
    end="w - rate * m_hat / (np.sqrt(hat) + eps), m, v, top",
):
    """AMSGrad in which one piece is another's."""
    return f"""
m = {m}
v = {v}
top = {top}
m_hat, hat = {m_hat}, {hat}
return {end}"""


ANSWERS["amsgrad"] = Answers(
    args="w, dw, m, v, top, t, rate, beta1, beta2, eps",
    decider=amsgrad,
    right=[
        """
m = m + (1 - beta1) * (dw - m)
v = v + (1 - beta2) * (dw * dw - v)
top = np.where(v > top, v, top)
young1, young2 = 1 - beta1**t, 1 - beta2**t
return [w - rate / young1 * m / (np.sqrt(top) / np.sqrt(young2) + eps), m, v, top]""",
        """
new_m = np.average([m, dw], axis=0, weights=[beta1, 1 - beta1])
new_v = np.average([v, dw**2], axis=0, weights=[beta2, 1 - beta2])
new_top = np.max([top, new_v], axis=0)
root = (new_top / (1 - np.power(beta2, t))) ** 0.5
move = rate * new_m / (1 - np.power(beta1, t)) / (eps + root)
return w - move, new_m, new_v, new_top""",
    ],
    wrong=[
        step(top="np.maximum(top, v).max() + 0 * v"),
        step(top="top + v"),
        step(m_hat="m / (1 - beta1) ** t"),
        step(m_hat="m / (1 + beta1**t)"),
        step(m_hat="m / (1 - beta2**t)", hat="top / (1 - beta1**t)"),
        step(m="beta2 * m + (1 - beta2) * dw", v="beta1 * v + (1 - beta1) * dw**2"),
        step(end="w - rate * m_hat / (np.sqrt(hat) + eps), m, v, v"),
        step(end="w - rate * m_hat / (np.sqrt(hat) + eps), m, top, top"),
        step(end="w - rate * m_hat / (np.sqrt(hat) + eps)"),
        step(m_hat="beta1 * m + (1 - beta1) * dw"),
    ],
    told={step(end="0 * w, m, v, top"): "Every entry is 0."},
    mistakes={
        "The maximum is taken of corrected": step(
            top="np.maximum(top, v / (1 - beta2**t))", hat="top"
        ),
    },
)
