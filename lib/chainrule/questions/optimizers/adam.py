"""AMSGrad: Adam that divides by the largest average of squares so far."""

import numpy as np

from chainrule.judge import Question
from chainrule.questions.draws import numbers_of
from chainrule.questions.optimizers.beside_torch import by_torch, walking


def averages(rng, shape):
    """Averages of young runs; in some coordinates v has been larger before."""
    v = rng.uniform(0.05, 0.6, shape)
    return 0.3 * numbers_of(rng, *shape), v, v * rng.choice([1, 3], shape)


def settings(rng):
    return {
        "beta1": float(rng.uniform(0.6, 0.8)),
        "beta2": float(rng.uniform(0.85, 0.97)),
        "eps": float(rng.uniform(0.02, 0.1)),
    }


def like(
    square=lambda dw: dw**2,
    corrected=lambda x, beta, t: x / (1 - beta**t),
    corrected_v=None,
    highest=np.maximum,
    compared=lambda v, beta, t: v,
    under=lambda x, eps: np.sqrt(x) + eps,
    along=lambda m, dw: m,
    later=0,
    mixed=lambda beta: (beta, 1 - beta),
    stored=False,
):
    """A step of AMSGrad in which some of its pieces are other ones."""
    corrected_v = corrected_v or corrected

    def step(w, dw, m, v, top, t, rate, beta1, beta2, eps):
        t = t + later
        (a, b), (c, d) = mixed(beta1), mixed(beta2)
        m, v = a * m + b * dw, c * v + d * square(dw)
        top = highest(top, compared(v, beta2, t))
        m_hat, hat = corrected(m, beta1, t), corrected_v(top, beta2, t)
        w = w - rate * along(m_hat, dw) / under(hat, eps)
        return (w, m_hat, v / (1 - beta2**t), hat) if stored else (w, m, v, top)

    return step


def raw(x, beta, t):
    return x


amsgrad = Question(
    "amsgrad",
    walking(
        3,
        by_torch(
            "Adam",
            lambda beta1, beta2, eps: {
                "betas": (beta1, beta2),
                "eps": eps,
                "amsgrad": True,
            },
            ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"],
        ),
        averages,
        settings,
        {
            "That is Adam: it divides by the root of v itself. AMSGrad takes the "
            "largest v so far.": like(highest=lambda top, v: v),
            "Nothing is corrected. Young averages are too small: divide by 1 - "
            "beta^t.": (like(corrected=raw)),
            "Only m is corrected. The average of the squares began at 0 too.": like(
                corrected_v=raw
            ),
            "Only the squares are corrected. m began at 0 too.": like(
                corrected=raw, corrected_v=lambda x, beta, t: x / (1 - beta**t)
            ),
            "You return the corrected averages. Return m, v and top without the "
            "correction.": like(stored=True),
            "That divides by 1 - beta at every step. Divide by 1 - beta^t, the sum of "
            "the coefficients.": like(corrected=lambda x, beta, t: x / (1 - beta)),
            "The correction counts one step too many: t is 1 at the first step.": like(
                later=1
            ),
            "eps stands under the root. Take the root first, then add eps.": like(
                under=lambda x, eps: np.sqrt(x + eps)
            ),
            "The root is missing: v is an average of squares.": like(
                under=lambda x, eps: x + eps
            ),
            "The step goes along the gradient. Let it go along the corrected m.": (
                like(along=lambda m, dw: dw)
            ),
            "The new term has the coefficient 1 in both averages. It should have "
            "1 - beta.": like(mixed=lambda beta: (beta, 1)),
            "The maximum is taken of corrected values. Compare the uncorrected v, and "
            "correct the largest one afterwards.": like(
                compared=lambda v, beta, t: v / (1 - beta**t), corrected_v=raw
            ),
            "You took the *smallest* v so far. Take the largest.": like(
                highest=np.minimum
            ),
        },
        ("w", "m", "v", "top"),
        timed=True,
    ),
    hints=[
        "Five lines: m, v, top, the two corrected copies, the step. All but top are "
        "as in Adam.",
        "top = np.maximum(top, v) compares uncorrected values, entry by entry. The "
        "step divides by the root of top / (1 - beta2**t).",
        "m_hat = m / (1 - beta1**t); then w - rate * m_hat / "
        "(np.sqrt(top / (1 - beta2**t)) + eps), and return m, v and top uncorrected.",
    ],
)

QUESTIONS = [amsgrad]
