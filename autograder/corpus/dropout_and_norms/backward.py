"""Batch normalization backward."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import lengths, precise, slopes, some

ANSWERS = {}


def batch_norm_backward(student, rng):
    """All three gradients by complex steps through the forward pass."""
    n, features = lengths(rng, 2, 2, 5)
    X, g, gamma = some(rng, n, features), some(rng, n, features), some(rng, features)
    eps = rng.uniform(0.01, 0.4)

    def loss(X, gamma, beta):
        centred = X - X.sum(0) / n
        var = (centred**2).sum(0) / n
        return np.sum(g * (gamma * centred * (var + eps) ** -0.5 + beta))

    zeros = np.zeros(features)
    right = (
        slopes(lambda x: loss(x.reshape(X.shape), gamma, zeros), X.ravel()),
        slopes(lambda c: loss(X, c, zeros), gamma),
        slopes(lambda b: loss(X, gamma, b), zeros),
    )
    found = student.batch_norm_backward(g.copy(), X.copy(), gamma.copy(), eps)
    right = right[0].reshape(X.shape), *right[1:]
    return len(found) == 3 and all(map(precise, found, right))


DX = "(a - a.mean(0) - x_hat * (a * x_hat).mean(0)) / root"


def back(dX=DX, dgamma="(g * x_hat).sum(0)", dbeta="g.sum(0)", end="dX, dgamma, dbeta"):
    return f"""
root = np.sqrt(X.var(axis=0) + eps)
x_hat = (X - X.mean(axis=0)) / root
a = gamma * g
dX, dgamma, dbeta = {dX}, {dgamma}, {dbeta}
return {end}"""


ANSWERS["batch_norm_backward"] = Answers(
    args="g, X, gamma, eps",
    decider=batch_norm_backward,
    right=[
        back(
            "gamma / root * (g - dbeta / n - x_hat * dgamma / n)",
        ).replace(
            "dX, dgamma, dbeta =",
            "n, dgamma, dbeta = len(X), (g * x_hat).sum(0), g.sum(0)\ndX, _, _ =",
        ),
        """
n = len(X)
c = X - X.sum(0) / n
s2 = (c**2).sum(0) / n + eps
da = g * gamma
dvar = (da * c).sum(0) * -0.5 * s2 ** -1.5
dmean = -da.sum(0) / np.sqrt(s2)
dX = da / np.sqrt(s2) + dvar * 2 * c / n + dmean / n
return dX, (g * c).sum(0) / np.sqrt(s2), g.sum(0)""",
        """
n, columns, dgamma = len(X), [], []
for x, up, c in zip(X.T, g.T, gamma):
    d = np.sqrt(np.var(x) + eps)
    h = (x - np.mean(x)) / d
    J = (np.eye(n) - 1 / n - np.outer(h, h) / n) / d
    columns.append(c * (J @ up))
    dgamma.append(up @ h)
return np.array(columns).T, np.array(dgamma), np.ones(n) @ g""",
    ],
    wrong=[
        back("(a - a.mean() - x_hat * (a * x_hat).mean()) / root"),
        back("(a - a.mean(0) - x_hat * (g * x_hat).mean(0)) / root"),
        back("(a - a.mean(0) - (a * x_hat).mean(0)) / root"),
        back("(a - a.mean(0) - x_hat * a.mean(0)) / root"),
        back("(a - a.mean(0) - X * (a * x_hat).mean(0)) / root"),
        back("a - a.mean(0)"),
        back(dX="a * x_hat", dgamma="g * gamma", dbeta="gamma.sum()"),
        back(dgamma="x_hat.sum(0)"),
        back(dbeta="np.ones(len(gamma))"),
        back(end="dX, dbeta, dgamma"),
        back(end="dX, dgamma"),
    ],
    told={
        back(end="-dX, -dgamma, -dbeta"): "Every entry is -1 times the right one.",
        back(end="2 * dX, 2 * dgamma, 2 * dbeta"): (
            "Every entry is 2 times the right one."
        ),
        back(end="dX.T, dgamma, dbeta"): "It is the right result, transposed.",
        back(end="dX, dgamma[None], dbeta[None]"): (
            "It is the right result, with an axis of length 1 too many."
        ),
        back(end="np.round(dX, 3), dgamma, dbeta"): (
            "It is the right result, rounded to 3 decimals."
        ),
        back(end="dX * len(X), dgamma, dbeta"): (
            "Every entry is `g.shape[0]` times the right one."
        ),
    },
)
