"""Weights that are stored in × out, copied into a module."""

import numpy as np

from chainrule.judge import Part, Question, close_or_both_nan
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.networks.epochs import tell_tally
from chainrule.questions.networks.forward import network
from chainrule.questions.networks.modules import output
from chainrule.questions.probes.networks import copied, copied_and_kept


def stored(square):
    """Weights in × out, and inputs for them."""

    def make(rng):
        args = network(0)(rng)
        W1, W2 = args["W1"], args["W2"]
        if square:
            n = int(rng.integers(3, 6))
            W1, W2 = numbers_of(rng, n, n), numbers_of(rng, n, n) / 2
        return {
            "X": numbers_of(rng, 6, W1.shape[1]),
            "W1": W1.T.copy(),
            "b1": numbers_of(rng, len(W1)),
            "W2": W2.T.copy(),
            "b2": numbers_of(rng, len(W2)),
        }

    return make


def of_stored(X, W1, b1, W2, b2):
    return output(X, W1.T, b1, W2.T, b2)


def and_kept(kept=4, shared=0):
    return lambda **args: np.append(of_stored(**args), [kept, 4, shared])


def untransposed(X, W1, b1, W2, b2):
    """As when nothing is transposed; where that doesn't fit, torch stops."""
    square = W1.shape[0] == W1.shape[1]
    return output(X, W1, b1, W2, b2) if square else np.full(1, np.nan)


def counted(kept, trainable, shared):
    lie = "some lie" if shared else "none lies"
    return (
        f"of its four parameters {kept:g} are the same as before, "
        f"{trainable:g} can be trained, and {lie} in the memory of what was given"
    )


copy_weights = Question(
    "copy_weights",
    Part(
        0.5,
        Oracle("torch", of_stored),
        cases(
            {
                "square matrices": stored(True),
                "other square ones": stored(True),
                "matrices that aren't square": stored(False),
            }
        ),
        mistakes(
            {
                "A transpose is missing. nn.Linear stores out × in. With square "
                "matrices the copy works, and the outputs are wrong.": (
                    untransposed,
                    close_or_both_nan,
                ),
            }
        ),
        probe=copied,
    ),
    Part(
        0.5,
        Oracle("torch", and_kept()),
        cases({"the parameters afterwards": stored(False)}),
        mistakes(
            {
                "The model has other parameters than before: an optimizer that was "
                "made earlier would still move the old parameters. Copy the numbers "
                "into the old parameters.": and_kept(0),
                "The model shares memory with a tensor that was given: a training step "
                "would change both. Copy the numbers with copy_.": and_kept(shared=1),
            }
        ),
        probe=copied_and_kept,
        entries=False,
        tell=tell_tally(counted, counts=3),
    ),
    hints=[
        "model[0] and model[2] are the two nn.Linear; each has a weight and a bias.",
        "model[0].weight is out × in, so it takes W1.T.",
        "parameter.copy_(tensor) writes into an existing parameter. PyTorch allows "
        "this only inside `with torch.no_grad():`.",
    ],
)
