"""What is right in 1-derivatives/01_three_derivatives, on one random input."""

import math

import numpy as np
from measures import near


def curve(rng):
    """A smooth function of one variable."""
    a, b, c = rng.uniform(0.5, 2, 3)
    return lambda x: a * np.exp(b * x) + c * x**3 + x


def forward_difference(student, rng):
    f, x, h = curve(rng), rng.uniform(-2, 2), rng.uniform(0.01, 0.5)
    return near(student.forward_difference(f, x, h), (f(x + h) - f(x)) / h)


def central_difference(student, rng):
    f, x, h = curve(rng), rng.uniform(-2, 2), rng.uniform(0.01, 0.5)
    return near(student.central_difference(f, x, h), (f(x + h) - f(x - h)) / h / 2)


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


class Counting:
    """A function of many variables that remembers where it was asked."""

    def __init__(self, rng, d):
        self.a, self.b = rng.uniform(0.5, 2, (2, d))
        self.asked = []

    def __call__(self, x):
        x = np.array(x, float)
        self.asked.append(x)
        return self.a @ np.sin(self.b * x) + x[:-1] @ x[1:]

    def slopes(self, x):
        around = np.r_[x[1:], 0] + np.r_[0, x[:-1]]
        return self.a * self.b * np.cos(self.b * x) + around


def gradient_by_differences(student, rng):
    d = int(rng.integers(2, 12))
    f, x = Counting(rng, d), rng.uniform(-1.5, 1.5, d)
    yours = student.gradient_by_differences(f, x.copy())
    apart = max(np.sum(np.abs(p - x) > 1e-12) for p in f.asked)
    return (
        near(yours, f.slopes(x), 1e-4, 1e-4)
        and len(f.asked) in (d + 1, 2 * d)
        and apart == 1
    )


def gradient_field(student, rng):
    x, y = rng.uniform(-5, 5, 2)
    return near(student.gradient_field(x, y), [2 * x - 4, 2])


def product_slope(student, rng):
    x = rng.uniform(-3, 3)
    right = math.sin(5 * x) + 5 * x * math.cos(5 * x)
    return near(student.product_slope(x), right)


def tidy_slope(student, rng):
    own = student.numbers("tidy_slope", student.STUDENT)
    right = own["a"] + 2 * own["b"] * own["x"] + own["c"] - own["d"]
    return not callable(student.tidy_slope) and near(student.tidy_slope, right)


def halving_slope(student, rng):
    """At x that stay a fiftieth away from where the number of rounds changes."""
    rounds = int(rng.integers(-2, 10))
    x = 5 * 2.0**rounds * rng.uniform(0.51, 0.98) * rng.choice([-1, 1])
    return near(student.halving_slope(x), 0.5 ** max(rounds, 0))


def directional_check(student, rng):
    """True for the gradient, False for one that is clearly off; by two calls."""
    d = int(rng.integers(4, 9))
    f, x = Counting(rng, d), rng.uniform(-1.5, 1.5, d)
    g, spoil = f.slopes(x), rng.choice(["nothing", "one entry", "two, sum kept"])
    i, j = rng.choice(d, 2, replace=False)
    by = rng.uniform(1, 3)
    g[i] += 0 if spoil == "nothing" else by
    g[j] -= by if spoil == "two, sum kept" else 0
    said = student.directional_check(f, g, x.copy())
    plain = type(said) in (bool, np.bool_)
    return plain and bool(said) == (spoil == "nothing") and len(f.asked) == 2


DECIDERS = {
    f.__name__: f
    for f in (
        forward_difference,
        central_difference,
        best_h,
        gradient_by_differences,
        gradient_field,
        product_slope,
        tidy_slope,
        halving_slope,
        directional_check,
    )
}
