"""The best step.

"Best" is read off a V-shaped curve that is averaged over neighbours of x, since a
single point has lucky steps that mean nothing.
"""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Function, closed_form, torch_gradient
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import cases, mistakes


def wave(rng, dtype):
    """High above zero, so that rounding shows: √ε is always a poor step here."""
    a, b = uniform(rng, 1, 3), uniform(rng, 0.8, 1.4)
    side = int(rng.choice([-1, 1]))
    f = Function(
        f"{side * a} sin({b}x) + x² + 5",
        lambda m, x: side * a * m.sin(b * x) + x**2 + 5,
    )
    return {"f": f, "x": side * rng.uniform(0.6, 1.4), "dtype": dtype}


def errors_at(steps, f, x, dtype):
    """Root mean square error of central differences at 64 points around x, by step."""
    points = (x * (1 + np.linspace(-0.02, 0.02, 64))).astype(dtype)
    true = torch_gradient(Function("", lambda m, x: f.rule(m, x).sum()), points)
    h = np.reshape(steps, (-1, 1)).astype(dtype)
    slopes = (f(points + h) - f(points - h)) / (dtype(2) * h)
    return np.sqrt(np.mean((slopes.astype(float) - true) ** 2, axis=1))


def least_error(f, x, dtype):
    steps = 10.0 ** np.arange(-12 if dtype is np.float64 else -6, 0.1, 0.25)
    return steps[np.argmin(errors_at(steps, f, x, dtype))]


def is_a_step(h, dtype):
    return np.isfinite(h) and abs(h) <= 1e3 and dtype(h) > 0


def nearly_best(h, best, f, x, dtype):
    if h.ndim or not is_a_step(h, dtype):
        return False
    error, least = errors_at([h, best], f, x, dtype)
    return error <= 10 * least


def tell_step(h, f, x, dtype):
    if not is_a_step(h, dtype):
        return f"h = {h:.3g} is no step at all: take a positive number"
    return f"error {errors_at(h, f, x, dtype)[0]:.1e}"


def between(least, most):
    return lambda h, wrong, **_: h.ndim == 0 and least < h < most


def within(factor):
    return lambda h, wrong, **_: h.ndim == 0 and wrong / factor <= h <= wrong * factor


SUITS = {
    np.float64: "float32. In float64 rounding is much smaller, so a smaller",
    np.float32: "float64. In float32 rounding is much larger, so a larger",
}


def poor_steps(dtype):
    """The mistakes that a step for one dtype can be."""
    eps = float(np.finfo(dtype).eps)
    (other,) = (float(np.finfo(t).eps) for t in SUITS if t is not dtype)
    return {
        f"Your step suits {SUITS[dtype]} step is better. Take ε of the dtype given.": (
            lambda: other ** (1 / 3),
            within(4),
        ),
        "Your step is near the best one of a forward difference. The central "
        "difference's truncation error falls like h², so its balance lies at another "
        "power of ε.": (
            lambda: eps**0.5,
            within(4),
        ),
        "Your step is too small: the error is nearly all rounding. Balance it against "
        "truncation.": (lambda: eps, between(0, eps ** (1 / 3))),
        "Your step is too large: the error is nearly all truncation, and would shrink "
        "with h. Balance it against rounding.": (
            lambda: 0.1,
            between(eps ** (1 / 3), 1e3),
        ),
    }


def best_step(dtype):
    return Part(
        2,
        closed_form(least_error, "smallest error"),
        cases({dtype.__name__: [lambda rng: wave(rng, dtype)] * 5}),
        mistakes(poor_steps(dtype)),
        agree=nearly_best,
        show=tell_step,
        entries=False,
    )


best_h = Question(
    "best_h",
    best_step(np.float64),
    best_step(np.float32),
    hints=[
        "Two errors pull in opposite directions: truncation grows with h, "
        "rounding shrinks with it. Where do they balance?",
        "For a central difference the truncation error is like h², the rounding error "
        "like eps / h. np.finfo(dtype).eps gives eps.",
        "Set h² = eps / h and solve for h. The rest of the formula is worth less than "
        "the factor of ten you are allowed.",
    ],
)
