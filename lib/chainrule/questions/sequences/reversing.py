"""Strings to reverse that were held out: what training has taught."""

from itertools import product

import numpy as np

from chainrule.judge import one_array
from chainrule.questions.probes.sequences import reader, trained_to_reverse, triple
from chainrule.torch_side import known_state

# Over 35 seeds a right loop writes SHARE of 112 held-out strings without an error in
# the mean, with a deviation of SPREAD: the bound lies 14 deviations below.
SHARE, SPREAD, BOUND = 0.93, 0.03, 0.5


def held_out(rng):
    """Strings of two and of three of eight letters; some of three are held out."""
    two, three = (np.array([*product(range(1, 9), repeat=n)]).T for n in (2, 3))
    three = three[:, rng.permutation(512)]
    return {
        "two": two[:, rng.permutation(64)],
        "three": three[:, :400],
        "held": three[:, 400:],
        "seed": int(rng.integers(1 << 31)),
    }


def share_reversed(answer, two, three, held, seed):
    """The share of held-out strings that a net writes without an error after training.

    It is found here, where no code of a student's has its hands.
    """
    import torch

    found = one_array(answer.probe(trained_to_reverse, two, three, seed))
    weights = torch.tensor(found, dtype=torch.float32)
    with known_state(torch.float32, 0):
        net = reader(9, 32)
        torch.nn.utils.vector_to_parameters(weights, net.parameters())
        X, _, Y = triple(held)
        return np.mean((net.greedy(X, len(Y)) == Y).all(0).numpy())


def tell_share(yours, right, **_):
    return (
        f"    {float(yours):.0%} of the held-out strings are written without an error; "
        f"at least {BOUND:.0%} are asked for"
    )


def reaches(yours, right, **_):
    return np.shape(yours) == () and bool(yours >= BOUND)
