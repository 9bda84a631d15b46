"""Answers to 2-autodiff/04_tensors as students write them, by question.

RIGHT: other right answers than the notebook's own. WRONG: plausible answers that no
catalogued mistake explains. MISTAKES: for each mistake of the bank, in its order, the
code that makes it. All are cells of source; the set-up cell has been run before them.
"""

RIGHT = {}
WRONG = {}
MISTAKES = {}


def body(name, args, *bodies):
    """One function for each body: an expression to return, or whole lines."""
    return [
        f"def {name}({args}):\n    "
        + (b.strip().replace("\n", "\n    ") if "\n" in b else f"return {b}")
        for b in bodies
    ]


def of(name, args):
    return lambda *bodies: body(name, args, *bodies)


affine = of("affine_jacobian", "W, b, x")
RIGHT["affine_jacobian"] = affine(
    "W",
    """
J = np.zeros((len(b), len(x)))
for i in range(len(b)):
    for j in range(len(x)):
        J[i, j] = W[i, j]
return J""",
    "np.stack([(W @ (x + e) - W @ x) for e in np.eye(len(x))], axis=1)",
)
WRONG["affine_jacobian"] = affine(
    "np.outer(b, x)",
    "W + b[:, None] * 0.1",
    "np.linalg.pinv(W)",
    "np.hstack([W, b[:, None]])",
    "np.eye(len(b))",
    "W @ np.eye(len(b))",
    "W.sum()",
    "print(W)",
)
MISTAKES["affine_jacobian"] = affine(
    "W.T", "W @ x + b", "W.sum(axis=0)", "W * x", "W + b[:, None]"
)

jacobian = of("relu_jacobian", "x")
RIGHT["relu_jacobian"] = jacobian(
    "np.eye(len(x)) * (x > 0)",
    """
J = np.zeros((len(x), len(x)))
for i in range(len(x)):
    if x[i] > 0:
        J[i, i] = 1
return J""",
    "np.diag(np.where(x > 0, 1, 0))",
)
WRONG["relu_jacobian"] = jacobian(
    "np.diag(x < 0) * 1.0",
    "np.eye(len(x))",
    "np.diag(np.sign(x))",
    "np.outer(x > 0, x > 0) * 1.0",
    "np.diag(x)",
    "np.ones((len(x), len(x))) * (x > 0)[:, None]",
    "1.0 if x > 0 else 0.0",
)
MISTAKES["relu_jacobian"] = jacobian(
    "(x > 0).astype(float)",
    "np.diag((x >= 0).astype(float))",
    "np.diag(0.5 * (1 + np.sign(x)))",
    "np.diag(np.maximum(x, 0))",
    "np.array([(x > 0) * 1.0] * len(x))",
)

jacobian = of("softmax_jacobian", "x")
RIGHT["softmax_jacobian"] = jacobian(
    "softmax(x)[:, None] * (np.eye(len(x)) - softmax(x)[None, :])",
    """
p = np.exp(x) / np.exp(x).sum()
J = np.zeros((len(x), len(x)))
for i in range(len(x)):
    for j in range(len(x)):
        J[i, j] = p[i] * ((i == j) - p[j])
return J""",
)
WRONG["softmax_jacobian"] = jacobian(
    "np.eye(len(x)) - np.outer(softmax(x), softmax(x))",
    "np.diag(softmax(x)) - softmax(x) @ softmax(x)",
    "np.outer(softmax(x), 1 - softmax(x))",
    "np.diag(x) - np.outer(x, x)",
    "np.eye(len(x)) - softmax(x)",
    "softmax(x) - np.outer(softmax(x), softmax(x))",
)
MISTAKES["softmax_jacobian"] = jacobian(
    "np.diag(softmax(x) * (1 - softmax(x)))",
    "softmax(x) * (1 - softmax(x))",
    "np.outer(softmax(x), softmax(x)) - np.diag(softmax(x))",
    """
p = softmax(x)
return np.outer(p, p) + np.diag(p - 2 * p**2)""",
    "-np.outer(softmax(x), softmax(x))",
    "np.diag(softmax(x))",
    "np.diag(softmax(x)) - softmax(x) * softmax(x)",
)

