"""What is right in 1-derivatives/02_graphs_by_hand: algebra, worked out by hand."""

import cmath
import math

from measures import TINY, near

ONE_INPUT = {
    "sin": math.sin,
    "exp": math.exp,
    "relu": lambda a: a if a > 0 else 0.0,
    "sigmoid": lambda a: 0.5 + 0.5 * math.tanh(a / 2),
}


def node(student, rng):
    """Every operation on fresh numbers: number, name and inputs."""
    a, b = (student.Node(v) for v in rng.uniform(-4, 4, 2))
    n = int(rng.integers(2, 7))
    power = math.prod([a.data] * n)
    made = [
        (a + b, a.data + b.data, "+", [a, b]),
        (a * b, a.data * b.data, "*", [a, b]),
        (a**n, power, f"**{n}", [a]),
    ]
    for x in (a, b, student.Node(0.0)):
        for op, rule in ONE_INPUT.items():
            made.append((getattr(x, op)(), rule(x.data), op, [x]))
    return all(
        type(y) is student.Node
        and near(y.data, right)
        and y.op == op
        and [id(x) for x in y.inputs] == [id(x) for x in inputs]
        for y, right, op, inputs in made
    )


def local_grads(student, rng):
    """The slope of each operation by a complex step, and 0 for relu at 0."""
    a, b = rng.uniform(-4, 4, 2).tolist()
    n = int(rng.integers(2, 7))
    ask = student.local_grads
    smooth = {
        "sin": cmath.sin,
        "exp": cmath.exp,
        "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
    }
    step = a + 1j * TINY
    return (
        near(ask("+", a, b), [1, 1])
        and near(ask("*", a, b), [b, a])
        and near(ask("**", a, n), [(step**n).imag / TINY])
        and all(near(ask(op, a, 0), [f(step).imag / TINY]) for op, f in smooth.items())
        and all(near(ask("relu", x, 0), [x > 0]) for x in (a, b, 0.0, -0.0))
    )


def sheet(name, fill):
    """The decider of a sheet that is filled with the student's own numbers."""

    def decider(student, rng):
        right = fill(**student.numbers(name, student.STUDENT))
        return near(getattr(student, name), right, 1e-3, 1e-3)

    return decider


def decayed_neuron(x, y, w, b, lam):
    u = 0.5 + 0.5 * math.tanh((w * x + b) / 2)
    half, at_z = (y - u) ** 2 / 2, (u - y) * u * (1 - u)
    values = [w * x + b, u, half, w * w, half + lam * w * w]
    return [*values, 1, lam, u - y, at_z, at_z * x + 2 * lam * w, at_z]


FILLED = {
    "sum_times_z": lambda x, y, z: [x + y, x * z + y * z, z, z, z, x + y],
    "sine_of_shift": lambda x1, x2: [
        5 * x1,
        x2 + math.pi,
        5 * x1 - math.sin(x2),
        5,
        -math.cos(x2),
    ],
    "shared_b": lambda a, b: [
        a + b,
        b + 1,
        a * b + a + b * b + b,
        b + 1,
        a + b,
        b + 1,
        a + 2 * b + 1,
    ],
    "nested_square": lambda x: [
        x * x,
        2 * x * x + 1,
        4 * x**4 + 4 * x * x + 1,
        4 * x * x + 2,
        8 * x * x + 4,
        16 * x**3 + 8 * x,
    ],
    "decayed_neuron": decayed_neuron,
    "gate_patterns": lambda a, b, c, d: [
        max(c, d),
        a + b,
        max(c, d),
        max(c, d),
        (a + b) * (c > d),
        (a + b) * (d > c),
    ],
    "squared_miss": lambda x, y, w, b: [
        w * x + b,
        (y - w * x - b) ** 2,
        2 * (w * x + b - y),
        2 * x * (w * x + b - y),
        2 * (w * x + b - y),
    ],
}
DECIDERS = {"Node": node, "local_grads": local_grads}
DECIDERS |= {name: sheet(name, fill) for name, fill in FILLED.items()}
