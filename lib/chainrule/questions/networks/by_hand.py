"""Every number of a 4-2-1 network on paper, forward and backward."""

import numpy as np

from chainrule.judge import Part, Question, close, own_case
from chainrule.oracle import Oracle
from chainrule.questions.kinds import mistakes


def forward(x, W1, b1, W2, b2, t, relu=True, biases=True):
    """z1, z2, a1, a2, p and L, without ReLU or biases where they are forgotten."""
    z = np.array(W1) @ x + (b1 if biases else 0)
    a = np.maximum(z, 0) if relu else z
    p = np.array(W2) @ a + (b2 if biases else 0)
    return np.array([*z, *a, p, (p - t) ** 2], dtype=float)


def by_torch(x, W1, b1, W2, b2, t):
    """All eleven numbers: the six values, then the gradients of p, a1, a2, z1, z2."""
    import torch

    def tensor(v):
        return torch.tensor(v, dtype=torch.float64)

    z = torch.addmv(tensor(b1), tensor(W1), tensor(x)).requires_grad_()
    a = torch.relu(z)
    p = torch.dot(tensor(W2), a) + b2
    loss = (p - t) ** 2
    dp, da, dz = torch.autograd.grad(loss, [p, a, z])
    return torch.stack([*z, *a, p, loss, dp, *da, *dz]).detach().numpy()


def backward(x, W1, b1, W2, b2, t, factor=2, W2_is_a=False, gate="slope"):
    """All eleven numbers on paper, as far as a mistake leaves them right."""
    values = forward(x, W1, b1, W2, b2, t)
    z, a, p = values[:2], values[2:4], values[4]
    dp = factor * (p - t)
    da = dp * (a if W2_is_a else np.array(W2))
    passed = {"slope": z > 0, "open": 1, "value": a, "turned": z < 0}[gate]
    return np.array([*values, dp, *da, *(da * passed)], dtype=float)


def padded(values):
    """Six values, and zeros where the gradients stand."""
    return np.append(values, np.zeros(5))


def squared(power):
    """L as another function of the error."""

    def rule(right, t):
        return np.array([*right[:5], power(right[4] - t), *right[6:]])

    return rule


VALUES = {
    "A hidden unit has passed on a negative number. ReLU turns a negative z into 0.": (
        lambda **network: padded(forward(**network, relu=False))
    ),
    "The biases are missing: each unit adds its own.": (
        lambda **network: padded(forward(**network, biases=False))
    ),
    "All is right before L. L is the error squared: (p - t)².": squared(lambda e: e),
    "All is right before L. This loss has no factor ½.": squared(lambda e: e * e / 2),
}
GRADIENTS = {
    "The 2 of the square is missing.": lambda **net: backward(**net, factor=1),
    "All signs are opposite. Which way does (p - t)² go when p rises a little?": (
        lambda **net: backward(**net, factor=-2)
    ),
    "ReLU is left out on the way back: where z is negative, no gradient passes.": (
        lambda **net: backward(**net, gate="open")
    ),
    "The last two gradients have ReLU's value as a factor. Take its slope, 1 or 0.": (
        lambda **net: backward(**net, gate="value")
    ),
    "You pass the gradient where z is negative. ReLU passes a gradient where z is "
    "positive.": (lambda **net: backward(**net, gate="turned")),
    "You multiplied by a1 and a2, as for the gradients of W2. For a1, take the number "
    "that a1 is multiplied by on the way forward.": lambda **net: backward(
        **net, W2_is_a=True
    ),
}


def small_network(rng):
    """One unit on, one off; no mistake, nor another letter, gives the right numbers."""
    while True:
        network = {
            "x": signed(rng, 1, 4, 4),
            "W1": [signed(rng, 1, 3, 4), signed(rng, 1, 3, 4)],
            "b1": signed(rng, 1, 4, 2),
            "W2": signed(rng, 2, 5, 2),
            "b2": signed(rng, 1, 4, 1)[0],
            "t": 0,
        }
        z1, z2, *_, p, _ = forward(**network)
        network["t"] = int(p) - int(rng.choice([-5, -3, 3, 5]))  # no 2^e is e^2
        on_and_off = min(z1, z2) < -1 < 1 < max(z1, z2) < 10
        if on_and_off and letters_apart(**network) and all_apart(**network):
            return network


def signed(rng, low, high, count):
    return (rng.integers(low, high + 1, count) * rng.choice([-1, 1], count)).tolist()


def all_apart(**network):
    """Whether no mistake leads to the right numbers, or to another's."""
    right = backward(**network)
    if len({abs(n) for n in right}) < 8:  # z and a, da and dz of the unit on, zeros
        return False
    for wrong, numbers in ((VALUES, slice(0, 6)), (GRADIENTS, slice(6, 11))):
        rules = mistakes(wrong)
        found = [m.wrong(lambda **_: right, **network)[numbers] for m in rules]
        if len({tuple(f) for f in [right[numbers], *found]}) < 1 + len(found):
            return False
    return True


def letters_apart(x, W1, b1, W2, b2, t):
    """Whether no number passes for one that has its place in a formula, and no sign
    could be left out."""
    z1, z2, _, _, p, _ = forward(x, W1, b1, W2, b2, t)
    error = p - t
    sums = np.array(W1) @ x
    da = [2 * error * w for w in W2]
    met = [t, error, 2 * error, 2 * error - t, max(z1, z2), b2, *W2, *da]
    beside = zip([*W2, *W2, z1, z2], [*b1, *x[:2], *x[:2]], strict=True)
    da_of_on = da[0 if z1 > z2 else 1]
    signs = da_of_on < 0 and W2[0] * W2[1] < 0 and sums.min() < 0 and sums.all()
    apart = len({abs(n) for n in met}) == len(met) and all(m != n for m, n in beside)
    return bool(apart and signs)


def part(title, rule, wrong, numbers):
    """One point for some of the numbers."""

    def agree(yours, right, **_):
        return yours.shape == right.shape and close()(yours[numbers], right[numbers])

    return Part(
        1,
        Oracle("torch.autograd", rule),
        [own_case(title, small_network)],
        mistakes(wrong),
        agree=agree,
    )


by_hand = Question(
    "by_hand",
    part("your own network, forward", by_torch, VALUES, slice(0, 6)),
    part("your own network, backward", by_torch, GRADIENTS, slice(6, 11)),
    hints=[
        "Forward, from the left to the right: z1 is the first row of W1 times x, plus "
        "the first number of b1. A negative z gives a = 0.",
        "Backward, from the right to the left: each gradient is the gradient of the "
        "next value times one local derivative. The first is 2 (p - t).",
        "On the way forward a1 is multiplied by W2[0]; on the way back the gradient of "
        "p is multiplied by W2[0]. ReLU passes a gradient where z is positive, else 0.",
    ],
    value=True,
)