vjp = of("relu_vjp", "u, x")
RIGHT["relu_vjp"] = vjp(
    "np.where(x > 0, u, 0.0)",
    """
grad = u.copy()
grad[x <= 0] = 0
return grad""",
    "u * np.heaviside(x, 0)",
)
WRONG["relu_vjp"] = vjp(
    "u @ np.diag(x > 0)",
    "np.where(x > 0, u, 0.01 * u)",
    "np.maximum(u * x, 0)",
    "u * np.sign(x)",
    "np.maximum(u, 0) * (x > 0)",
    "u[x > 0]",
    "(u * (x > 0)).sum()",
)
MISTAKES["relu_vjp"] = vjp(
    "(x > 0) * 1.0", "u * (u > 0)", "u", "u * np.maximum(x, 0)", "np.where(x > 0, 0, u)"
)

vjp = of("softmax_vjp", "u, x")
RIGHT["softmax_vjp"] = vjp(
    """
e = np.exp(x - x.max())
p = e / e.sum()
return u * p - np.sum(u * p) * p""",
    """
p = softmax(x)
weighted = np.dot(p, u)
return np.array([pi * (ui - weighted) for pi, ui in zip(p, u)])""",
)
WRONG["softmax_vjp"] = vjp(
    "softmax(x) * (u - u * softmax(x))",
    "softmax(x) * (u - u.mean())",
    "softmax(x) * (u - softmax(x))",
    "softmax(u) * (x - softmax(u) @ x)",
    "u @ softmax(x)",
    "softmax(x) * (u - u @ x)",
    "softmax(x) * (1 - u @ softmax(x))",
    """
p = softmax(x)
J = np.diag(p) - np.outer(p, p)
return -(u @ J)""",
)
MISTAKES["softmax_vjp"] = vjp(
    "u * softmax(x) * (1 - softmax(x))",
    "softmax(x) * (u @ softmax(x) - u)",
    "u - u @ softmax(x)",
    "u - softmax(x) * u.sum()",
    "softmax(x) * u",
    """
p = softmax(x)
return u @ (np.diag(p) - np.outer(p, p))""",
)

undo = of("unbroadcast", "g, shape")
RIGHT["unbroadcast"] = undo(
    """
while g.ndim > len(shape):
    g = g.sum(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=i, keepdims=True)
return g""",
    """
padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
axes = tuple(i for i, n in enumerate(padded) if n == 1)
return np.sum(g, axis=axes, keepdims=True).reshape(shape)""",
    """
out = np.zeros(shape)
where = np.broadcast_to(np.arange(out.size).reshape(shape), g.shape)
np.add.at(out.reshape(-1), where.ravel(), g.ravel())
return out""",
)
FRONT = "tuple(range(g.ndim - len(shape)))"
WRONG["unbroadcast"] = undo(
    "g.reshape(shape)",
    "np.resize(g, shape)",
    "g.sum(axis=-1)",
    "np.ones(shape) * g.sum()",
    "g.sum(axis=0) if g.shape != shape else g",
    """
while g.ndim > len(shape):
    g = g.sum(axis=-1)
return g""",
    """
for i, n in enumerate(shape):
    if n == 1:
        g = g.sum(axis=i, keepdims=True)
while g.ndim > len(shape):
    g = g.sum(axis=0)
return g""",
    """
while g.ndim > len(shape):
    g = g.max(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.max(axis=i, keepdims=True)
return g""",
)
MEAN = """
while g.ndim > len(shape):
    g = g.mean(axis=0)
for i, n in enumerate(shape):
    if n == 1:
        g = g.mean(axis=i, keepdims=True)
return g"""
LEADING = f"g.sum(axis={FRONT})"
MISTAKES["unbroadcast"] = undo(
    MEAN,
    "g",
    "g.sum(axis=0)",
    f"g.sum(axis={FRONT}, keepdims=True)",
    """
while g.ndim > len(shape):
    g = g[0]
return g""",
    MEAN,
    LEADING,
    """
axes = tuple(range(g.ndim - len(shape)))
g = g.sum(axis=axes)
stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] > 1)
return g.sum(axis=stretched)""",
    MEAN,
    LEADING,
)

