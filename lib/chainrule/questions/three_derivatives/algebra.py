"""By hand: what algebra gives."""

import numpy as np

from chainrule.oracle import Function, Oracle, torch_gradient
from chainrule.questions.kinds import called, own_value


def autograd_of(rule):
    """torch.autograd's gradient of a formula in named numbers, one entry each."""

    def gradient(**args):
        found = torch_gradient(Function("", rule), np.array(list(args.values())))
        return found if len(args) > 1 else found[0]

    def value(**args):
        return rule(np, np.array(list(args.values())))

    return Oracle("torch.autograd", gradient, value)


def plane(low, high, side):
    """A point with x in a range, and y on one side of 0."""
    return lambda rng: {"x": rng.uniform(low, high), "y": side * rng.uniform(0.5, 5)}


gradient_field = called(
    "gradient_field",
    autograd_of(lambda m, v: v[0] ** 2 - 4 * v[0] + 7 + 2 * v[1]),
    {
        "a point of the plane": [
            plane(-5, -0.5, 1),
            plane(0.5, 1.8, -1),
            plane(2.2, 5, 1),
        ]
    },
    {
        "Your second entry is still the printed one, 2y + 2. That would need a y² in "
        "f: differentiate 2y with respect to y.": (
            lambda x, y: np.array([2 * x - 4, 2 * y + 2])
        ),
        "Your second entry is 2y, the term itself, not its slope.": (
            lambda x, y: np.array([2 * x - 4, 2 * y])
        ),
        "Your first entry has lost the slope of -4x.": (
            lambda x, y: np.array([2 * x, 2.0])
        ),
        "Your first entry holds the 7, but a constant has the slope 0.": (
            lambda x, y: np.array([2 * x - 4 + 7, 2.0])
        ),
    },
    hints=[
        "A gradient has one entry for each variable. Hold the other one still.",
        "Which terms of x² - 4x + 7 + 2y change when only y moves, and how fast?",
        "Try the term 2y at y = 1, 2 and 3: by how much does it rise each time?",
    ],
)


def number(low, high):
    return lambda rng: {"x": rng.uniform(low, high)}


product_slope = called(
    "product_slope",
    autograd_of(lambda m, v: (v * m.sin(5 * v)).sum()),
    {"a number": [number(-2, -0.1), number(0.1, 0.4), number(0.45, 0.9)]},
    {
        "Your second term lacks a factor 5: the inner function 5x has a slope, too.": (
            lambda x: np.sin(5 * x) + x * np.cos(5 * x)
        ),
        "You have only one of the product rule's two terms: x moves as well, not only "
        "sin 5x.": lambda x: 5 * x * np.cos(5 * x),
        "You have only one of the product rule's two terms: sin 5x moves as well, not "
        "only x.": lambda x: np.sin(5 * x),
        "You multiplied the two slopes. The slope of a product is a sum of two terms, "
        "each with one factor left alone.": lambda x: 5 * np.cos(5 * x),
        "Your second term has a minus. The slope of the sine is plus the cosine: at 0 "
        "the sine rises.": (lambda x: np.sin(5 * x) - 5 * x * np.cos(5 * x)),
    },
    hints=[
        "x · sin 5x is a product, and sin 5x is a function of a function.",
        "Product rule: first factor's slope times the second, plus the first times the "
        "second's slope.",
        "The slope of sin 5x is cos 5x times the slope of 5x.",
    ],
)


def slope_of_terms(a, b, c, d, x):
    formula = Function("", lambda m, v: a * v + b * v**2 + v * (c - d))
    return torch_gradient(formula, x)


COUNTS = np.indices((5, 5, 5)).reshape(3, -1).T - 2  # how often a, c, d may count


def sum_of_terms(rng):
    """Different numbers, for which no two terms make up for others that are lost."""
    while True:  # few of those drawn will do, so they are drawn many at a time
        a, b, c, d, x = rng.integers(3, 20, (256, 5)).T
        terms = np.stack([a, b, c + d, d, x], 1)
        lost = terms[:, [0, 2, 3]] @ COUNTS.T
        others = np.stack([b, x, 2 * b, 2 * x, b * x, 2 * b * x, b * x * x], 1)
        fit = np.all(np.diff(np.sort(terms)), 1) & (np.sum(lost == 0, 1) == 1)
        fit[fit] = ~np.any(lost[fit, :, None] == others[fit, None], (1, 2))
        if fit.any():
            return dict(zip("abcdx", terms[fit][0].tolist(), strict=True))


tidy_slope = own_value(
    "tidy_slope",
    "your own numbers",
    Oracle("torch.autograd", slope_of_terms),
    sum_of_terms,
    {
        "You lost a factor in the slope of bx². How fast does x² rise at x = 1?": (
            lambda a, b, c, d, x: a + b * x + c - d
        ),
        "You gave the value of the expression, not its slope.": (
            lambda a, b, c, d, x: a * x + b * x**2 + x * (c - d)
        ),
        "You left out the slope of the last term: x times a constant has a slope.": (
            lambda a, b, x: a + 2 * b * x
        ),
        "You added d, but the bracket is a difference: d counts with a minus.": (
            lambda a, b, c, d, x: a + 2 * b * x + c + d
        ),
    },
    hints=[
        "Differentiate term by term, then put your own x in.",
        "c − d is a plain number, as a is. Work it out first.",
        "x times a number has that number for its slope. In which of the terms does "
        "the slope still hold an x?",
    ],
)
