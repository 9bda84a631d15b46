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
    "affine_jacobian": "W, b, x",
    "relu_jacobian": "x",
    "softmax_jacobian": "x",
    "relu_vjp": "u, x",
    "softmax_vjp": "u, x",
    "unbroadcast": "g, shape",
    "matmul_backward": "g, a, b",
    "sum_backward": "g, x, axis",
    "reshape_backward": "g, x, shape",
    "transpose_backward": "g, x, axes",
    "max_backward": "g, x, axis",
    "layer_backward": "g, X, W, b",
    "topo_order": "root",
    "backward": "root",
    "accumulate": "root",
    "zero_grad": "values",
    "count_paths": "root, x",
    "pull_back": "root, g",
}
ENGINE = corpus("03_reverse_mode")["ENGINE"]
ABOVE = {name: ENGINE for name in ("topo_order", "backward", "accumulate")}
ABOVE |= {"count_paths": ENGINE, "pull_back": corpus("04_tensors")["FIT"]}
VALUES = "own = numbers({name!r}, STUDENT)\nglobals().update(own)\n{name} = {text}"
value = corpus("03_reverse_mode")["value"]
slope = corpus("03_reverse_mode")["slope"]
walk = corpus("04_tensors")["walk"]


def shapes(**changed):
    """The eight shapes of predict_shapes, some of them changed."""
    right = {"Xw": "(n,)", "aX": "(m,)", "XX": "(m, m)", "sum": "(m,)"}
    right |= {"keep": "(n, 1)", "X": "(n, m)", "cw": "(n, m)", "ac": "(n, n)"}
    given = right | changed
    order = ("Xw", "aX", "XX", "sum", "keep", "X", "cw", "ac")
    return f"[{', '.join(given[key] for key in order)}]"


def cell_of(name, text):
    """The cell that holds an answer."""
    if text.lstrip().startswith("class "):
        return text
    if name not in ARGS:
        return VALUES.format(name=name, text=text)
    lines = text.strip().split("\n")
    lines = lines if len(lines) > 1 else [f"return {lines[0]}"]
    body = "\n    ".join(lines)
    return f"{ABOVE.get(name, '')}\ndef {name}({ARGS[name]}):\n    {body}"


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
UNLISTED["tidy_slope"] = [("a * b * c * d", "")]