product = of("matmul_backward", "g, a, b")
RIGHT["matmul_backward"] = product(
    "[np.dot(g, b.transpose()), np.dot(a.transpose(), g)]",
    "np.einsum('ij,kj->ik', g, b), np.einsum('ik,ij->kj', a, g)",
    """
da, db = np.zeros(a.shape), np.zeros(b.shape)
for i in range(a.shape[0]):
    for j in range(b.shape[1]):
        da[i] += g[i, j] * b[:, j]
        db[:, j] += g[i, j] * a[i]
return da, db""",
)
WRONG["matmul_backward"] = product(
    "g @ b.T",
    "-(g @ b.T), -(a.T @ g)",
    "g @ b.T / len(a), a.T @ g / len(a)",
    "np.broadcast_to(b.sum(1), a.shape), g @ b.T",
    "(g @ b.T).sum(), (a.T @ g).sum()",
    "b.T, a.T",
    "np.linalg.pinv(b) @ g, np.linalg.pinv(a) @ g",
    "g * b, g * a",
    "{'a': g @ b.T, 'b': a.T @ g}",
)
MISTAKES["matmul_backward"] = product(
    "b @ g.T, a.T @ g",
    "g @ b, a.T @ g",
    "a.T @ g, g @ b.T",
    "np.ones(g.shape) @ b.T, a.T @ g",
    "g @ b.T, g.T @ a",
    "g @ b.T, a.T @ np.ones_like(g)",
)

spread = of("sum_backward", "g, x, axis")
RIGHT["sum_backward"] = spread(
    """
kept = x.sum(axis=axis, keepdims=True)
return np.reshape(g, kept.shape) * np.ones(x.shape)""",
    """
axes = range(x.ndim) if axis is None else np.atleast_1d(axis) % x.ndim
shape = [1 if i in axes else n for i, n in enumerate(x.shape)]
return np.zeros_like(x) + np.asarray(g).reshape(shape)""",
)
WRONG["sum_backward"] = spread(
    "np.ones_like(x) * np.sum(g)",
    "np.expand_dims(g, axis)",
    "g",
    "np.expand_dims(g, 0) * np.ones_like(x)",
    "np.expand_dims(g, -1) * np.ones_like(x)",
    "-np.broadcast_to(np.expand_dims(g, axis), x.shape)",
    "x.sum(axis=axis)",
    "np.repeat(g, x.shape[axis], axis=axis)",
)
KEPT = """
if axis is not None:
    g = np.expand_dims(g, axis)
"""
MISTAKES["sum_backward"] = spread(
    "np.broadcast_to(g, x.shape)",
    "np.repeat(g, x.size // g.size).reshape(x.shape)",
    """
n = x.size // np.size(g)
if axis is not None:
    g = np.expand_dims(g, axis)
return np.broadcast_to(g, x.shape) / n""",
    KEPT + "return g * x",
    "np.ones_like(x)",
    """
if type(axis) is int:
    return np.broadcast_to(np.expand_dims(g, axis), x.shape)
n = x.size // np.size(g)
if axis is not None:
    g = np.expand_dims(g, axis)
return np.broadcast_to(g, x.shape) / n""",
    """
if type(axis) is int:
    return np.broadcast_to(np.expand_dims(g, axis), x.shape)
return np.ones(x.shape)""",
)

fold = of("reshape_backward", "g, x, shape")
RIGHT["reshape_backward"] = fold(
    "g.reshape(x.shape)",
    "g.ravel().reshape(*x.shape)",
    """
out = np.empty_like(x)
out.flat = g.ravel()
return out""",
)
WRONG["reshape_backward"] = fold(
    "g.reshape(-1)",
    "np.ones_like(x) * g.sum()",
    "g.reshape(x.shape) * x",
    "g.reshape(x.shape) / x.size",
    "-g.reshape(x.shape)",
    "x.reshape(shape)",
    "g.reshape(x.shape[::-1])",
)
MISTAKES["reshape_backward"] = fold(
    "g.reshape(shape)",
    "g.reshape(x.shape, order='F')",
    "g.reshape(x.shape[::-1]).T",
    "np.ones_like(x)",
)

turn = of("transpose_backward", "g, x, axes")
RIGHT["transpose_backward"] = turn(
    """
inverse = [0] * len(axes)
for i, a in enumerate(axes):
    inverse[a] = i
return np.transpose(g, inverse)""",
    "np.moveaxis(g, range(g.ndim), axes)",
    "g.transpose([axes.index(i) for i in range(len(axes))])",
)
WRONG["transpose_backward"] = turn(
    "g.transpose(axes[::-1])",
    "g.swapaxes(0, 1)",
    "g.transpose(np.sort(axes))",
    "g.transpose(axes).transpose(axes)",
    "x.transpose(axes)",
    "np.resize(g, x.shape[::-1]).T",
    "-g.transpose(np.argsort(axes))",
)
MISTAKES["transpose_backward"] = turn(
    "np.transpose(g, axes)", "g.T", "g.copy()", "np.reshape(g, x.shape)"
)

