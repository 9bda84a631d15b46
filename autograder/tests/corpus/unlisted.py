"""Wrong answers that no listed mistake explains, and what a verdict says of them.

UNLISTED[question] holds (answer, says): an expression to return, the lines of a
function's body or a class; and the sentence that adds to the numbers, one of several
where it depends on the draws, or a part of what the story tells in words. It is empty
where a verdict has the numbers alone.
"""

from catalogue import corpus

ARGS = {
    "predict_shapes": "n, m",
    "affine": "X, W, b",
    "log_cosh_slope": "prediction, target",
    "forward_difference": "f, x, h",
    "central_difference": "f, x, h",
    "best_h": "f, x, dtype",
    "gradient_by_differences": "f, x",
    "gradient_field": "x, y",
    "product_slope": "x",
    "halving_slope": "x",
    "directional_check": "f, g, x",
    "local_grads": "op, a, b",
}
VALUES = "own = numbers({name!r}, STUDENT)\nglobals().update(own)\n{name} = {text}"
node = corpus("02_graphs_by_hand")["with_methods"]


def shapes(**changed):
    """The eight shapes of predict_shapes, some of them changed."""
    right = {"Xw": "(n,)", "aX": "(m,)", "XX": "(m, m)", "sum": "(m,)"}
    right |= {"keep": "(n, 1)", "X": "(n, m)", "cw": "(n, m)", "ac": "(n, n)"}
    given = right | changed
    order = ("Xw", "aX", "XX", "sum", "keep", "X", "cw", "ac")
    return f"[{', '.join(given[key] for key in order)}]"


def slopes(**changed):
    """The table of local_grads, some of its lines changed."""
    right = {"add": "(1, 1)", "mul": "(b, a)", "power": "(b * a ** (b - 1),)"}
    right |= {"sin": "(np.cos(a),)", "exp": "(np.exp(a),)"}
    right |= {"relu": "(1.0 if a > 0 else 0.0,)", "sigmoid": "(s * (1 - s),)"}
    names = {"add": "+", "mul": "*", "power": "**"}
    lines = ["s = 1 / (1 + np.exp(-a))"]
    for key, text in (right | changed).items():
        lines.append(f"if op == {names.get(key, key)!r}:\n    return {text}")
    return "\n".join(lines)


def cell_of(name, text):
    """The cell that holds an answer."""
    if text.lstrip().startswith("class "):
        return text
    if name not in ARGS:
        return VALUES.format(name=name, text=text)
    lines = text.strip().split("\n")
    lines = lines if len(lines) > 1 else [f"return {lines[0]}"]
    body = "\n    ".join(lines)
    return f"def {name}({ARGS[name]}):\n    {body}"


UNLISTED = {}

