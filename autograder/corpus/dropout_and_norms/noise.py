"""Gaussian dropout, decided by moments of more numbers than the judge draws."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import some

ANSWERS = {}


def gaussian_dropout(student, rng):
    """Moments of the noise, how it correlates along rows and columns, and its form."""
    p = rng.uniform(0.1, 0.88)
    x = some(rng, 90, 110)
    x[np.abs(x) < 0.01] = 1.0
    found = student.gaussian_dropout(x.copy(), p, rng.spawn(1)[0])
    if np.shape(found) != x.shape:
        return False
    z = (np.asarray(found, float) / x - 1) * np.sqrt((1 - p) / p)
    tests = z, z**2 - 1, (z**4 - 3) / 10, z**3 / 4
    tests += z[1:] * z[:-1], z[:, 1:] * z[:, :-1], z[:, ::-1] * z, z[::-1] * z
    return all(abs(t.mean()) * np.sqrt(t.size) < 7 * 2 for t in tests)


def noise(factor):
    return f"x * ({factor})"


SPREAD = "np.sqrt(p_drop / (1 - p_drop))"

ANSWERS["gaussian_dropout"] = Answers(
    args="x, p_drop, rng",
    decider=gaussian_dropout,
    right=[
        f"x * rng.normal(1, {SPREAD}, x.shape)",
        f"x + x * {SPREAD} * rng.standard_normal(x.shape)",
        """
y = np.empty(x.shape)
for i, row in enumerate(x):
    y[i] = row * (1 + rng.normal(size=len(row)) * (1 / (1 - p_drop) - 1) ** 0.5)
return y""",
    ],
    wrong=[
        noise("rng.normal(1, 1, x.shape)"),
        noise(f"1 + {SPREAD} * rng.uniform(-3**0.5, 3**0.5, x.shape)"),
        noise(f"1 + {SPREAD} * rng.laplace(0, 0.5**0.5, x.shape)"),
        noise(f"1 + {SPREAD} * rng.choice([-1, 1], x.shape)"),
        noise(f"1 + {SPREAD} * np.cumsum(rng.normal(size=x.shape), 1)"),
        noise(f"1 + np.abs({SPREAD} * rng.normal(size=x.shape))"),
        f"x + np.abs(x).mean() * {SPREAD} * rng.normal(size=x.shape)",
        noise(f"1 + {SPREAD} * rng.normal(size=x.shape)") + " / (1 - p_drop)",
        noise("1 + p_drop * rng.normal(size=x.shape)"),
        noise(f"1 + {SPREAD} * rng.normal(size=x.size)[::-1].reshape(x.shape)") + "[0]",
    ],
    mistakes={
        "That is x without noise.": "1 * x",
        "That is inverted dropout": noise("rng.random(x.shape) >= p_drop")
        + " / (1 - p_drop)",
        "The standard deviation is p / (1 - p).": noise(
            "rng.normal(1, p_drop / (1 - p_drop), x.shape)"
        ),
        "The standard deviation is the square root of p (1 - p)": noise(
            "rng.normal(1, np.sqrt(p_drop * (1 - p_drop)), x.shape)"
        ),
        "The standard deviation is the square root of (1 - p) / p": noise(
            "rng.normal(1, np.sqrt((1 - p_drop) / p_drop), x.shape)"
        ),
        "The standard deviation is the square root of p_drop.": noise(
            "rng.normal(1, np.sqrt(p_drop), x.shape)"
        ),
        "The factor has mean 0": noise(f"{SPREAD} * rng.normal(size=x.shape)"),
        "All entries have the same factor": noise(f"1 + {SPREAD} * rng.normal()"),
        "All entries of a row": noise(f"1 + {SPREAD} * rng.normal(size=(len(x), 1))"),
        "All entries of a column": noise(f"1 + {SPREAD} * rng.normal(size=x.shape[1])"),
        "The noise is added to x.": f"x + {SPREAD} * rng.normal(size=x.shape)",
    },
)