win = of("max_backward", "g, x, axis")
RIGHT["max_backward"] = win(
    """
out = np.zeros_like(x)
where = np.expand_dims(x.argmax(axis), axis)
np.put_along_axis(out, where, np.expand_dims(g, axis), axis)
return out""",
    """
top = np.expand_dims(np.max(x, axis), axis)
return np.where(x < top, 0, np.expand_dims(g, axis))""",
)
WRONG["max_backward"] = win(
    "g",
    "x.max(axis)",
    "np.expand_dims(g, axis) * (x > 0)",
    "np.expand_dims(g, axis) * (x == x.min(axis, keepdims=True))",
    "-np.expand_dims(g, axis) * (x == x.max(axis, keepdims=True))",
    "np.expand_dims(g, axis) * (x == x.max(0))",
    "np.expand_dims(g, axis) * x / x.max(axis, keepdims=True)",
    """
out = np.zeros_like(x)
out[x.argmax(axis)] = g
return out""",
)
MISTAKES["max_backward"] = win(
    "np.broadcast_to(np.expand_dims(g, axis), x.shape)",
    "(x == x.max(axis, keepdims=True)) * 1.0",
    "(x == x.max(axis, keepdims=True)) * g",
    "(x == np.max(x)) * np.expand_dims(g, axis)",
    """
top = x.max(axis, keepdims=True)
return (x == top) * np.expand_dims(g, axis) * top""",
)

OWN = (
    'own = numbers("column_bias_size", STUDENT)\nn, m = own["inputs"], own["outputs"]\n'
)


def sizes(*formulas):
    return [f"{OWN}column_bias_size = {formula}" for formula in formulas]


RIGHT["column_bias_size"] = sizes(
    "m * m",
    "(np.ones((1, n)) @ np.ones((n, m)) + np.ones((m, 1))).size",
    "np.prod(np.broadcast_shapes((1, m), (m, 1)))",
)
WRONG["column_bias_size"] = sizes(
    "n + m", "m**3", "1", "(m, m)", "n * m + m", "'an error'", "lambda: m * m"
)
MISTAKES["column_bias_size"] = sizes("m", "n * m", "2 * m", "n * n")

layer = of("layer_backward", "g, X, W, b")
RIGHT["layer_backward"] = layer(
    """
dZ = np.where(X @ W.T + b > 0, g, 0)
return [np.dot(dZ, W), np.einsum("no,ni->oi", dZ, X), np.ones(len(X)) @ dZ]""",
    """
dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
for i, x in enumerate(X):
    dz = g[i] * (W @ x + b > 0)
    dX[i] = W.T @ dz
    dW += np.outer(dz, x)
    db += dz
return dX, dW, db""",
)
GATE = "\ndZ = g * (X @ W.T + b > 0)\n"
WRONG["layer_backward"] = layer(
    GATE + "return dZ @ W, dZ.T @ X",
    GATE + "return dZ @ W, dZ.T @ X, dZ.sum()",
    GATE + "return dZ @ W, dZ.T @ X, dZ.sum(axis=1)",
    GATE + "return dZ @ W, dZ.T @ X, dZ[0]",
    GATE + "return dZ @ W, np.outer(dZ[0], X[0]), dZ.sum(0)",
    GATE + "return -dZ @ W, -dZ.T @ X, -dZ.sum(0)",
    "\ndZ = g * (X @ W.T > 0)\nreturn dZ @ W, dZ.T @ X, dZ.sum(0)",
    "\ndZ = g * (X @ W.T + b)\nreturn dZ @ W, dZ.T @ X, dZ.sum(0)",
)
PER_EXAMPLE = "dZ[:, :, None] * X[:, None, :]"
MISTAKES["layer_backward"] = layer(
    "g @ W, g.T @ X, g.sum(0)",
    "\ndZ = np.maximum(g, 0)\nreturn dZ @ W, dZ.T @ X, dZ.sum(0)",
    GATE + "return W.T @ dZ.T, dZ.T @ X, dZ.sum(0)",
    GATE + "return dZ.T @ X, dZ @ W, dZ.sum(0)",
    GATE + "return dZ @ W, g.T @ X, dZ.sum(0)",
    GATE + "return dZ @ W, X.T @ dZ, dZ.sum(0)",
    GATE + "return dZ @ W, dZ.T @ X / len(X), dZ.sum(0)",
    GATE + f"return dZ @ W, {PER_EXAMPLE}, dZ.sum(0)",
    GATE + "return dZ @ W, dZ.T @ X, g.sum(0)",
    GATE + "return dZ @ W, dZ.T @ X, dZ",
    GATE + "return dZ @ W, dZ.T @ X, dZ.mean(0)",
    GATE + "return dZ @ W, dZ.T @ X, dZ.sum(0, keepdims=True)",
    GATE + "return dZ @ W, dZ.T @ X, dZ.sum(0)[:, None]",
)

