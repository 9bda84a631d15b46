"""Every number of a 4-2-1 network on paper, forward and backward."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.kinds import mistakes, own_value


def forward(x, W1, b1, W2, b2, y, relu=True, biases=True):
    """z1, z2, a1, a2, z3 and L, without ReLU or biases where they are forgotten."""
    z = np.array(W1) @ x + (b1 if biases else 0)
    a = np.maximum(z, 0) if relu else z
    z3 = np.array(W2) @ a + (b2 if biases else 0)
    return np.array([*z, *a, z3, (z3 - y) ** 2], dtype=float)


def by_torch(x, W1, b1, W2, b2, y):
    """All of forward's numbers as tensors, none of them a leaf but the first two."""
    import torch

    def tensor(v):
        return torch.tensor(v, dtype=torch.float64)

    z = torch.addmv(tensor(b1), tensor(W1), tensor(x)).requires_grad_()
    a = torch.relu(z)
    z3 = torch.dot(tensor(W2), a) + b2
    return z, a, z3, (z3 - y) ** 2


def values(**network):
    import torch

    z, a, z3, loss = by_torch(**network)
    return torch.stack([*z, *a, z3, loss]).detach().numpy()


def gradients(**network):
    """The gradients of z3, a1, a2, z1 and z2."""
    import torch

    z, a, z3, loss = by_torch(**network)
    dz3, da, dz = torch.autograd.grad(loss, [z3, a, z])
    return torch.stack([dz3, *da, *dz]).numpy()


def backward(x, W1, b1, W2, b2, y, factor=2, W2_is_a=False, gate="slope"):
    """The same gradients on paper, as far as a mistake leaves them right."""
    *z, a1, a2, z3, _ = forward(x, W1, b1, W2, b2, y)
    z, a = np.array(z), np.array([a1, a2])
    dz3 = factor * (z3 - y)
    da = dz3 * (a if W2_is_a else np.array(W2))
    passed = {"slope": z > 0, "open": 1, "value": a, "turned": z < 0}[gate]
    return np.array([dz3, *da, *(da * passed)], dtype=float)


def squared(power):
    """L as another function of the error."""

    def rule(right, y):
        return np.array([*right[:-1], power(right[-2] - y)])

    return rule


VALUES = {
    "A hidden unit has passed on a negative number. Its ReLU makes it 0 first.": (
        lambda **network: forward(**network, relu=False)
    ),
    "The biases are missing: each unit adds its own.": (
        lambda **network: forward(**network, biases=False)
    ),
    "All is right up to L. L is the error squared: (z3 - y)².": squared(lambda e: e),
    "All is right up to L. There is no factor ½ in this loss.": squared(
        lambda e: e * e / 2
    ),
}
GRADIENTS = {
    "The 2 of the square is missing.": lambda **net: backward(**net, factor=1),
    "All signs are opposite. Which way does (z3 - y)² go when z3 rises a little?": (
        lambda right: -right
    ),
    "ReLU is left out on the way back: where z is negative, no gradient passes.": (
        lambda **net: backward(**net, gate="open")
    ),
    "The last two have the value of ReLU as a factor. Its slope is 1 or 0.": (
        lambda **net: backward(**net, gate="value")
    ),
    "ReLU's gate is turned round: it passes a gradient where z is positive.": (
        lambda **net: backward(**net, gate="turned")
    ),
    "That multiplies by a1 and a2, which gives the gradients of W2. What multiplies a1 "
    "on the way forward?": lambda **net: backward(**net, W2_is_a=True),
}


def small_network(rng):
    """One unit on, one off; every mistake leads to numbers of its own."""
    while True:
        network = {
            "x": signed(rng, 1, 4, 4),
            "W1": [signed(rng, 1, 3, 4), signed(rng, 1, 3, 4)],
            "b1": signed(rng, 1, 4, 2),
            "W2": signed(rng, 2, 5, 2),
            "b2": signed(rng, 1, 4, 1)[0],
            "y": 0,
        }
        z1, z2, *_, z3, _ = forward(**network)
        network["y"] = int(z3) - signed(rng, 2, 5, 1)[0]
        if min(z1, z2) < -1 < 1 < max(z1, z2) < 10 and all_apart(**network):
            return network


def signed(rng, low, high, count):
    return (rng.integers(low, high + 1, count) * rng.choice([-1, 1], count)).tolist()


def all_apart(**network):
    """Whether no mistake leads to the right numbers, or to another's."""
    for wrong, oracle in ((VALUES, forward), (GRADIENTS, backward)):
        right = oracle(**network)
        found = [m.wrong(oracle, **network) for m in mistakes(wrong)]
        apart = {tuple(numbers) for numbers in [right, *found]}
        if len(apart) < 1 + len(found):
            return False
    return len({abs(n) for n in backward(**network)[:3]}) == 3


values_by_hand = own_value(
    "values_by_hand",
    "your own network",
    Oracle("torch", values),
    small_network,
    VALUES,
    hints=[
        "Go from the left to the right: both z first, then both a, then z3, then L.",
        "z1 is the first row of W1 times x, entry by entry, summed, plus the first "
        "number of b1.",
        "A negative z gives a = 0. z3 is W2[0] a1 + W2[1] a2 + b2, and L = (z3 - y)².",
    ],
)

gradients_by_hand = own_value(
    "gradients_by_hand",
    "your own network, backward",
    Oracle("torch.autograd", gradients),
    small_network,
    GRADIENTS,
    hints=[
        "Go from the right to the left. Each gradient is the one behind it, times one "
        "local derivative.",
        "∂L/∂z3 is 2 (z3 - y). On the way forward a1 is multiplied by W2[0], and so is "
        "the gradient on its way back.",
        "ReLU passes the gradient where its z is positive, and passes 0 where it isn't.",
    ],
)