UNLISTED["Value"] = [
    (slope("power", "(n * self.data**n - 1,)"), ""),
    (slope("sin", "(np.cos(self.data) * self.data,)"), ""),
    (slope("sigmoid", "(s * (s - 1),)"), ""),
    (slope("mul", "(self.data * other.data, self.data * other.data)"), ""),
]
UNLISTED["topo_order"] = [
    (
        """
order = []
def visit(node):
    for x in node.inputs:
        visit(x)
        order.append(x)
visit(root)
return order[::-1]""",
        "missing: ",
    ),
    ("sorted([root, *root.inputs], key=lambda node: node.data)", "missing: "),
]
UNLISTED["backward"] = [
    (
        """
root.grad = root.data
for node in topo_order(root):
    for x, slope in zip(node.inputs, node.slopes):
        x.grad += slope * node.grad""",
        "In a case all entries are off by the same factor.",
    ),
    (
        """
root.grad = 1.0
for node in topo_order(root):
    for x, slope in zip(node.inputs, node.slopes):
        x.grad += slope * node.grad / len(node.inputs)""",
        "",
    ),
    (
        """
root.grad = -1.0
for node in topo_order(root):
    for x, slope in zip(node.inputs, node.slopes):
        x.grad += slope * node.grad""",
        "Every entry is -1 times the right one.",
    ),
    (
        """
root.grad = 1.0
for node in topo_order(root):
    for x, slope in zip(node.inputs, node.slopes):
        x.grad += slope + node.grad""",
        "",
    ),
    (
        """
root.grad = 1.0
for node in topo_order(root):
    for x, slope in zip(node.inputs, node.slopes):
        x.grad += round(slope * node.grad, 2)""",
        (
            "It agrees with the right result to 2 digits.",
            "Every sign is right, but not every size.",
        ),
    ),
]
UNLISTED["accumulate"] = [
    (
        """
backward(root)
for node in topo_order(root):
    node.grad = -node.grad""",
        "In a case all entries are off by the same factor.",
    ),
    (
        """
for node in topo_order(root):
    node.grad = node.grad if not node.inputs else 0.0
root.grad = 2.0
for node in topo_order(root):
    for x, slope in zip(node.inputs, node.slopes):
        x.grad += slope * node.grad""",
        "Every entry is 2 times the right one.",
    ),
]
UNLISTED["zero_grad"] = [
    ("for value in values:\n    value.grad = 1e-8", ""),
    ("for value in values:\n    value.grad = -value.grad", ""),
    ("for value in values:\n    value.grad = value.data", ""),
]
UNLISTED["count_paths"] = [
    (
        """
if root is x:
    return 0
return sum(1 + count_paths(node, x) for node in root.inputs)""",
        "Every entry is too large.",
    ),
    (
        """
ways = dict.fromkeys(topo_order(root), 0)
ways[root] = 1
for node in topo_order(root):
    for below in node.inputs:
        ways[below] += ways[node]
return ways[x] + 1""",
        "Every entry is the right one plus 1.",
    ),
    (
        """
ways = dict.fromkeys(topo_order(root), 0)
ways[root] = 1
for node in topo_order(root):
    for below in node.inputs:
        ways[below] += ways[node]
return list(ways.values())""",
        "Return one number.",
    ),
]
UNLISTED["affine_jacobian"] = [
    ("-W", "Every entry is -1 times the right one."),
    ("W / len(b)", "Every entry is 1/`W.shape[0]` times the right one."),
    ("W.ravel()", "It is the right result, flattened."),
    ("W[None]", "It is the right result, with an axis of length 1 too many."),
    ("np.abs(W)", "Every entry has the size of the right one, and none is negative."),
    ("W * b[:, None]", "Along axis 1 all entries are off by the same factor."),
    ("np.tile(W @ x + b, (len(x), 1)).T", "Along axis 1 all entries are the same."),
]
UNLISTED["relu_jacobian"] = [
    (
        "np.diag(np.where(x > 0, 1, 0.01))",
        "Entries are off only where the right one is 0.",
    ),
    (
        "np.diag(x > 0)[::-1] * 1.0",
        "It is the right result, turned round along axis 0.",
    ),
    ("np.diag(2.0 * (x > 0))", "Every entry is 2 times the right one."),
    ("(1.0 * (x > 0))[None, :]", "Its numbers are the diagonal of the right result."),
    (
        "np.diag(1.0 * (x > 1))",
        "On the cases that are off, every entry is either right or 0.",
    ),
]
UNLISTED["softmax_jacobian"] = [
    ("e = np.exp(x)\nreturn np.diag(e) - np.outer(e, e)", ""),
    (
        "p = np.exp(x) / np.exp(x).sum()\nreturn np.diag(p) + np.outer(p, p)",
        "Every entry is too large.",
    ),
    (
        "p = np.exp(x) / np.exp(x).sum()\n"
        "return (np.diag(p) - np.outer(p, p)) / len(x)",
        "Every entry is 1/`x.shape[0]` times the right one.",
    ),
    (
        "p = np.exp(x) / np.exp(x).sum()\nreturn np.diag(p) - 2 * np.outer(p, p)",
        "Every entry is too small.",
    ),
    (
        "p = np.round(np.exp(x) / np.exp(x).sum(), 2)\n"
        "return np.diag(p) - np.outer(p, p)",
        "Every sign is right, but not every size.",
    ),
]
UNLISTED["relu_vjp"] = [
    ("u * (x > 0) / len(x)", "Every entry is 1/`u.shape[0]` times the right one."),
    ("-u * (x > 0)", "Every entry is -1 times the right one."),
    ("np.where(u > 0, x, 0)", ""),
    ("(u * (x > 0)).ravel()", "It is the right result, flattened."),
    (
        "np.abs(u) * (x > 0)",
        "Every entry has the size of the right one, and none is negative.",
    ),
    ("u + (x > 0)", ""),
    ("(u * (x > 0)).sum(axis=0)", "It is the sum over axis 0 of the right result."),
]
UNLISTED["softmax_vjp"] = [
    (
        "p = np.exp(x) / np.exp(x).sum()\nreturn p * (u - u @ p) / len(x)",
        "Every entry is 1/`u.shape[0]` times the right one.",
    ),
    ("p = np.exp(x) / np.exp(x).sum()\nreturn p * u - u @ p", ""),
    ("p = np.exp(x) / np.exp(x).sum()\nreturn p * (u - (u * p).mean())", ""),
    ("p = np.exp(x) / np.exp(x).sum()\nreturn (u @ p) * p", ""),
    (
        "p = np.exp(x) / np.exp(x).sum()\nreturn np.float32(p * (u - u @ p))",
        "It agrees with the right result as far as float32 reaches.",
    ),
]
UNLISTED["unbroadcast"] = [
    ("np.zeros(shape)", "Every entry is 0."),
    (
        """
while g.ndim > len(shape):
    g = g.sum(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=i, keepdims=True)
return -g""",
        "Every entry is -1 times the right one.",
    ),
    (
        """
while g.ndim > len(shape):
    g = g.sum(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=i, keepdims=True)
return g[None]""",
        "It is the right result, with an axis of length 1 too many.",
    ),
    (
        """
while g.ndim > len(shape):
    g = g.prod(axis=0)
return g""",
        "",
    ),
]
UNLISTED["matmul_backward"] = [
    ("2 * g @ b.T, 2 * a.T @ g", "Every entry is 2 times the right one."),
    ("a @ b, a @ b", "It is the value that goes forward."),
    ("a, b", "It is `a`, unchanged."),
    (
        "np.abs(g @ b.T), np.abs(a.T @ g)",
        "Every entry has the size of the right one, and none is negative.",
    ),
    (
        "g @ b.T / g.size, a.T @ g / g.size",
        "Every entry is 1/`g.size` times the right one.",
    ),
    ("(g @ b.T).ravel(), (a.T @ g).ravel()", "It is the right result, flattened."),
]
UNLISTED["sum_backward"] = [
    (
        """
if axis is not None:
    g = np.expand_dims(g, axis)
return 2 * g * np.ones_like(x)""",
        "Every entry is 2 times the right one.",
    ),
    (
        """
if axis is not None:
    g = np.expand_dims(g, axis)
return g + x""",
        "Every entry is the right one plus that of `x`.",
    ),
    ("np.zeros_like(x)", "Every entry is 0."),
    (
        """
if axis is not None:
    g = np.expand_dims(g, axis)
return (g * np.ones_like(x)).ravel()""",
        "It is the right result, flattened.",
    ),
]
UNLISTED["reshape_backward"] = [
    ("g.reshape(x.shape)[::-1]", "It is the right result, turned round along axis 0."),
    (
        "np.sort(g, axis=None).reshape(x.shape)",
        "The right numbers are all there, in another order.",
    ),
    ("g.reshape(x.shape) + x", "Every entry is the right one plus that of `x`."),
    ("2 * g.reshape(x.shape)", "Every entry is 2 times the right one."),
    (
        "g.T.reshape(x.shape)",
        "On the cases that are off, the right numbers are all there, in another order.",
    ),
]
UNLISTED["transpose_backward"] = [
    (
        "np.moveaxis(g, 0, -1)",
        "On the cases that are off, the right numbers are all there, in another order.",
    ),
    ("x", "It is `x`, unchanged."),
    ("np.transpose(g, np.argsort(axes)).ravel()", "It is the right result, flattened."),
    (
        "np.abs(np.transpose(g, np.argsort(axes)))",
        "Every entry has the size of the right one, and none is negative.",
    ),
    (
        "np.transpose(g, np.argsort(axes)) / x.size",
        "Every entry is 1/`g.size` times the right one.",
    ),
]
UNLISTED["max_backward"] = [
    (
        "(x == x.max(axis, keepdims=True)) * x",
        "Entries are right where the right one is 0, and off elsewhere.",
    ),
    (
        "(x == x.max(axis, keepdims=True)) * g.sum()",
        "Entries are right where the right one is 0, and off elsewhere.",
    ),
    ("np.expand_dims(g, axis) * x", ""),
    (
        "np.expand_dims(g, axis) * (x >= x.mean(axis, keepdims=True))",
        "On the cases that are off, entries are off only where the right one is 0.",
    ),
    (
        "2 * np.expand_dims(g, axis) * (x == x.max(axis, keepdims=True))",
        "Every entry is 2 times the right one.",
    ),
]
UNLISTED["layer_backward"] = [
    (
        "dZ = g * (X @ W.T + b > 0) / len(X)\nreturn dZ @ W, dZ.T @ X, dZ.sum(0)",
        "Every entry is 1/`g.shape[0]` times the right one.",
    ),
    (
        "dZ = g * np.maximum(X @ W.T + b, 0)\nreturn dZ @ W, dZ.T @ X, dZ.sum(0)",
        "",
    ),
    (
        "dZ = np.where(X @ W.T + b > 0, g, 0.01 * g)\n"
        "return dZ @ W, dZ.T @ X, dZ.sum(0)",
        "",
    ),
    (
        "dZ = g * (X @ W.T + b > 0)\nreturn dZ @ W, dZ.T @ X, dZ.max(0)",
        "It was off in each case drawn where g has several rows, and in no other.",
    ),
    (
        "dZ = g * (X @ W.T + b > 0)\nreturn dZ @ W, -dZ.T @ X, dZ.sum(0)",
        "Every entry is -1 times the right one.",
    ),
    (
        "dZ = g * (X @ W.T + b > 0)\nreturn dZ.sum(0), dZ.T @ X, dZ @ W",
        "It has the shape of b, and the right result that of X.",
    ),
]
UNLISTED["pull_back"] = [
    (walk(share="-fitted(share, x.data.shape)"), ""),
    (walk(share="fitted(share, x.data.shape) / len(node.inputs)"), ""),
    (walk(start="2 * g"), "Every entry is 2 times the right one."),
    (
        walk().replace("return grads", "return {x: grads[x].ravel() for x in grads}"),
        "It is the right result, flattened.",
    ),
]
UNLISTED["column_bias_size"] = [("inputs * outputs**2", "")]
