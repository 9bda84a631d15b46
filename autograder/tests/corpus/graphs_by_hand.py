"""Answers to 1-derivatives/02_graphs_by_hand as students write them, by question.

RIGHT: other right answers than the notebook's own. WRONG: plausible answers that no
catalogued mistake explains. MISTAKES: for each mistake of the bank, in its order, the
code that makes it. All are cells of source; the set-up cell has been run before them.
"""

import re

RIGHT = {}
WRONG = {}
MISTAKES = {}

# A Node is written method by method; each answer changes some of them.

METHODS = {
    "__add__(self, other)": 'Node(self.data + other.data, "+", (self, other))',
    "__mul__(self, other)": 'Node(self.data * other.data, "*", (self, other))',
    "__pow__(self, n)": 'Node(self.data**n, f"**{n}", (self,))',
    "sin(self)": 'Node(math.sin(self.data), "sin", (self,))',
    "exp(self)": 'Node(math.exp(self.data), "exp", (self,))',
    "relu(self)": 'Node(max(0.0, self.data), "relu", (self,))',
    "sigmoid(self)": 'Node(1 / (1 + math.exp(-self.data)), "sigmoid", (self,))',
}
INIT = """
class Node:
    def __init__(self, data, op="", inputs=()):
        self.data, self.op, self.inputs = data, op, inputs
        self.label, self.grad, self.slopes = "", None, ()
"""


def with_methods(**changed):
    """The class with some methods' results changed: mul="..." for __mul__."""
    lines = [INIT.rstrip()]
    for head, result in METHODS.items():
        name = head.partition("(")[0].strip("_")
        lines.append(f"    def {head}:\n        return {changed.get(name, result)}")
    return "\n".join(lines)


def unary(name, number):
    return with_methods(**{name: f'Node({number}, "{name}", (self,))'})


def product(number):
    return with_methods(mul=f'Node({number}, "*", (self, other))')


def power(number):
    return with_methods(pow=f'Node({number}, f"**{{n}}", (self,))')


RIGHT["Node"] = [
    with_methods(
        pow='Node(pow(self.data, n), "**" + str(n), [self])',
        sin='Node(np.sin(self.data), "sin", [self])',
        exp='Node(np.exp(self.data), "exp", [self])',
        relu='Node(self.data * (self.data > 0), "relu", [self])',
        sigmoid='Node(np.exp(self.data) / (1 + np.exp(self.data)), "sigmoid", [self])',
    ),
    with_methods(
        relu='Node(self.data if self.data > 0 else 0, op="relu", inputs=(self,))',
        sigmoid='Node(0.5 + 0.5 * math.tanh(self.data / 2), "sigmoid", (self,))',
    ),
]
WRONG["Node"] = [
    product("self.data - other.data"),
    product("self.data / other.data"),
    with_methods(mul="self.data * other.data"),
    with_methods(mul='Node(self.data * other.data, "*", (other, self))'),
    with_methods(sin='Node(math.sin(self.data), "cos", (self,))'),
    unary("exp", "2.718 ** self.data"),
    unary("relu", "max(1.0, self.data)"),
    unary("sigmoid", "self.data / (1 + math.exp(-self.data))"),
    power("self.data * self.data"),
    with_methods(exp="None"),
    unary("relu", "math.sqrt(self.data)"),
]
RESULTS = {head.partition("(")[0].strip("_"): r for head, r in METHODS.items()}


def forgets(what, *names):
    """A Node that does not hand on the inputs (or the op) of some operations."""
    changed = {}
    for name in names:
        number, op, inputs = re.match(
            r"(.*), (f?\".*\"), (\(.*,.*\))\)$", RESULTS[name]
        ).groups()
        changed[name] = (
            f"{number}, {op})" if what == "inputs" else f'{number}, "", {inputs})'
        )
    return with_methods(**changed)