UNLISTED["predict_shapes"] = [
    (
        shapes(XX="(m, n)"),
        'It was off in each case drawn where expression is "X.T @ X", and in no other.',
    ),
    (
        shapes(cw="(m, n)"),
        'It was off in each case drawn where expression is "c * w", and in no other.',
    ),
    (
        shapes(sum="(n, m)"),
        'It was off in each case drawn of "X.sum(axis=0)", and in no other.',
    ),
    (
        shapes(X="(n, m, m)"),
        'It was off in each case drawn where expression is "X + w", and in no other.',
    ),
]
UNLISTED["affine"] = [
    (
        "np.maximum(X @ W.T + b, 0)",
        (
            "On the cases that are off, every entry is either right or 0.",
            "Every entry is either right or 0.",
        ),
    ),
    ("(X @ W.T + b) / len(X)", "Every entry is 1/`X.shape[0]` times the right one."),
    ("(X @ W.T + b).ravel()", "It is the right result, flattened."),
    ("[X @ W.T + b]", "It is the right result, with an axis of length 1 too many."),
    ("X @ W.T + b.sum()", "Along axis 0 all entries are off by the same amount."),
    (
        """
Y = np.zeros((len(X), len(W)))
for j in range(X.shape[1]):
    Y += X[:, [j]] * W[:, j] + b
return Y""",
        "Along axis 0 all entries are off by the same amount.",
    ),
    (
        """
Y = np.zeros((len(X), len(W)))
for i in range(len(X)):
    Y[i] = W @ X[i] + b
    return Y""",
        "On the cases that are off, every entry is either right or 0.",
    ),
    (
        "X.astype(np.float32) @ W.T.astype(np.float32) + b.astype(np.float32)",
        (
            "It agrees with the right result to 5 digits.",
            "It agrees with the right result as far as float32 reaches.",
            "It agrees with the right result to 4 digits.",
        ),
    ),
    ("np.dot(W, X.T) + b", "ValueError: operands could not be broadcast together"),
    ("[W @ x + b for x in X][0]", "It is the first row of the right result."),
]
UNLISTED["log_cosh_slope"] = [
    (
        "2 * np.tanh(prediction - target) / len(target)",
        "Every entry is 2 times the right one.",
    ),
    (
        "np.tanh(prediction - target) / np.sqrt(len(target))",
        "In a case all entries are off by the same factor.",
    ),
    ("(prediction - target) / len(target)", "Every sign is right, but not every size."),
    (
        "np.sign(prediction - target) / len(target)",
        "Every sign is right, but not every size.",
    ),
    (
        "np.sinh(prediction - target) / len(target)",
        "Every sign is right, but not every size.",
    ),
    (
        "np.round(np.tanh(prediction - target) / len(target), 3)",
        "It is the right result, rounded to 3 decimals.",
    ),
    (
        "np.tanh(prediction - target)[::-1] / len(target)",
        "It is the right result, turned round along axis 0.",
    ),
]
UNLISTED["forward_difference"] = [
    (
        "abs(f(x + h) - f(x)) / h",
        "Every entry has the size of the right one, and none is negative.",
    ),
    (
        "[(f(x + h) - f(x)) / h]",
        "It is the right result, with an axis of length 1 too many.",
    ),
    ("(f(x + h) - f(x)) / h**2", "Every entry is 1/`h` times the right one."),
    ("(f(x + 0.01) - f(x)) / 0.01", "Every sign is right, but not every size."),
    ("(f(x + h) - f(x)) / (x + h)", ""),
    ("f(x + h) / h", ""),
    (
        "np.float32((f(x + h) - f(x)) / h)",
        "It agrees with the right result as far as float32 reaches.",
    ),
]
UNLISTED["central_difference"] = [
    (
        "abs(f(x + h) - f(x - h)) / (2 * h)",
        "Every entry has the size of the right one, and none is negative.",
    ),
    ("(f(x) - f(x - h)) / h", "Every sign is right, but not every size."),
    ("(f(x + h) - f(x - h)) / (2 * x)", "Every entry is `h`/`x` times the right one."),
    (
        "round((f(x + h) - f(x - h)) / (2 * h), 3)",
        "It is the right result, rounded to 3 decimals.",
    ),
    (
        "(f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h",
        "Its mean over axis 0 is the right result.",
    ),
    ("(f(x + h) - f(x - h)) / 2", "Every entry is `h` times the right one."),
]
UNLISTED["best_h"] = [
    ("(np.finfo(dtype).eps ** (1 / 3),)", ""),
    ("np.finfo(dtype).max", ""),
]
UNLISTED["gradient_by_differences"] = [
    (
        """
h, g = 1e-6, np.zeros(len(x))
for i in range(1, len(x)):
    e = np.eye(len(x))[i]
    g[i] = (f(x + h * e) - f(x - h * e)) / (2 * h)
return g""",
        "Every entry is either right or 0.",
    ),
    (
        """
h, g = 1e-6, []
for e in np.eye(len(x)):
    g.append(f(x + h * e) - f(x - h * e))
return np.array(g)""",
        "Every entry is 1/500000 of the right one.",
    ),
    (
        """
h, g = 1e-6, []
for e in np.eye(len(x)):
    g.append([(f(x + h * e) - f(x - h * e)) / (2 * h)])
return g""",
        "It is the right result, with an axis of length 1 too many.",
    ),
    (
        """
h, g = 1e-6, []
for e in np.eye(len(x)):
    g.insert(0, (f(x + h * e) - f(x - h * e)) / (2 * h))
return g""",
        "It is the right result, turned round along axis 0.",
    ),
    (
        """
h, g = 1e-6, []
for e in np.eye(len(x)):
    g.append(abs(f(x + h * e) - f(x - h * e)) / (2 * h))
return np.array(g)""",
        "Every entry has the size of the right one, and none is negative.",
    ),
    (
        """
h, g = 1e-6, np.zeros((len(x), len(x)))
for i, e in enumerate(np.eye(len(x))):
    g[i] = (f(x + h * e) - f(x - h * e)) / (2 * h) * e
return g""",
        "Its diagonal is the right result.",
    ),
]
UNLISTED["gradient_field"] = [
    ("[-(2 * x - 4), -2]", "Every entry is -1 times the right one."),
    ("[x**2 - 4 * x + 7, 2 * y]", ""),
    ("[2 * x - 4, 2, 0]", "The right result stands first in it; more follows."),
    ("[2 * (x - 4), 2]", "Entries are off in the first place, and right elsewhere."),
    ("np.hypot(2 * x - 4, 2)", "It is the norm of the right result."),
]
UNLISTED["product_slope"] = [
    (
        "-(np.sin(5 * x) + 5 * x * np.cos(5 * x))",
        "Every entry is -1 times the right one.",
    ),
    (
        "round(np.sin(5 * x) + 5 * x * np.cos(5 * x), 1)",
        "It is the right result, rounded to 1 decimal.",
    ),
    (
        "5 * (np.sin(5 * x) + 5 * x * np.cos(5 * x))",
        "Every entry is 5 times the right one.",
    ),
    (
        "np.sin(5 * x), 5 * x * np.cos(5 * x)",
        "Its sum over axis 0 is the right result.",
    ),
    ("np.cos(5 * x) + 5 * x * np.sin(5 * x)", ""),
]
UNLISTED["halving_slope"] = [
    (
        """
for _ in range(3):
    x = x / 2
return 0.5**3""",
        "Every entry is 0.125.",
    ),
    (
        """
slope = 1.0
while abs(x) > 10:
    x, slope = x / 2, slope / 2
return slope""",
        "On the cases that are off, every entry is 2 times the right one.",
    ),
    (
        """
slope = 1.0
while abs(x) > 5:
    x, slope = x / 2, -slope / 2
return slope""",
        "Every entry has the size of the right one, but not always its sign.",
    ),
    (
        """
rounds = 0
while abs(x) > 5:
    x, rounds = x / 2, rounds + 1
return 0.5 * rounds""",
        ("", 'It was right in each case drawn of "one halving", and in no other.'),
    ),
]
UNLISTED["directional_check"] = [
    (
        """
v, h = np.random.randn(len(x)), 1e-5
slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
return bool(np.sign(slope) == np.sign(g @ v))""",
        "",
    ),
    (
        """
v, h = np.random.randn(len(x)), 1e-5
slope = (f(x + h * v) - f(x - h * v)) / (2 * h)
return abs(slope - g @ v)""",
        "",
    ),
]
UNLISTED["Node"] = [
    (
        node(pow='Node(self.data ** (n - 1), f"**{n}", (self,))'),
        'It was off in each case drawn where op is "**", and in no other.',
    ),
    (
        node(relu='Node(max(0.0, -self.data), "relu", (self,))'),
        "It was right in each case drawn where a is 0, and in no other.",
    ),
    (
        node(sin='Node(math.sin(self.data) * self.data, "sin", (self,))'),
        'It was off in each case drawn where op is "sin", and in no other.',
    ),
    (
        node(mul='Node(self.data * other.data, "*", (self.data, other.data))'),
        'It was off in each case drawn where op is "*", and in no other.',
    ),
]
UNLISTED["local_grads"] = [
    (slopes(sigmoid="(s * (1 + s),)"), "Every entry is too large."),
    (
        slopes(exp="(a * np.exp(a),)"),
        "On the cases that are off, every entry is `a` times the right one.",
    ),
    (slopes(relu="(0.0 if a > 0 else 1.0,)"), ""),
    (
        slopes(sin="(-np.sin(a),)"),
        'It was off in each case drawn where op is "sin", and in no other.',
    ),
    (slopes(power="(b * (b - 1) * a ** (b - 2),)"), ""),
    (
        slopes(mul="(a * b, a * b)"),
        'It was off in each case drawn where op is "*", and in no other.',
    ),
    (
        slopes(add="(1,)"),
        'It was off in each case drawn where op is "+", and in no other.',
    ),
]
UNLISTED["sum_times_z"] = [("[x + y, (x + y) * z, z, z * x, z * y, x + y]", "")]
UNLISTED["shared_b"] = [
    ("[a + b, b + 1, (a + b) * (b + 1), b + 1, a + b, b + 1, b * (a + b)]", "")
]
UNLISTED["squared_miss"] = [
    ("[w * x + b, (y - w * x - b) ** 2, 2 * (w * x - y), 2 * x, 2]", "")
]
UNLISTED["tidy_slope"] = [("a * b * c * d", "")]
