"""A check of a whole gradient in two calls."""

import numpy as np

from corpus.answers import Answers
from corpus.three_derivatives.coordinates import Counting


def directional_check(student, rng):
    """True for the gradient, False for one that is clearly off; by two calls."""
    d = int(rng.integers(4, 9))
    f, x = Counting(rng, d), rng.uniform(-1.5, 1.5, d)
    spoils = ["nothing", "one entry", "two, sum kept", "a little"]
    g, spoil = f.slopes(x), rng.choice(spoils)
    i, j = rng.choice(d, 2, replace=False)
    by = rng.uniform(1, 3)
    g[i] += by if spoil in spoils[1:3] else 0
    g[j] -= by if spoil == "two, sum kept" else 0
    g *= 1.005 if spoil == "a little" else 1
    said = student.directional_check(f, g, x.copy())
    plain = type(said) in (bool, np.bool_)
    return plain and bool(said) == (spoil == "nothing") and len(f.asked) == 2


def along(end, v="np.random.randn(len(x))", h="1e-5"):
    """The lines of an answer that looks along v; SLOPE stands for what it measures."""
    slope = "(f(x + h * v) - f(x - h * v)) / (2 * h)"
    return f"v, h = {v}, {h}\n{end.replace('SLOPE', slope)}"


MEASURED = "slope = SLOPE\n"

ANSWERS = {}

ANSWERS["directional_check"] = Answers(
    args="f, grad, x",
    decider=directional_check,
    right=[
        """
v = np.random.default_rng().uniform(-1, 1, x.shape)
v /= np.linalg.norm(v)
h = 1e-5
slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
return np.isclose(slope, np.sum(grad * v), rtol=1e-6, atol=1e-6)""",
        """
v = np.random.randn(len(x))
h = 1e-6
ahead, behind = [f(x + t * v) for t in (h, -h)]
if abs((ahead - behind) / (2 * h) - grad.dot(v)) > 1e-5:
    return False
return True""",
    ],
    wrong=[
        along("return SLOPE - grad @ v"),
        along("return SLOPE * (grad @ v) > 0"),
        along(MEASURED + "return abs(abs(slope) - abs(grad @ v)) < 1e-5"),
        along(MEASURED + "return np.abs(slope - grad * v) < 1e-5"),
        along("if abs(SLOPE - grad @ v) < 1e-5:\n    return True"),
        along("assert abs(SLOPE - grad @ v) < 1e-5\nreturn True"),
        along(
            "return bool(abs((f(x + h * v) - f(x - h * v)) / 2 * h - grad @ v) < 1e-5)"
        ),
    ],
    told={
        along(MEASURED + "return bool(np.sign(slope) == np.sign(grad @ v))"): (
            "",
            "Asked the same twice, it gave two different results.",
        ),
        along(MEASURED + "return abs(slope - grad @ v)"): "",
    },
    mistakes={
        "Your check looks along the first axis only": along(
            "return bool(abs(SLOPE - grad @ v) < 1e-5)", v="np.eye(len(x))[0]"
        ),
        "Your check always looks along (1, 1, ..., 1)": along(
            "return bool(abs(SLOPE - grad @ v) < 1e-5)", v="np.ones(len(x))"
        ),
        "Your direction seems to have entries of one size": along(
            "return bool(abs(SLOPE - grad @ v) < 1e-5)",
            v="np.random.default_rng().choice([-1, 1], len(x))",
        ),
        "Your check accepts twice the right gradient": along(
            "return bool(np.isclose((f(x + h * v) - f(x - h * v)) / h, grad @ v))"
        ),
        "Your check accepts everything": along(
            MEASURED + "return bool(np.isfinite(slope) and np.isfinite(grad @ v))"
        ),
        "Your check rejects right gradients": along("return bool(SLOPE == grad @ v)"),
        "Your True and False are swapped": along(
            "return bool(abs(SLOPE - grad @ v) > 1e-5)"
        ),
        "Your check accepts gradients that are nearly right": along(
            "return bool(abs(SLOPE - grad @ v) < 0.01 * abs(grad @ v))"
        ),
        "You make a call or two for each entry": """
h = 1e-5
slopes = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
return np.allclose(slopes, grad, atol=1e-5)""",
        "You asked f fewer than two times": along(
            "return bool(abs(f(x + 1j * h * v).imag / h - grad @ v) < 1e-6)", h="1e-20"
        ),
        "Your check rejects right gradients, all or some": along(
            "return bool(abs((f(x + h * v) - f(x)) / h - grad @ v)"
            " < 1e-4 * abs(grad @ v))",
            h="1e-4",
        ),
    },
)