MISTAKES["Node"] = [
    product("self.data + other.data"),
    power("self.data * n"),
    power("float(n) ** self.data"),
    forgets("inputs", "mul", "pow"),
    forgets("op", "mul", "pow"),
    unary("sin", "math.sin(math.radians(self.data))"),
    unary("sin", "math.cos(self.data)"),
    unary("exp", "10**self.data"),
    unary("exp", "math.e * self.data"),
    forgets("inputs", "sin", "exp"),
    forgets("op", "sin", "exp"),
    unary("relu", "abs(self.data)"),
    unary("relu", "min(self.data, 0.0)"),
    unary("relu", "1.0 if self.data > 0 else 0.0"),
    unary("relu", "self.data"),
    forgets("inputs", "relu"),
    forgets("op", "relu"),
    unary("sigmoid", "1 / (1 + math.exp(self.data))"),
    unary("sigmoid", "math.tanh(self.data)"),
    unary("sigmoid", "math.exp(-self.data)"),
    unary("sigmoid", "1 / 1 + math.exp(-self.data)"),
    forgets("inputs", "sigmoid"),
    forgets("op", "sigmoid"),
]

# Local derivatives: a table of expressions, some of them changed.

SLOPES = {
    "+": "(1, 1)",
    "*": "(b, a)",
    "**": "(b * a ** (b - 1),)",
    "sin": "(np.cos(a),)",
    "exp": "(np.exp(a),)",
    "relu": "(1.0 if a > 0 else 0.0,)",
    "sigmoid": "(np.exp(-a) / (1 + np.exp(-a)) ** 2,)",
}


def table(*pairs):
    """local_grads with the slopes of some operations changed."""
    rows = {**SLOPES, **dict(pairs)}
    lines = [
        f"    if op == {op!r}:\n        return {slope}" for op, slope in rows.items()
    ]
    return "\n".join(["def local_grads(op, a, b=0.0):", *lines])


RIGHT["local_grads"] = [
    table(),
    """
def local_grads(op, a, b=0.0):
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
def local_grads(op, a, b=0.0):
    if op in "+*":
        return np.array([1.0, 1.0] if op == "+" else [b, a])
    u = 1 / (1 + math.exp(-a))
    return {
        "sin": [math.cos(a)],
        "exp": [math.exp(a)],
        "relu": [0 if a <= 0 else 1],
        "sigmoid": [u - u**2],
    }.get(op) or [b * pow(a, b - 1)]""",
]
WRONG["local_grads"] = [
    table(("*", "b")),
    table(("**", "((b - 1) * a**b,)")),
    table(("sin", "(np.cos(np.radians(a)),)")),
    table(("relu", "(0.5 * (np.sign(a) + 1),)")),
    table(("sigmoid", "(np.exp(-a) / (1 + np.exp(-a)),)"), ("sin", "(np.tan(a),)")),
    table(("+", "(1, -1)")),
    table(("exp", "(b * np.exp(a),)")),
    table(("sigmoid", "None")),
    table(("relu", "np.maximum(a, 1)")),
    table(("**", '"n x^(n-1)"')),
]
MISTAKES["local_grads"] = [
    table(("*", "(a, b)")),
    table(("*", "(1, 1)")),
    table(("+", "(a, b)")),
    table(("**", "(a ** (b - 1),)")),
    table(("**", "(b * a**b,)")),
    table(("**", "(b * a ** (b - 1), abs(a)**b * np.log(abs(a)))")),
    table(("**", "b * a ** (b - 1)")),
    table(("sin", "(np.sin(a),)")),
    table(("sin", "(-np.cos(a),)")),
    table(("exp", "(a * np.exp(a - 1),)")),
    table(("sin", "np.cos(a)"), ("exp", "np.exp(a)")),
    table(("relu", "(1.0,)")),
    table(("relu", "(max(a, 0.0),)")),
    table(("relu", "(1.0 if a >= 0 else 0.0,)")),
    table(("relu", "(np.sign(a),)")),
    table(("relu", "1.0 if a > 0 else 0.0")),
    table(("sigmoid", "(1 / (1 + np.exp(-a)),)")),
    table(("sigmoid", "(1 - 1 / (1 + np.exp(-a)),)")),
    table(("sigmoid", "(a * (1 - a),)")),
    table(("sigmoid", "(-np.exp(-a) / (1 + np.exp(-a)) ** 2,)")),
    table(("sigmoid", "(1 / (1 + np.exp(-a)) ** 2,)")),
    table(("sigmoid", "np.exp(-a) / (1 + np.exp(-a)) ** 2")),
]

