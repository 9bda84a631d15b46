"""Wrong answers that no listed mistake explains, and what a verdict says of them.

UNLISTED[question] holds (answer, says): an expression to return, the lines of a
function's body or a class; and the sentence that adds to the numbers, one of several
where it depends on the draws, or a part of what the story tells in words. It is empty
where a verdict has the numbers alone.
"""

from catalogue import corpus

ARGS = {
    "local_grads": "op, a, b",
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
node = corpus("02_graphs_by_hand")["with_methods"]
value = corpus("03_reverse_mode")["value"]
slope = corpus("03_reverse_mode")["slope"]
walk = corpus("04_tensors")["walk"]


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
    return f"{ABOVE.get(name, '')}\ndef {name}({ARGS[name]}):\n    {body}"


UNLISTED = {}

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
