"""How a surface bends where it has no slope."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def surface(rng, least=-2):
    """A symmetric matrix built from directions at right angles, and its eigenvalues."""
    d = int(rng.integers(2, 6))
    signs = rng.integers(least, 3, d).clip(-1, 1)
    values = signs * rng.permutation(np.linspace(0.4, 3, d))
    Q = np.eye(d)
    for _ in range(d):
        v = rng.normal(size=d)
        Q = Q @ (np.eye(d) - 2 * np.outer(v, v) / (v @ v))
    H = sum(c * np.outer(q, q) for c, q in zip(values, Q.T, strict=True))
    return (H + H.T) / 2, values, Q


def kind_of_point(student, rng):
    """The signs that the surface was built from, counted."""
    H, values, _ = surface(rng)
    right = [sum(values > 0), sum(values == 0), sum(values < 0)]
    return np.array_equal(student.kind_of_point(H.copy()), right)


ANSWERS["kind_of_point"] = Answers(
    args="H",
    decider=kind_of_point,
    right=[
        """
c = np.linalg.eigvalsh(H)
flat = np.abs(c) <= 1e-6
return np.array([np.sum(c[~flat] > 0), flat.sum(), np.sum(c[~flat] < 0)])""",
        """
counts = [0, 0, 0]
for c in np.linalg.eigh(H)[0]:
    counts[0 if c > 1e-6 else 2 if c < -1e-6 else 1] += 1
return counts""",
        """
signs = np.sign(np.round(np.linalg.eigvals(H).real, 6))
return tuple(int(np.sum(signs == s)) for s in (1, 0, -1))""",
    ],
    wrong=[
        """
d = np.linalg.det(H)
return [len(H), 0, 0] if d > 0 else [0, 0, len(H)]""",
        """
c = np.linalg.svd(H)[1]
return [np.sum(c > 1e-6), np.sum(np.abs(c) <= 1e-6), np.sum(c < -1e-6)]""",
        """
c = H.ravel()
return [np.sum(c > 1e-6), np.sum(np.abs(c) <= 1e-6), np.sum(c < -1e-6)]""",
        """
c = np.linalg.eigvalsh(H)
return [np.sum(c > 1), np.sum(np.abs(c) <= 1), np.sum(c < -1)]""",
        """
c = np.linalg.eigvalsh(H)
return [np.any(c > 1e-6), np.any(np.abs(c) <= 1e-6), np.any(c < -1e-6)]""",
        """
c = np.linalg.eigvalsh(H)
return [c[c > 1e-6].sum(), 0, c[c < -1e-6].sum()]""",
        "[np.sum(np.linalg.eigvalsh(H) > 1e-6), np.sum(np.linalg.eigvalsh(H) < -1e-6)]",
    ],
    told={
        """
c = np.linalg.eigvalsh(H)
return [2 * np.sum(c > 1e-6), 2 * np.sum(abs(c) < 1e-6), 2 * np.sum(c < -1e-6)]""": (
            "Every entry is 2 times the right one."
        ),
        "[0, 0, 0]": "Every entry is 0.",
    },
)


def way_out(student, rng):
    """Where the surface curves down most, from the directions it was built of."""
    H, values, Q = surface(rng, least=rng.choice([-2, 0]))
    flat = Q[:, values == 0]  # flat up to 1e-8, which counts as flat
    H -= 1e-8 * flat @ flat.T
    found = np.asarray(student.way_out(H.copy()), float)
    if values.min() >= 0:
        return found.shape == values.shape and not found.any()
    v = Q[:, values.argmin()]
    return near(found * np.sign(found @ v), v)


LOWEST = """
def lowest(H):
    values, V = np.linalg.eigh(H)
    return values[0], V[:, 0]
"""

ANSWERS["way_out"] = Answers(
    args="H",
    above=LOWEST,
    decider=way_out,
    right=[
        """
c, v = lowest(H)
return v if c < -1e-6 else 0 * v""",
        """
values, V = np.linalg.eigh(H)
return -V.T[0] * (values[0] < -1e-6)""",
        """
values, V = np.linalg.eig(H)
i = np.argmin(values.real)
if values[i].real >= -1e-6:
    return np.zeros(len(H))
v = V[:, i].real
return v / np.sqrt(np.sum(v**2))""",
    ],
    wrong=[
        "lowest(H)[1]",
        "np.linalg.eigh(H)[1][:, -1] * (lowest(H)[0] < -1e-6)",
        """
c, v = lowest(H)
return abs(v) if c < -1e-6 else 0 * v""",
        """
c, v = lowest(H)
return c * v if c < -1e-6 else 0 * v""",
        """
c, v = lowest(H)
return np.sign(v) / np.sqrt(len(v)) if c < -1e-6 else 0 * v""",
        """
c, v = lowest(H)
return v if c > 1e-6 else 0 * v""",
        """
g = H @ np.ones(len(H))
return -g / np.linalg.norm(g) if lowest(H)[0] < -1e-6 else 0 * g""",
        """
c, v = lowest(H)
return v[:1] if c < -1e-6 else 0 * v""",
        """
c, v = lowest(H)
return v if np.linalg.det(H) < -1e-6 else 0 * v""",
    ],
    told={
        """
c, v = lowest(H)
return v[None] if c < -1e-6 else 0 * v[None]""": (
            "It is the right result, with an axis of length 1 too many.",
            "",
        ),
    },
    mistakes={
        "An eigenvalue that rounding": """
c, v = lowest(H)
return v if c < 0 else 0 * v"""
    },
)