# Sheets: the lines that lead to the numbers, then the list, some lines changed.


def sheet(name, asked, **steps):
    """A way to fill in a sheet: own numbers, steps in order, the list at the end.

    A changed entry replaces a step, or only what is written in the list ("_" first).
    """

    def filled(**changed):
        own = f"n = numbers({name!r}, STUDENT)\nglobals().update(n)"
        lines = [own]
        for key, formula in steps.items():
            lines.append(f"{key} = {changed.get(key, formula)}")
        entries = [changed.get(f"_{key}", key) for key in asked.split()]
        lines.append(f"{name} = [{', '.join(entries)}]")
        return "\n".join(lines)

    return filled


def usual_slips(name, filled, asked):
    """Wrong answers of a general kind."""
    first, second, *_ = asked.split()
    return [
        f"{name} = 0",
        f"{name} = numbers({name!r}, STUDENT)",
        f'{name} = "see my paper"',
        filled() + f"\n{name} = {name}[:-1]",
        filled() + f"\n{name} = [{name}]",
        filled() + f"\n{name} = {name}[::-1]",
        filled(**{f"_{first}": f"{first} + 3", f"_{second}": "..."}),
        filled(**{f"_{first}": f"0.7 * {first} + 5"}),
    ]


SUM = "s f ds dx dy dz"
sum_times_z = sheet(
    "sum_times_z", SUM, s="x + y", f="s * z", ds="z", dx="ds", dy="ds", dz="s"
)
RIGHT["sum_times_z"] = [
    sum_times_z(),
    """
n = numbers("sum_times_z", STUDENT)
x, y, z = n["x"], n["y"], n["z"]
sum_times_z = np.array([x + y, x * z + y * z, z, z, z, x + y], dtype=float)""",
]
WRONG["sum_times_z"] = usual_slips("sum_times_z", sum_times_z, SUM)
MISTAKES["sum_times_z"] = [
    sum_times_z(dx="1", dy="1"),
    sum_times_z(ds="s", dz="z"),
    sum_times_z(_f="s + z"),
]

SINE = "z1 z2 y dx1 dx2"
sine_of_shift = sheet(
    "sine_of_shift",
    SINE,
    z1="5 * x1",
    z2="x2 + np.pi",
    y="z1 + np.sin(z2)",
    dx1="5",
    dx2="np.cos(z2)",
)
RIGHT["sine_of_shift"] = [
    sine_of_shift(z2="x2 + 3.1416"),
    sine_of_shift(y="z1 - math.sin(x2)", dx2="-math.cos(x2)"),
]
WRONG["sine_of_shift"] = usual_slips("sine_of_shift", sine_of_shift, SINE)
MISTAKES["sine_of_shift"] = [
    sine_of_shift(y="z1 + np.sin(np.radians(z2))", dx2="np.cos(np.radians(z2))"),
    sine_of_shift(dx1="1"),
    sine_of_shift(dx2="np.sin(z2)"),
    sine_of_shift(dx2="np.cos(x2)"),
    sine_of_shift(dx2="1"),
]

SHARED = "c d e dc dd da db"
shared_b = sheet(
    "shared_b", SHARED, c="a + b", d="b + 1", e="c * d", dc="d", dd="c", da="dc",
    db="dc + dd",
)  # fmt: skip
RIGHT["shared_b"] = [
    shared_b(),
    """
n = numbers("shared_b", STUDENT)
a, b = n["a"], n["b"]
e = (a + b) * (b + 1)
shared_b = (a + b, b + 1, e, b + 1, a + b, b + 1, a + 2 * b + 1)""",
]
WRONG["shared_b"] = usual_slips("shared_b", shared_b, SHARED)
MISTAKES["shared_b"] = [
    shared_b(db="dc"),
    shared_b(db="dd"),
    shared_b(db="dc * dd"),
    shared_b(dc="c", dd="d"),
    shared_b(da="1", db="2"),
]

