"""The weights of a network that was trained with dropout as the paper has it."""

from itertools import product

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, sizes, uniform
from chainrule.questions.kinds import entries


def trained_as_in_the_paper(rng):
    ins, hidden, outs = sizes(rng, 3)
    return {
        "W1": numbers_of(rng, hidden, ins),
        "b1": numbers_of(rng, hidden),
        "W2": numbers_of(rng, outs, hidden),
        "b2": numbers_of(rng, outs),
        "p_input": uniform(rng, 0.75, 0.95),
        "p_hidden": uniform(rng, 0.3, 0.45),
    }


def mean_weights(W, p_keep):
    """The mean of a layer's weights over all masks of its inputs, one by one."""
    total = np.zeros_like(W)
    for mask in product([0.0, 1.0], repeat=W.shape[1]):
        kept = sum(mask)
        chance = p_keep**kept * (1 - p_keep) ** (len(mask) - kept)
        total += chance * W * np.array(mask)
    return total


def over_all_masks(W1, b1, W2, b2, p_input, p_hidden):
    return mean_weights(W1, p_input), b1, mean_weights(W2, p_hidden), b2


def scaled(name, p, other):
    """What goes wrong with the weights behind units of keep probability p."""

    def table(wrong):
        def rule(right, **args):
            return wrong(args[name], args[p], args[other])

        return rule

    return {
        f"{name} is unchanged. In training only a part of its inputs was there; at "
        "test time all are.": table(lambda W, p, q: W),
        f"{name} is multiplied by 1 - p. The paper's p is that of keeping.": (
            table(lambda W, p, q: (1 - p) * W)
        ),
        f"{name} is divided by p. Nothing was scaled in training, so at test time "
        "too much arrives, not too little.": table(lambda W, p, q: W / p),
        f"{name} has the other layer's p: its inputs are kept with {p}.": (
            table(lambda W, p, q: q * W)
        ),
        f"{name} is divided by 1 - p, as inverted dropout does in training.": (
            table(lambda W, p, q: W / (1 - p))
        ),
    }


def biased(name):
    def scaled_by(p):
        says = f"{name} is multiplied by {p}. A bias was never dropped."
        return {says: lambda **args: args[name] * args[p]}

    return {
        **scaled_by("p_input"),
        **scaled_by("p_hidden"),
        f"{name} is missing: it is 0.": lambda right: 0 * right,
    }


paper_weights = Question(
    "paper_weights",
    *entries(
        ("W1", "b1", "W2", "b2"),
        (0.75, 0.25, 0.75, 0.25),
        Oracle("the mean over all masks", over_all_masks),
        {"a network": [trained_as_in_the_paper] * 3},
        {
            "W1": scaled("W1", "p_input", "p_hidden"),
            "b1": biased("b1"),
            "W2": scaled("W2", "p_hidden", "p_input"),
            "b2": biased("b2"),
        },
        "W1, b1, W2 and b2",
    ),
    hints=[
        "W1 multiplies the inputs. In training each input was there with probability "
        "p_input. What is the mean of W1 @ (mask * x)?",
        "A weight is multiplied by the probability that the unit it comes from was "
        "kept. Which of the four arrays multiply units that could be dropped?",
        "W1 comes from the inputs, W2 from the hidden units. The biases come from no "
        "unit.",
    ],
)

QUESTIONS = [paper_weights]
