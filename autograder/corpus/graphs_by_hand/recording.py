"""What decides whether a Value keeps what it should."""

import cmath
import math

from corpus.measures import TINY, near

OF_ONE = {
    "sin": cmath.sin,
    "exp": cmath.exp,
    "relu": lambda z: z if z.real > 0 else 0j,
    "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
}


def expected(student, rng):
    """Operations on fresh numbers: result, number, name, inputs and slopes, the last
    by small complex steps."""
    a, b = (student.Value(v) for v in rng.uniform(-4, 4, 2))
    c = float(rng.uniform(-3, 3))
    yield a + b, a.data + b.data, "+", [a, b], [1, 1]
    yield a * b, a.data * b.data, "*", [a, b], [b.data, a.data]
    yield a * c, a.data * c, "*", [a], [c, a.data]
    z = a.data + 1j * TINY
    powers = {n: math.prod([z] * n) for n in range(2, 7)}
    powers |= {-n: 1 / math.prod([z] * n) for n in range(1, 4)}
    for n, power in powers.items():
        yield a**n, power.real, f"**{n}", [a], [power.imag / TINY]
    side = student.Value(abs(a.data))
    root = cmath.sqrt(side.data + 1j * TINY)
    yield side**0.5, root.real, "**0.5", [side], [root.imag / TINY]
    for x in (a, b, student.Value(0.0), student.Value(-0.0)):
        for op, rule in OF_ONE.items():
            z = rule(x.data + 1j * TINY)
            yield getattr(x, op)(), z.real, op, [x], [z.imag / TINY]


def is_a_value(student, rng):
    """Every operation on fresh numbers: number, name, inputs and slopes."""
    return all(
        type(y) is student.Value
        and near(y.data, right)
        and y.op == op
        and [id(x) for x in y.inputs[: len(inputs)]] == [id(x) for x in inputs]
        and len(y.inputs) == len(slopes)
        and all(type(x) is student.Value for x in y.inputs)
        and near(y.slopes, slopes)
        for y, right, op, inputs, slopes in expected(student, rng)
    )
