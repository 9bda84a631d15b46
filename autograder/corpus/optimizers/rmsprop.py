"""Centred RMSProp."""

from corpus.answers import Answers
from corpus.measures import some
from corpus.optimizers.paths import arrives, drawn, faded, per_step

ANSWERS = {}


def centred_rmsprop(student, rng):
    """The averages by their weights; the variance as an average of squared gaps."""
    walk = drawn(rng)
    rho, eps = rng.uniform(0.3, 0.95), rng.uniform(0.02, 0.3)
    m = some(rng, *walk.w.shape) / 4
    spread = rng.uniform(0.1, 2, walk.w.shape)
    means = faded(rho, m, walk.gs)
    squares = faded(rho, m**2 + spread, walk.gs**2)
    deviation = (squares - 2 * means * means + means**2) ** 0.5
    w = walk.moved(-per_step(walk.rates, walk.w) * walk.gs / (deviation + eps))
    right = [w, means[-1], squares[-1]]
    state = [m, m**2 + spread]
    return arrives(student.centred_rmsprop, walk, state, right, [rho, eps])


def step(
    m="rho * m + (1 - rho) * dw", v="rho * v + (1 - rho) * dw**2", under="v - m**2"
):
    """Centred RMSProp in which one piece is another's."""
    return f"""
m = {m}
v = {v}
return w - rate * dw / (np.sqrt({under}) + eps), m, v"""


ANSWERS["centred_rmsprop"] = Answers(
    args="w, dw, m, v, rate, rho, eps",
    decider=centred_rmsprop,
    right=[
        """
mean = m + (1 - rho) * (dw - m)
square = v + (1 - rho) * (dw * dw - v)
deviation = (square - mean * mean) ** 0.5
return [w - rate / (deviation + eps) * dw, mean, square]""",
        """
both = rho * np.stack([m, v]) + (1 - rho) * np.stack([dw, dw**2])
return w - rate * dw / (eps + np.sqrt(both[1] - both[0] ** 2)), both[0], both[1]""",
    ],
    wrong=[
        step(under="v - m.mean() ** 2"),
        step(under="np.maximum(v - dw.mean() ** 2, 0)"),
        step(v="rho * v + (1 - rho) * (dw - m) ** 2"),
        step(v="rho * v + (1 - rho) * (dw - m) ** 2", under="v"),
        step(under="np.abs(m**2 - v) / (1 - rho)"),
        step(m="m + dw", under="np.abs(v - m**2)"),
        step(v="v + dw**2"),
        step(m="rho * m + (1 - rho) * dw**2"),
        step() + " - m**2",
    ],
    told={"0 * w, m, v": "Every entry is 0."},
)
