"""The derivatives of logistic regression."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import along, lengths, precise, slopes, some

ANSWERS = {}


def logistic_gradient(student, rng):
    """The log-loss moved by complex steps, for scores of any size."""
    n, features = lengths(rng, 2)
    X, y = some(rng, n, features), rng.integers(2, size=n) * 1.0
    w, b = some(rng, features) * rng.choice([1, 1000]), rng.uniform(-2, 2)

    def loss(w, b):
        a = (1 - 2 * y) * (X @ w + b)
        side = np.sign(np.real(a))
        return np.mean((a + side * a) / 2 + np.log1p(np.exp(-side * a)))

    dw, db = student.logistic_gradient(w.copy(), b, X.copy(), y.copy())
    of_w = slopes(lambda w: loss(w, b), w)
    return precise(dw, of_w) and precise(db, along(lambda b: loss(w, b), b, 1))


SIGMOID = """
def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -700, 700)))
"""

ANSWERS["logistic_gradient"] = Answers(
    args="w, b, X, y",
    above=SIGMOID,
    decider=logistic_gradient,
    right=[
        """
dw, db = np.zeros(len(w)), 0.0
for x, label in zip(X, y):
    r = sigmoid(x @ w + b) - label
    dw, db = dw + r * x, db + r
return dw / len(y), db / len(y)""",
        """
z = np.stack([np.zeros(len(X)), X @ w + b], 1)
r = softmax(z)[:, 1] - y
return (r[:, None] * X).mean(0), r.mean()""",
        """
s = np.where(y == 1, 1, -1)
r = -s * sigmoid(-s * (X @ w + b)) / len(y)
return [np.einsum("n,nd->d", r, X), np.sum(r)]""",
    ],
    wrong=[
        "X.T @ (sigmoid(X @ w + b) - y) / len(y)",
        """
r = sigmoid(X @ w + b) - y
return r.sum(), X.T @ r""",
        """
r = X @ w + b - y
return X.T @ r / len(y), r.mean()""",
        """
r = sigmoid(X @ w) + b - y
return X.T @ r / len(y), r.mean()""",
        """
r = (sigmoid(X @ w + b) - y) / X.shape[1]
return X.T @ r, r.sum()""",
        """
r = np.logaddexp(0, X @ w + b) - y * (X @ w + b)
return X.T @ r / len(y), r.mean()""",
        """
r = (sigmoid(X @ w + b) - y) ** 2
return X.T @ r / len(y), r.mean()""",
        """
r = sigmoid(X @ w + b) - y
return r @ X / len(y), r @ X / len(y)""",
    ],
    mistakes={
        "That is NaN: ∞/∞": [
            """
with np.errstate(all="ignore"):
    p = np.exp(X @ w + b) / (1 + np.exp(X @ w + b))
return X.T @ (p - y) / len(y), np.mean(p - y)""",
            """
with np.errstate(all="ignore"):
    p = 1 / (1 + np.exp(-X @ w - b))
    r = (-y / p + (1 - y) / (1 - p)) * p * (1 - p) / len(y)
return X.T @ r, r.sum()""",
        ],
    },
    told={
        """
r = sigmoid(X @ w + b) - y
return 2 * X.T @ r / len(y), 2 * r.mean()""": "Every entry is 2 times the right one.",
        """
r = sigmoid(X @ w + b) - y
return X.T @ r[:, None] / len(y), r.mean()""": (
            "It is the right result, with an axis of length 1 too many."
        ),
        """
r = sigmoid(X @ w + b) - y
return X.T @ r / len(y) + w, r.mean()""": (
            "Every entry is the right one plus that of `w`."
        ),
        """
r = sigmoid(X @ w + b) - y
return np.abs(X.T @ r / len(y)), r.mean()""": (
            "Every entry has the size of the right one, and none is negative."
        ),
        "np.zeros(len(w)), 0.0": "Every entry is 0.",
    },
)