FORWARD = """
own = numbers("one_weight", STUDENT)
x, W1, b1, W2, b2, y = (np.array(own[k]) for k in ("x", "W1", "b1", "W2", "b2", "y"))
z = W1 @ x + b1
a = np.maximum(z, 0)
error = W2 @ a + b2 - y
"""


def paths(*formulas):
    return [f"{FORWARD}one_weight = {formula}" for formula in formulas]


RIGHT["one_weight"] = paths(
    "2 * error * W2[0] * x[2]",
    "(np.outer((z > 0) * W2, x) * 2 * error)[0, 2]",
    "np.round((2 * error) * W2[0] * 1 * x[2])",
)
WRONG["one_weight"] = paths(
    "error**2",
    "2 * error * W2[0] * W1[0, 2] * x[2]",
    "2 * error * x[2] * (z[0] < 0)",
    "2 * error**2 * W2[0] * x[2]",
    "np.outer((z > 0) * W2, x) * 2 * error",
    "2 * error * (W2[0] + x[2])",
    "None",
)
MISTAKES["one_weight"] = paths(
    "error * W2[0] * x[2]",
    "-2 * error * W2[0] * x[2]",
    "2 * (W2 @ z + b2 - y) * W2[0] * x[2]",
    "2 * error * W2[0]",
    "2 * error * x[2]",
    "2 * error * W2[0] * a[0] * x[2]",
)

FIT = """
def fitted(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            g = g.sum(axis=i, keepdims=True)
    return g

"""


def walks(*bodies):
    return [FIT + source for source in body("pull_back", "root, g", *bodies)]


def walk(start="g", share="fitted(share, x.data.shape)", join="grads[x] + share"):
    return f"""
grads = {{root: {start}}}
for node in consumers_first(root):
    if node.rule:
        for x, share in zip(node.inputs, node.rule(grads[node])):
            share = {share}
            grads[x] = {join} if x in grads else share
return grads"""


RIGHT["pull_back"] = walks(
    """
from collections import defaultdict
grads = defaultdict(float)
grads[root] = g
for node in consumers_first(root):
    if not node.inputs:
        continue
    for x, share in zip(node.inputs, node.rule(grads[node])):
        grads[x] = grads[x] + fitted(share, x.data.shape)
return grads""",
    """
order, seen = [], set()

def visit(node):
    if node not in seen:
        seen.add(node)
        for x in node.inputs:
            visit(x)
        order.append(node)

visit(root)
grads = {node: np.zeros(node.data.shape) for node in order}
grads[root] = np.array(g)
for node in reversed(order):
    if node.rule is not None:
        shares = node.rule(grads[node])
        for i in range(len(shares)):
            grads[node.inputs[i]] += fitted(shares[i], node.inputs[i].data.shape)
return grads""",
)
WRONG["pull_back"] = walks(
    walk() + "[root]",
    walk().replace("return grads", "root.grads = grads"),
    walk().replace("consumers_first(root)", "reversed(consumers_first(root))"),
    walk(join="grads[x] - share"),
    walk(share="share.sum(axis=0)"),
    walk(share="fitted(share, x.data.shape) / 2"),
    walk().replace("return grads", "return list(grads.values())"),
    """
grads, waiting = {root: g}, [root]
while waiting:
    node = waiting.pop(0)
    for x, share in zip(node.inputs, node.rule(grads[node]) if node.rule else ()):
        grads[x] = grads.get(x, 0) + fitted(share, x.data.shape)
        waiting.append(x)
return grads""",
)
MISTAKES["pull_back"] = walks(
    walk(join="share"), walk(start="np.ones_like(root.data)"), walk(share="share")
)
for catalogue in (RIGHT, WRONG, MISTAKES):
    for name, sources in catalogue.items():
        catalogue[name] = [source.strip() for source in sources]
