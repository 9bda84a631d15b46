"""A check of a whole gradient in two calls."""

import numpy as np
from answers import Answers

from three_derivatives.coordinates import Counting


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


def along(end, v="np.random.randn(len(x))", h="1e-5"):
    """The lines of an answer that looks along v; SLOPE stands for what it measures."""
    slope = "(f(x + h * v) - f(x - h * v)) / (2 * h)"
    return f"v, h = {v}, {h}\n{end.replace('SLOPE', slope)}"


MEASURED = "slope = SLOPE\n"

ANSWERS = {}

ANSWERS["directional_check"] = Answers(
    args="f, g, x",
    decider=directional_check,
    right=[
        """
v = np.random.default_rng().uniform(-1, 1, x.shape)
v /= np.linalg.norm(v)
h = 1e-5
slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
return np.isclose(slope, np.sum(g * v), rtol=1e-6, atol=1e-6)""",
        """
v = np.random.randn(len(x))
h = 1e-6
ahead, behind = [f(x + t * v) for t in (h, -h)]
if abs((ahead - behind) / (2 * h) - g.dot(v)) > 1e-5:
    return False
return True""",
    ],
    wrong=[
        along("return SLOPE - g @ v"),
        along("return SLOPE * (g @ v) > 0"),
        along(MEASURED + "return abs(abs(slope) - abs(g @ v)) < 1e-5"),
        along(MEASURED + "return np.abs(slope - g * v) < 1e-5"),
        along("if abs(SLOPE - g @ v) < 1e-5:\n    return True"),
        along("assert abs(SLOPE - g @ v) < 1e-5\nreturn True"),
        along("return bool(abs((f(x + h * v) - f(x - h * v)) / 2 * h - g @ v) < 1e-5)"),
    ],
    told={
        along(MEASURED + "return bool(np.sign(slope) == np.sign(g @ v))"): "",
        along(MEASURED + "return abs(slope - g @ v)"): "",
    },
    mistakes={
        "It looks along the first axis only": along(
            "return bool(abs(SLOPE - g @ v) < 1e-5)", v="np.eye(len(x))[0]"
        ),
        "It always looks along (1, 1, ..., 1)": along(
            "return bool(abs(SLOPE - g @ v) < 1e-5)", v="np.ones(len(x))"
        ),
        "It accepts twice the right gradient": along(
            "return bool(np.isclose((f(x + h * v) - f(x - h * v)) / h, g @ v))"
        ),
        "It accepts everything": along(
            MEASURED + "return bool(np.isfinite(slope) and np.isfinite(g @ v))"
        ),
        "It rejects everything": along("return bool(SLOPE == g @ v)"),
        "Yes and no are the wrong way round": along(
            "return bool(abs(SLOPE - g @ v) > 1e-5)"
        ),
        "That is a call or two for each coordinate": """
h = 1e-5
slopes = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
return np.allclose(slopes, g, atol=1e-5)""",
        "f was asked fewer than two times": along(
            "return bool(abs(f(x + 1j * h * v).imag / h - g @ v) < 1e-6)", h="1e-20"
        ),
    },
)
