"""Quotients of one variable.

On a cubic the Taylor series ends, so what a quotient must give at a finite h is known
without forming it.
"""

import numpy as np

from chainrule.judge import Part, Question, close, one_number
from chainrule.oracle import Function, closed_form, torch_derivatives, torch_gradient
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import cases, mistakes


def cubic(rises, side):
    """A cubic that rises everywhere or falls everywhere, at an x on one side of 0.

    It bends there, one way, so that no two quotients agree.
    """

    def make(rng):
        a, b, c = (uniform(rng, *ends) for ends in ((1, 3), (0.5, 1.5), (1, 3)))
        a, b, c = rises * a, rises * side * b, rises * c
        return {
            "f": Function(
                f"{a}x³ + {b}x² + {c}x", lambda m, x: ((a * x + b) * x + c) * x
            ),
            "x": side * rng.uniform(0.5, 2),
            "h": rng.uniform(0.05, 0.5),
        }

    return make


def grower(rng):
    """A function with no derivative near zero, so that the error's order shows."""
    a, b = uniform(rng, 0.5, 2), uniform(rng, 0.7, 1.6)
    f = Function(f"{a} exp({b}x) + x³", lambda m, x: a * m.exp(b * x) + x**3)
    return {"f": f, "x": rng.uniform(0.5, 1.5)}


def taylor(f, x, h, forward):
    """f' + h f''/2 + h² f'''/6, where a symmetric quotient has no middle term."""
    first, second, third = torch_derivatives(f, x, 3)
    return first + forward * h / 2 * second + h**2 / 6 * third


def forward_quotient(f, x, h):
    return taylor(f, x, h, forward=1)


def central_quotient(f, x, h):
    return taylor(f, x, h, forward=0)


def order_of_error(answer, f, x):
    """Slope of log |error| against log h: how many powers of h the error is made of."""
    true = torch_gradient(f.f, x)
    steps = 10.0 ** np.arange(-1.5, -3.1, -0.5)
    errors = [abs(one_number(answer(f, x, h)) - true) for h in steps.tolist()]
    return np.polyfit(np.log(steps), np.log(np.array(errors) + 1e-300), 1)[0]


ORDERS = {
    "Your error shrinks like h, as that of a one-sided difference does. Take x + h and "
    "x - h.": 1,
    "Your error shrinks like h², as that of a central difference does. Here take x and "
    "x + h.": 2,
    "Your error doesn't shrink with h. For a tiny h, print your quotient beside the "
    "true slope, and divide one by the other.": 0,
}


def always(value):
    return lambda: value


def quotient(name, rule, order, power, wrong, hints):
    """A question in two parts: a quotient's value, and the order of its error."""
    value = Part(
        1,
        closed_form(rule, "Taylor's series"),
        cases({"a cubic": [cubic(1, -1), cubic(-1, 1), cubic(1, 1)]}),
        mistakes(wrong),
    )
    error = Part(
        1,
        closed_form(lambda f, x: order, f"order {order}"),
        cases({f"the error shrinks like {power}": grower}),
        mistakes({says: always(n) for says, n in ORDERS.items() if n != order}),
        drive=order_of_error,
        entries=False,
        agree=close(0, 0.15),
        show=lambda slope, **_: f"error like h^{slope:.2f}",
    )
    return Question(name, value, error, hints=hints)


SIGN = {
    "Your result has the opposite sign: which of the two values comes first?": (
        lambda right: -right
    )
}

forward_difference = quotient(
    "forward_difference",
    forward_quotient,
    order=1,
    power="h",
    wrong={
        "Your result is the central difference. Here the step goes one way only: from "
        "x to x + h.": central_quotient,
        "Your result is the backward difference. Step from x to x + h instead.": (
            lambda f, x, h: forward_quotient(f, x, -h)
        ),
        "Your result is the right difference, not yet divided by the step.": (
            lambda right, h: h * right
        ),
        "Your result is half of the right one: the two points are h apart, not 2h.": (
            lambda right: right / 2
        ),
        "You divide only f(x) by h: put brackets around the whole difference.": (
            lambda right, f, x, h: h * right + f(x) * (1 - 1 / h)
        ),
        **SIGN,
    },
    hints=[
        "The slope of a line through two points is rise over run. Which two points?",
        "The points are x and x + h. Ask f at both of them.",
        "Rise: the value at x + h minus the value at x. Run: h.",
    ],
)

central_difference = quotient(
    "central_difference",
    central_quotient,
    order=2,
    power="h²",
    wrong={
        "Your result is twice the right one: x + h and x - h are 2h apart.": (
            lambda right: 2 * right
        ),
        "Your result is the forward difference. Step to both sides of x.": (
            forward_quotient
        ),
        "Your result is half a forward difference: if you divide by 2h, the points "
        "must be x + h and x - h.": lambda f, x, h: forward_quotient(f, x, h) / 2,
        **SIGN,
        "Your result is h² times the right one: mind the brackets in a / (2 * h).": (
            lambda right, h: h**2 * right
        ),
        "You divide only the second value by 2h: put brackets around the whole "
        "difference.": (
            lambda right, f, x, h: 2 * h * right + f(x - h) * (1 - 0.5 / h)
        ),
    },
    hints=[
        "Draw the line through two points that lie on either side of x.",
        "Ask f at x + h and at x - h. How far apart are these two points?",
        "Rise: the value at x + h minus the value at x - h. Run: the whole distance.",
    ],
)
