"""Local derivatives: a table of expressions, some of them changed."""

import cmath

from answers import Answers
from measures import TINY, near

from graphs_by_hand.nodes import OFF_AT

ANSWERS = {}

SLOPES = {
    "+": "(1, 1)",
    "*": "(b, a)",
    "**": "(b * a ** (b - 1),)",
    "sin": "(np.cos(a),)",
    "exp": "(np.exp(a),)",
    "relu": "(1.0 if a > 0 else 0.0,)",
    "sigmoid": "(np.exp(-a) / (1 + np.exp(-a)) ** 2,)",
}


def table(changed):
    """The lines of local_grads, the slopes of some operations changed."""
    rows = (SLOPES | changed).items()
    return "\n".join(f"if op == {op!r}:\n    return {slope}" for op, slope in rows)


SMOOTH = {
    "sin": cmath.sin,
    "exp": cmath.exp,
    "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
}


def local_grads(student, rng):
    """The slope of each operation by a complex step, and 0 for relu at 0."""
    a, b = rng.uniform(-4, 4, 2).tolist()
    n = int(rng.integers(2, 7))
    ask = student.local_grads
    step = a + 1j * TINY
    return (
        near(ask("+", a, b), [1, 1])
        and near(ask("*", a, b), [b, a])
        and near(ask("**", a, n), [(step**n).imag / TINY])
        and all(near(ask(op, a, 0), [f(step).imag / TINY]) for op, f in SMOOTH.items())
        and all(near(ask("relu", x, 0), [x > 0]) for x in (a, b, 0.0, -0.0))
    )


ANSWERS["local_grads"] = Answers(
    args="op, a, b=0.0",
    decider=local_grads,
    right=[
        table({}),
        """
h = 1e-30
s = lambda t: 1 / (1 + np.exp(-t))
rules = {
    "+": lambda: [1.0, 1.0],
    "*": lambda: [b, a],
    "**": lambda: [((a + 1j * h) ** b).imag / h],
    "sin": lambda: [np.sin(a + 1j * h).imag / h],
    "exp": lambda: [np.exp(a)],
    "relu": lambda: [float(a > 0)],
    "sigmoid": lambda: [s(a) * s(-a)],
}
return rules[op]()""",
        """
if op in "+*":
    return np.array([1.0, 1.0] if op == "+" else [b, a])
u = 1 / (1 + math.exp(-a))
return {
    "sin": [math.cos(a)],
    "exp": [math.exp(a)],
    "relu": [0 if a <= 0 else 1],
    "sigmoid": [u - u**2],
}.get(op) or [b * pow(a, b - 1)]""",
    ],
    wrong=[
        table({"*": "b"}),
        table({"**": "((b - 1) * a**b,)"}),
        table({"sin": "(np.cos(np.radians(a)),)"}),
        table({"relu": "(0.5 * (np.sign(a) + 1),)"}),
        table({"sigmoid": "(np.exp(-a) / (1 + np.exp(-a)),)", "sin": "(np.tan(a),)"}),
        table({"+": "(1, -1)"}),
        table({"exp": "(b * np.exp(a),)"}),
        table({"sigmoid": "None"}),
        table({"relu": "np.maximum(a, 1)"}),
        table({"**": '"n x^(n-1)"'}),
    ],
    told={
        table({"sigmoid": "((2 + np.exp(-a)) / (1 + np.exp(-a)) ** 2,)"}): (
            "Every entry is too large."
        ),
        table({"exp": "(a * np.exp(a),)"}): (
            "On the cases that are off, every entry is `a` times the right one."
        ),
        table({"relu": "(0.0 if a > 0 else 1.0,)"}): "",
        table({"sin": "(-np.sin(a),)"}): OFF_AT.format("sin"),
        table({"**": "(b * (b - 1) * a ** (b - 2),)"}): "",
        table({"*": "(a * b, a * b)"}): OFF_AT.format("*"),
        table({"+": "(1,)"}): OFF_AT.format("+"),
    },
)
