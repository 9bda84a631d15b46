"""The best step."""

import numpy as np

from corpus.answers import Answers

ANSWERS = {}


def best_h(student, rng):
    """Within ten times the least error, for both dtypes, averaged over neighbours."""
    a, b, x = (float(rng.uniform(*r)) for r in ((1, 3), (0.8, 1.4), (0.6, 1.4)))

    def wave(v):
        return a * np.sin(b * v) + v**2 + 5

    for dtype, low in ((np.float64, -12), (np.float32, -6)):
        at = (x * (1 + np.linspace(-0.02, 0.02, 101))).astype(dtype)
        true = a * b * np.cos(b * at.astype(float)) + 2 * at.astype(float)

        def error(h, t=dtype, at=at, true=true):
            slope = (wave(at + t(h)) - wave(at - t(h))) / (t(2) * t(h))
            return np.sqrt(np.mean((slope.astype(float) - true) ** 2))

        least = min(error(10.0**p) for p in np.arange(low, 0.1, 0.25))
        h = student.best_h(wave, x, dtype)
        if np.ndim(h) or not dtype(h) > 0 or not error(h) <= 10 * least:
            return False
    return True


ANSWERS["best_h"] = Answers(
    args="f, x, dtype",
    decider=best_h,
    right=[
        "np.cbrt(np.finfo(dtype).eps)",
        "1e-5 if dtype == np.float64 else 7e-3",
        """
bend = 1e-2
left, right = f(x - 2*bend) - 2*f(x - bend), f(x + 2*bend) - 2*f(x + bend)
third = (right - left) / (2*bend**3)
size = abs(f(x)) + abs(x)
return dtype((1.5 * np.finfo(dtype).eps * size / (abs(third) + 0.1)) ** (1 / 3))""",
    ],
    wrong=[
        "-np.cbrt(np.finfo(dtype).eps)",
        "[np.cbrt(np.finfo(dtype).eps)]",
        "1 / np.finfo(dtype).eps ** (1 / 3)",
        """
h = 1e-5
return (f(x + h) - f(x - h)) / (2 * h)""",
        "np.logspace(-12, -1, 12)",
        '"1e-5"',
        "0",
    ],
    told={"(np.finfo(dtype).eps ** (1 / 3),)": "", "np.finfo(dtype).max": ""},
    mistakes={  # the longer beginnings are those of the part on float32
        "Your step suits float32": "np.cbrt(np.finfo(np.float32).eps)",
        "Your step is too small": "1e-10",
        "Your step is near the best one": "np.sqrt(np.finfo(dtype).eps)",
        "Your step is too large": "0.1",
        "Your step suits float64": "np.finfo(np.float64).eps ** (1 / 3)",
        "Your step is too small: the error is nearly all rounding": (
            "1e-5 if dtype == np.float64 else np.finfo(dtype).eps"
        ),
        "Your step is near the best one of a forward difference": (
            "1e-5 if dtype == np.float64 else np.sqrt(np.finfo(dtype).eps)"
        ),
        "Your step is too large: the error is nearly all truncation": (
            "1e-5 if dtype == np.float64 else 0.3"
        ),
    },
)
