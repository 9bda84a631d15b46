"""One step of a GRU, with its gates where the paper of 2014 has them."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import called, tensors


def by_torch(x, s, W, U, b):
    import torch

    linear = torch.nn.functional.linear
    x, s, W, U, b = tensors([x, s, W, U, b])
    r, z = (torch.sigmoid(linear(x, W[k], b[k]) + linear(s, U[k])) for k in (0, 1))
    new = torch.tanh(linear(x, W[2], b[2]) + linear(r * s, U[2]))
    return torch.lerp(new, s, z).numpy()


def states(rng):
    inputs, hidden, n = rng.permutation([2, 3, 4]).tolist()
    return {
        "x": numbers_of(rng, n, inputs),
        "s": numbers_of(rng, n, hidden) / 2,
        "W": numbers_of(rng, 3, hidden, inputs),
        "U": numbers_of(rng, 3, hidden, hidden),
        "b": numbers_of(rng, 3, hidden),
    }


def sigmoid(v):
    return (1 + np.tanh(v / 2)) / 2


def stepped(order=(0, 1, 2), gate=sigmoid, new=np.tanh, mix=None, reset=None, bias=1):
    """A step in which one thing is another."""
    mix = mix or (lambda z, s, c: z * s + (1 - z) * c)
    reset = reset or (lambda r, s, U, b: (r * s) @ U.T)

    def rule(x, s, W, U, b):
        (W_r, U_r, b_r), (W_z, U_z, b_z), (W_c, U_c, b_c) = (
            (W[k], U[k], bias * b[k]) for k in order
        )
        r = gate(x @ W_r.T + s @ U_r.T + b_r)
        z = gate(x @ W_z.T + s @ U_z.T + b_z)
        return mix(z, s, new(x @ W_c.T + reset(r, s, U_c, b_c) + b_c))

    return rule


def mixed_with_reset(x, s, W, U, b):
    r, z = (sigmoid(x @ W[k].T + s @ U[k].T + b[k]) for k in (0, 1))
    c = np.tanh(x @ W[2].T + (r * s) @ U[2].T + b[2])
    return z * r * s + (1 - z) * c


gru_step = called(
    "gru_step",
    Oracle("torch", by_torch),
    {"some states": [states] * 4},
    {
        "The reset gate comes after the product, r * (s @ U.T), as in torch. Here it "
        "comes before: (r * s) @ U.T.": stepped(reset=lambda r, s, U, b: r * (s @ U.T)),
        "U s and its bias are multiplied by the reset gate, as in torch. Here r "
        "multiplies s alone: (r * s) @ U.T, and b is added.": stepped(
            reset=lambda r, s, U, b: r * (s @ U.T + b) - b
        ),
        "The gates are swapped: W[0], U[0] and b[0] belong to the reset gate r, and "
        "those at 1 to z.": stepped(order=(1, 0, 2)),
        "z and 1 - z are exchanged. Where z is 1, the old state stays.": stepped(
            mix=lambda z, s, c: (1 - z) * s + z * c
        ),
        "The reset gate isn't used.": stepped(reset=lambda r, s, U, b: s @ U.T),
        "The update gate isn't used: that is the new value alone.": stepped(
            mix=lambda z, s, c: c
        ),
        "The new value is mixed with the reset state. Mix it with the state s.": (
            mixed_with_reset
        ),
        "The gates are tanh. A gate lies between 0 and 1: σ.": stepped(gate=np.tanh),
        "The new value is a sigmoid. It is a tanh, and may be negative.": stepped(
            new=sigmoid
        ),
        "The biases are missing.": stepped(bias=0),
    },
    [
        "Three lines that look alike: r, z and c. Each has its own W, U and b.",
        "r = σ(x @ W[0].T + s @ U[0].T + b[0]), and z with index 1.",
        "c = tanh(x @ W[2].T + (r * s) @ U[2].T + b[2]), and the result is "
        "z * s + (1 - z) * c.",
    ],
    points=2,
)
