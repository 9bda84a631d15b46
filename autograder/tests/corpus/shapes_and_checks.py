"""Answers to 1-derivatives/00_shapes_and_checks as students write them, by question.

RIGHT: other right answers than the notebook's own. WRONG: plausible answers that no
catalogued mistake explains. MISTAKES: for each mistake of the bank, in its order, the
code that makes it. All are cells of source; the set-up cell has been run before them.
"""

RIGHT = {}
WRONG = {}
MISTAKES = {}

SHAPES = """
def predict_shapes(n, m):
    return [{}, {}, {}, {}, {}, {}, {}, {}]"""
TRUE = ["(n,)", "(m,)", "(m, m)", "(m,)", "(n, 1)", "(n, m)", "(n, m)", "(n, n)"]


def shapes(**changed):
    """The list of shapes with entries e0, e1, ... changed."""
    said = [changed.get(f"e{i}", shape) for i, shape in enumerate(TRUE)]
    return SHAPES.format(*said)


RIGHT["predict_shapes"] = [
    """
def predict_shapes(n, m):
    X, w, a, c = np.zeros((n, m)), np.zeros(m), np.zeros(n), np.zeros((n, 1))
    results = [X @ w, a @ X, X.T @ X, X.sum(axis=0), X.sum(axis=1, keepdims=True)]
    results += [X + w, c * w, a - c]
    return [result.shape for result in results]""",
    """
def predict_shapes(n, m):
    table = f"{n}; {m}; {m} {m}; {m}; {n} 1; {n} {m}; {n} {m}; {n} {n}"
    return tuple(list(map(int, shape.split())) for shape in table.split(";"))""",
    """predict_shapes = lambda n, m: [
    [n], [m], [m, m], [m], [n, 1], [n, m], [n, m], [n, n]]""",
]
WRONG["predict_shapes"] = [
    shapes(e0="(m,)"),
    shapes(e2="(m, n)"),
    shapes(e5="(m, n)"),
    shapes(e7="()"),
    shapes(e6="(m, m)"),
    shapes(e4="(1, n)"),
    shapes(e1='"m"'),
    shapes(e3="..."),
    """
def predict_shapes(n, m):
    return [(n,), (m,), (m, m)]""",
    """
def predict_shapes(n, m):
    return [(4,), (3,), (3, 3), (3,), (4, 1), (4, 3), (4, 3), (4, 4)]""",
]
MISTAKES["predict_shapes"] = [
    shapes(e0="(n, 1)"),
    shapes(e1="(1, m)"),
    shapes(e2="(n, n)"),
    shapes(e0="(n)", e1="(m)", e3="(m)"),
    shapes(e3="(n,)"),
    shapes(e3="(1, m)"),
    shapes(e4="(n,)"),
    shapes(e3="m"),
    shapes(e7="(n,)"),
    shapes(e7="(n, 1)"),
    shapes(e6="(n, 1)"),
    shapes(e5="(m,)"),
]

RIGHT["affine"] = [
    """
def affine(X, W, b):
    return np.einsum("ni,oi->no", X, W) + b""",
    """
def affine(X, W, b):
    return (W @ X.T + b[:, None]).T""",
    """affine = lambda X, W, b: np.add(np.dot(X, np.transpose(W)), b.reshape(1, -1))""",
]
WRONG["affine"] = [
    """
def affine(X, W, b):
    return X @ W.T - b""",
    """
def affine(X, W, b):
    return X * W + b""",
    """
def affine(X, W, b):
    return (X + b) @ W.T""",
    """
def affine(X, W, b):
    return W @ X[0] + b""",
    """
def affine(X, W, b):
    Y = X @ W.T + b
    print(Y)""",
    """
def affine(X, W, b):
    return np.round(X @ W.T + b, 1)""",
    """
import torch

def affine(X, W, b):
    return torch.nn.functional.linear(*map(torch.tensor, (X, W, b))).numpy()""",
]
MISTAKES["affine"] = [
    """
def affine(X, W, b):
    return X @ W + b""",
    """
def affine(X, W, b):
    return X @ W.T + b.reshape(-1, 1)""",
    """
def affine(X, W, b):
    return W @ X.T + b[:, None]""",
    """
def affine(X, W, b):
    return X @ W.T""",
    """
def affine(X, W, b):
    return np.sum(X @ W.T + b, axis=0)""",
    """
def affine(X, W, b):
    return np.array([W @ x + b for x in X])""",
]

RIGHT["log_cosh_slope"] = [
    """
def log_cosh_slope(prediction, target):
    return -np.tanh(target - prediction) / prediction.size""",
    """
def log_cosh_slope(prediction, target):
    gap = prediction - target
    return np.sinh(gap) / np.cosh(gap) * (1 / len(gap))""",
]
WRONG["log_cosh_slope"] = [
    """
def log_cosh_slope(prediction, target):
    return np.tan(prediction - target) / len(target)""",
    """
def log_cosh_slope(prediction, target):
    return np.tanh(prediction) - np.tanh(target) / len(target)""",
    """
def log_cosh_slope(prediction, target):
    return 2 * (prediction - target) / len(target)""",
    """
def log_cosh_slope(prediction, target):
    return np.abs(np.tanh(prediction - target)) / len(target)""",
    """
def log_cosh_slope(prediction, target):
    return (np.tanh(prediction - target) / len(target))[:, None]""",
    """
def log_cosh_slope(prediction, target):
    return 1 / np.cosh(prediction - target) / len(target)""",
    """
def log_cosh_slope(prediction, target):
    return np.tanh(prediction - target) / 2""",
]
MISTAKES["log_cosh_slope"] = [
    """
def log_cosh_slope(prediction, target):
    return np.tanh(target - prediction) / len(target)""",
    """
def log_cosh_slope(prediction, target):
    return np.log(np.cosh(prediction - target))""",
    """
def log_cosh_slope(prediction, target):
    return np.mean(np.log(np.cosh(prediction - target)))""",
    """
def log_cosh_slope(prediction, target):
    return np.mean(np.tanh(prediction - target))""",
    """
def log_cosh_slope(prediction, target):
    return np.tanh(prediction - target)""",
    """
def log_cosh_slope(prediction, target):
    return np.tanh(prediction - target) / len(target) ** 2""",
]
for catalogue in (RIGHT, WRONG, MISTAKES):
    for name, sources in catalogue.items():
        catalogue[name] = [source.strip() for source in sources]
