"""The loop that trains a net on digits, on whatever device there is."""

from functools import cache

import numpy as np

from chainrule import data
from chainrule.judge import Part, Question, one_array
from chainrule.oracle import closed_form
from chainrule.questions.gpu_training.devices import MOVE
from chainrule.questions.gpu_training.epochs import (
    AS_ASKED,
    SEEN,
    sentences,
    what_is_off,
)
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.gpu_training import (
    FINE,
    NO_BACKWARD,
    READ,
    TWO_DEVICES,
    fitted,
    fitted_on_meta,
    lenet,
)
from chainrule.torch_side import known_state

# Over 550 seeds a right loop reaches 94.4% in the mean, with a deviation of 1.6%, and
# never less than 86.5%; over 150 more, in five ways of writing it, never less than
# 85.8%. None of 700 is below the bound, so with a confidence of 95% fewer than 1 of
# 230 is; the lower tail is no normal one. A net below it is trained anew from another
# seed, and the better one counts: as independent draws, fewer than 1 of 50,000 right
# loops fail. What is looked at in the epochs isn't left to chance.
BOUND = 0.75


known_digits = cache(lambda: data.load("digits"))


def digits(rows, held):
    """Rows sorted by their class, as they may lie in a file."""

    def make(rng):
        known = known_digits()
        order = rng.permutation(len(known.x))
        fit, rest = order[:rows], order[rows : rows + held]
        fit = fit[np.argsort(known.y[fit], kind="stable")]
        found = {"X": known.x[fit], "y": known.y[fit]}
        if not held:
            return found
        seed = int(rng.integers(1 << 31))
        held_out = {"X_held": known.x[rest], "y_held": known.y[rest]}
        return found | held_out | {"seed": seed}

    return make


def named_rightly(answer, seed, **task):
    """The share of held-out digits that a net names correctly after `fit`, and what is
    off in the rows that it was trained on: of the better of two trainings, where the
    first stays below the bound by chance."""
    first = trained(answer, seed=seed, **task)
    if first[0] >= BOUND or first[1] != AS_ASKED:
        return first
    second = trained(answer, seed=seed + 1, **task)
    return max(first, second, key=lambda found: found[0])


def trained(answer, X, y, X_held, y_held, seed):
    """The same of one training.

    The share is found here, where no code of a student's has its hands.
    """
    import torch

    found = one_array(answer.probe(fitted, X, y, seed))
    with known_state(torch.float32, 0), torch.no_grad():
        net = lenet()
        count = sum(p.numel() for p in net.parameters())
        weights = torch.tensor(found[:count], dtype=torch.float32)
        torch.nn.utils.vector_to_parameters(weights, net.parameters())
        named = net(torch.tensor(X_held)).argmax(1).numpy()
    off = what_is_off(found[count], found[count + 1 :], len(X))
    return np.array([np.mean(named == y_held), *off])


def tell_training(yours, right, **_):
    share, kind, number = yours
    if kind != AS_ASKED:
        return f"    {SEEN[int(kind)].format(number)}"
    return (
        f"    {share:.1%} of the held-out digits are named correctly; "
        f"at least {BOUND:.0%} are asked for.\n    Look for zero_grad, backward and "
        "step in each batch."
    )


def reaches(yours, right, **_):
    return np.shape(yours) == (3,) and bool(yours[0] >= BOUND and yours[1] == AS_ASKED)


CAME_OF_IT = {
    FINE: "it runs, and all of it is on the meta device",
    TWO_DEVICES: "it stops: an operation gets tensors of two devices",
    READ: "it stops: it reads the numbers of a tensor",
    NO_BACKWARD: "no gradient arrives at the last layer: call backward() on the loss "
    "of each batch",
}

fit = Question(
    "fit",
    Part(
        1,
        closed_form(lambda **_: FINE),
        cases({"a net on the meta device": digits(64, 0)}),
        mistakes(
            {
                MOVE: lambda: TWO_DEVICES,
                "The loop reads numbers from the device, as .item() or float() does, "
                "and the CPU has to wait for them. Keep the loss as a "
                "tensor.": lambda: READ,
            }
        ),
        probe=fitted_on_meta,
        tell=lambda yours, right, **_: f"    {CAME_OF_IT[int(yours)]}",
        entries=False,
    ),
    Part(
        1,
        closed_form(
            lambda **_: np.array([BOUND, AS_ASKED, 0]), "a bound on the accuracy"
        ),
        cases({"600 digits, sorted by class": digits(600, 600)}),
        sentences(),
        drive=named_rightly,
        agree=reaches,
        tell=tell_training,
        entries=False,
    ),
    hints=[
        "Make the optimizer inside: torch.optim.Adam(model.parameters(), lr=0.02). "
        "Move X and y to the device once, before the first epoch.",
        "order = torch.randperm(len(X), device=device) in each epoch; then "
        "`for rows in order.split(64)` gives the rows of each batch.",
        "For each batch: zero_grad, then backward of cross_entropy(model(X[rows]), "
        "y[rows]), then step. Do this for ten epochs.",
    ],
    seconds=10,
)
