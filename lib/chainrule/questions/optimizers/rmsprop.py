"""RMSProp that subtracts the square of the average gradient."""

import numpy as np

from chainrule.judge import Question
from chainrule.questions.draws import numbers_of
from chainrule.questions.optimizers.beside_torch import by_torch, walking


def averages(rng, shape):
    m = 0.5 * numbers_of(rng, *shape)
    return m, m**2 + rng.uniform(0.3, 2, shape)


def settings(rng):
    return {"rho": float(rng.uniform(0.6, 0.9)), "eps": float(rng.uniform(0.05, 0.2))}


def like(
    square=lambda dw: dw**2,
    spread=lambda m, v: v - m**2,
    under=lambda x, eps: np.sqrt(x) + eps,
    weights=lambda rho: (rho, 1 - rho),
    top=lambda dw, m: dw,
    kept=lambda old, new: (new, new),
):
    """A step of centred RMSProp in which some of its pieces are other ones.

    kept(old, new): the averages that the step takes, and those that are returned.
    """

    def step(w, dw, m, v, rate, rho, eps):
        a, b = weights(rho)
        new = a * m + b * dw, a * v + b * square(dw)
        used, returned = kept((m, v), new)
        return w - rate * top(dw, used[0]) / under(spread(*used), eps), *returned

    return step


centred_rmsprop = Question(
    "centred_rmsprop",
    walking(
        3,
        by_torch(
            "RMSprop",
            lambda rho, eps: {"alpha": rho, "eps": eps, "centered": True},
            ["grad_avg", "square_avg"],
        ),
        averages,
        settings,
        {
            "That is RMSProp without the centre: m² is never subtracted.": like(
                spread=lambda m, v: v
            ),
            "m itself is subtracted. The variance is v minus the *square* of m.": like(
                spread=lambda m, v: np.abs(v - m)
            ),
            "m² is added. The variance is the mean square minus the squared mean.": (
                like(spread=lambda m, v: v + m**2)
            ),
            "eps stands under the root. Take the root first, then add eps.": like(
                under=lambda x, eps: np.sqrt(x + eps)
            ),
            "The root is missing: the step divides by the root of v - m², plus eps.": (
                like(under=lambda x, eps: x + eps)
            ),
            "rho and 1 - rho are swapped. The old averages have the coefficient rho.": (
                like(weights=lambda rho: (1 - rho, rho))
            ),
            "The step goes along the average m. It goes along the gradient dw.": like(
                top=lambda dw, m: m
            ),
            "The step goes along dw - m. Only the divisor is centred: step along "
            "dw.": like(top=lambda dw, m: dw - m),
            "The step uses the old averages. Update both averages first.": like(
                kept=lambda old, new: (old, new)
            ),
            "The step is right, but it returns the old averages. The next step needs "
            "the new averages.": like(kept=lambda old, new: (new, old)),
        },
        ("w", "m", "v"),
    ),
    hints=[
        "First update both averages: m of the gradients, v of their squares, with "
        "the same rho.",
        "The variance is v - m**2, entry by entry. The step divides dw by its root "
        "plus eps.",
        "m = rho * m + (1 - rho) * dw; v likewise with dw**2; then "
        "w - rate * dw / (np.sqrt(v - m**2) + eps), m, v.",
    ],
)

QUESTIONS = [centred_rmsprop]
