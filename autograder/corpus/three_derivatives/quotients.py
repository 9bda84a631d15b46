"""Quotients of one variable."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def curve(rng):
    """A smooth function of one variable, which rises or falls."""
    a, b, c = rng.uniform(0.5, 2, 3)
    sign = rng.choice([-1, 1])
    return lambda x: sign * (a * np.exp(b * x) + c * x**3 + x)


def forward_difference(student, rng):
    f, x, h = curve(rng), rng.uniform(-2, 2), rng.uniform(0.01, 0.5)
    return near(student.forward_difference(f, x, h), (f(x + h) - f(x)) / h)


ANSWERS["forward_difference"] = Answers(
    args="f, x, h",
    decider=forward_difference,
    right=[
        "forward_difference = lambda f, x, h: (f(x + h) - f(x)) / h",
        """
class ForwardDifference:
    def __call__(self, f, x, h):
        ahead, here = f(x + h), f(x)
        return (ahead - here) / ((x + h) - x)

forward_difference = ForwardDifference()""",
        "np.diff([f(x), f(x + h)])[0] / h",
    ],
    wrong=[
        """
slope = (f(x + h) - f(x)) / h
print(slope)""",
        "round((f(x + h) - f(x)) / h, 2)",
        """
h = 1e-6
return (f(x + h) - f(x)) / h""",
        "(f(x + h) - f(x)) / x",
        "(f(x + h) - f(x)) // h",
        "(f(x) - f(h)) / (x - h)",
        """
import torch

def forward_difference(f, x, h):
    t = torch.tensor(x, requires_grad=True)
    f(t).backward()
    return t.grad.item()""",
    ],
    told={
        "abs(f(x + h) - f(x)) / h": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "[(f(x + h) - f(x)) / h]": (
            "It is the right result, with an axis of length 1 too many."
        ),
        "(f(x + h) - f(x)) / h**2": "Every entry is 1/`h` times the right one.",
        "(f(x + 0.01) - f(x)) / 0.01": "Every sign is right, but not every size.",
        "(f(x + h) - f(x)) / (x + h)": "",
        "f(x + h) / h": "",
        "np.float32((f(x + h) - f(x)) / h)": (
            "It agrees with the right result as far as float32 reaches."
        ),
    },
    mistakes={
        "Your result is the central difference": "(f(x + h) - f(x - h)) / (2 * h)",
        "Your result is the backward difference": "(f(x) - f(x - h)) / h",
        "Your result is the right difference": "f(x + h) - f(x)",
        "Your result is half of the right one": "(f(x + h) - f(x)) / (2 * h)",
        "You divide only f(x) by h": "f(x + h) - f(x) / h",
        "Your result has the opposite sign": "(f(x) - f(x + h)) / h",
        "Your error shrinks like h², as": """
if h < 0.04:  # more exact for a small step
    return (f(x + h) - f(x - h)) / (2 * h)
return (f(x + h) - f(x)) / h""",
        "Your error doesn't shrink": """
h = max(h, 0.05)  # a tiny step would be noise
return (f(x + h) - f(x)) / h""",
    },
)


def central_difference(student, rng):
    f, x, h = curve(rng), rng.uniform(-2, 2), rng.uniform(0.01, 0.5)
    return near(student.central_difference(f, x, h), (f(x + h) - f(x - h)) / h / 2)


ANSWERS["central_difference"] = Answers(
    args="f, x, h",
    decider=central_difference,
    right=[
        """
slope_ahead = (f(x + h) - f(x)) / h
slope_behind = (f(x) - f(x - h)) / h
return 0.5 * (slope_ahead + slope_behind)""",
        """
left, right = x - h, x + h
return (f(right) - f(left)) / (right - left)""",
    ],
    wrong=[
        "(f(x + h) + f(x - h)) / (2 * h)",
        "(f(x + h / 2) - f(x - h / 2)) / h",
        "(f(x + 2 * h) - f(x)) / (2 * h)",
        "(-f(x + 2 * h) + 8 * f(x + h) - 8 * f(x - h) + f(x - 2 * h)) / (12 * h)",
        "(f(x + h) - 2 * f(x) + f(x - h)) / h**2",
    ],
    told={
        "abs(f(x + h) - f(x - h)) / (2 * h)": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "(f(x) - f(x - h)) / h": "Every sign is right, but not every size.",
        "(f(x + h) - f(x - h)) / (2 * x)": (
            "Every entry is `h`/`x` times the right one."
        ),
        "round((f(x + h) - f(x - h)) / (2 * h), 3)": (
            "It is the right result, rounded to 3 decimals."
        ),
        "(f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h": (
            "Its mean over axis 0 is the right result."
        ),
        "(f(x + h) - f(x - h)) / 2": "Every entry is `h` times the right one.",
    },
    mistakes={
        "Your result is twice the right one": "(f(x + h) - f(x - h)) / h",
        "Your result is the forward difference": "(f(x + h) - f(x)) / h",
        "Your result is half a forward difference": "(f(x + h) - f(x)) / (2 * h)",
        "Your result has the opposite sign": "(f(x - h) - f(x + h)) / (2 * h)",
        "Your result is h² times": "(f(x + h) - f(x - h)) / 2 * h",
        "You divide only the second value": "f(x + h) - f(x - h) / (2 * h)",
        "Your error shrinks like h, as": """
if h < 0.04:  # saves a call
    return (f(x + h) - f(x)) / h
return (f(x + h) - f(x - h)) / (2 * h)""",
        "Your error doesn't shrink": """
h = max(h, 0.05)  # a tiny step would be noise
return (f(x + h) - f(x - h)) / (2 * h)""",
    },
)
