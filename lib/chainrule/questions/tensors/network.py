"""One weight of a 4-2-1 network, on paper."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.kinds import mistakes, own_value


def forward(x, W1, b1, W2, b2):
    """z1, z2 and z3 of the 4-2-1 network."""
    z = [sum(w * v for w, v in zip(W1[i], x, strict=True)) + b1[i] for i in (0, 1)]
    return z, sum(w * max(v, 0) for w, v in zip(W2, z, strict=True)) + b2


def slope_of_weight(x, W1, b1, W2, b2, y):
    """dL/dw for the weight from input 3 to hidden unit 1, by torch.autograd."""
    import torch

    def tensor(v):
        return torch.tensor(v, dtype=torch.float64, requires_grad=True)

    W = tensor(W1)
    a = torch.relu(W @ tensor(x) + tensor(b1))
    loss = (tensor(W2) @ a + b2 - y) ** 2
    return torch.autograd.grad(loss, W)[0][0, 2].item()


def along_the_path(*factors, relu=True):
    """The product of some of the factors on the path, and the error."""

    def rule(x, W1, b1, W2, b2, y):
        z, z3 = forward(x, W1, b1, W2, b2)
        if not relu:
            z3 = sum(w * v for w, v in zip(W2, z, strict=True)) + b2
        known = {"2": 2, "w": W2[0], "x": x[2], "a": max(z[0], 0)}
        return float(np.prod([known[f] for f in factors]) * (z3 - y))

    return rule


ONE_WEIGHT = {
    "The 2 of the square is missing.": along_the_path("w", "x"),
    "The sign is opposite. Which way does (z3 - y)² go when z3 rises a little?": (
        lambda right: -right
    ),
    "Hidden unit 2 has passed on a negative number. Its ReLU makes it 0 first.": (
        along_the_path("2", "w", "x", relu=False)
    ),
    "The last factor, dz1/dw, is missing: what multiplies this weight?": (
        along_the_path("2", "w")
    ),
    "The factor dz3/da1 is missing: a weight of the second layer.": (
        along_the_path("2", "x")
    ),
    "That has the value a1 as a factor. Only ReLU's slope at z1 belongs there.": (
        along_the_path("2", "w", "x", "a")
    ),
}


def small_network(rng):
    """Unit 1 is on, unit 2 is off, and each mistake leads to a number of its own."""
    while True:
        signs = rng.choice([-1, 1], (2, 4))
        *x, w, v, b2 = (rng.permutation(9)[:7] + 1).tolist()
        args = {
            "x": x,
            "W1": (signs * rng.integers(1, 4, (2, 4))).tolist(),
            "b1": rng.integers(-2, 3, 2).tolist(),
            "W2": [w, v],
            "b2": b2,
        }
        z, z3 = forward(**args)
        if z[0] > 1 > 0 > z[1]:
            args["y"] = int(z3 + rng.integers(2, 13))
            if all_apart(z, z3, **args):
                return args


def all_apart(z, z3, x, W1, b1, W2, b2, y):
    """Whether no two numbers in sight agree, so that every mix-up shows."""
    seen, factors = [*x, *W2, b2, *z, z3 - y], {x[2], W2[0]}
    if len({abs(n) for n in seen}) < len(seen) or min(factors) < 3:
        return False
    if abs(W1[0][2]) in {1, b2, abs(z3 - y), *factors} or b1[0] in {0, b2}:
        return False
    args = {"x": x, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "y": y}
    right = along_the_path("2", "w", "x")(**args)
    found = {m.wrong(lambda **_: right, **args) for m in mistakes(ONE_WEIGHT)} | {right}
    return len(found) == 1 + len(ONE_WEIGHT) and 9 < abs(right) < 500


one_weight = own_value(
    "one_weight",
    "your own network",
    Oracle("torch.autograd", slope_of_weight),
    small_network,
    ONE_WEIGHT,
    hints=[
        "Go forward first and keep every number: z1, z2, a1, a2, z3.",
        "One path leads from this weight to L: w, z1, a1, z3, L. One factor per arrow.",
        "The factors, from L backward: 2 (z3 - y), W2's first entry, 1 or 0 for ReLU, "
        "and the input that this weight multiplies.",
    ],
)