NESTED = "f g F dg df dx"
nested_square = sheet(
    "nested_square",
    NESTED,
    f="x**2",
    g="2 * f + 1",
    F="g**2",
    dg="2 * g",
    df="2 * dg",
    dx="df * 2 * x",
)
RIGHT["nested_square"] = [
    nested_square(F="4 * x**4 + 4 * x**2 + 1", dx="16 * x**3 + 8 * x"),
    nested_square(_F='float(f"{F:.6g}")', _dx='float(f"{dx:.5g}")'),
]
WRONG["nested_square"] = usual_slips("nested_square", nested_square, NESTED)
MISTAKES["nested_square"] = [
    nested_square(df="2", dx="2 * x"),
    nested_square(dg="g"),
    nested_square(dx="df"),
    nested_square(dx="df * x"),
    nested_square(df="dg"),
]

DECAYED = "z u l r L dl dr du dz dw db"
decayed_neuron = sheet(
    "decayed_neuron",
    DECAYED,
    z="w * x + b",
    u="1 / (1 + np.exp(-z))",
    l="0.5 * (y - u) ** 2",
    r="w**2",
    L="l + lam * r",
    dl="1",
    dr="lam",
    du="dl * (u - y)",
    dz="du * u * (1 - u)",
    dw="dz * x + dr * 2 * w",
    db="dz",
)
RIGHT["decayed_neuron"] = [
    decayed_neuron(u="0.5 * (1 + math.tanh(z / 2))", du="-(y - u)"),
    decayed_neuron(dz="(u - y) * (u - u**2)") + "\n"
    "decayed_neuron = np.round(decayed_neuron, 5)",
]
WRONG["decayed_neuron"] = usual_slips("decayed_neuron", decayed_neuron, DECAYED)
MISTAKES["decayed_neuron"] = [
    decayed_neuron(l="(y - u) ** 2"),
    decayed_neuron(L="l + r"),
    decayed_neuron(_r="w"),
    decayed_neuron(dw="dz * x + dr * w"),
    decayed_neuron(dw="dz * x"),
    decayed_neuron(dw="dz * x + 2 * w"),
    decayed_neuron(du="y - u"),
    decayed_neuron(dz="du * u"),
    decayed_neuron(_dz="u * (1 - u)"),
]

GATES = "ds dm da db dc dd"
gate_patterns = sheet(
    "gate_patterns",
    GATES,
    s="a + b",
    m="max(c, d)",
    ds="m",
    dm="s",
    da="ds",
    db="ds",
    dc="dm if c > d else 0",
    dd="dm if d > c else 0",
)
RIGHT["gate_patterns"] = [
    gate_patterns(),
    gate_patterns(dc="dm * (c > d)", dd="dm - dc"),
]
WRONG["gate_patterns"] = usual_slips("gate_patterns", gate_patterns, GATES)
MISTAKES["gate_patterns"] = [
    gate_patterns(_ds="s", _dm="m"),
    gate_patterns(_ds="1", _dm="1"),
    gate_patterns(da="ds / 2", db="ds / 2"),
    gate_patterns(da="1", db="1"),
    gate_patterns(da="ds * b", db="ds * a"),
    gate_patterns(dc="dm / 2", dd="dm / 2"),
    gate_patterns(dc="dm if c < d else 0", dd="dm if d < c else 0"),
    gate_patterns(dc="dm", dd="dm"),
    gate_patterns(dc="int(c > d)", dd="int(d > c)"),
]

MISS = "z L dz dw db"
squared_miss = sheet(
    "squared_miss",
    MISS,
    z="w * x + b",
    L="(y - z) ** 2",
    dz="2 * (z - y)",
    dw="dz * x",
    db="dz",
)
RIGHT["squared_miss"] = [
    squared_miss(),
    squared_miss(dz="-2 * (y - z)", dw="2 * x * (z - y)", db="1.0 * dz"),
]
WRONG["squared_miss"] = usual_slips("squared_miss", squared_miss, MISS)
MISTAKES["squared_miss"] = [
    squared_miss(L="y - z"),
    squared_miss(L="(y - z) ** 2 / 2"),
    squared_miss(dz="z - y"),
    squared_miss(dz="2 * (y - z)"),
    squared_miss(dw="dz"),
    squared_miss(dw="x", db="1"),
]
for catalogue in (RIGHT, WRONG, MISTAKES):
    for name, sources in catalogue.items():
        catalogue[name] = [source.strip() for source in sources]
