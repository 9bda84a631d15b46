"""The geometric mean of predictions, and why dropout computes one."""

import numpy as np

from chainrule.judge import TextQuestion
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import called, tensors


def softmaxed(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def predictions(rng):
    """Probabilities of several networks, and how probable each network is."""
    k, classes = rng.permutation([3, 4, 5, 6])[:2]
    chances = rng.permutation(np.linspace(1, 3, k)) + rng.uniform(-0.2, 0.2, k)
    return {
        "P": softmaxed(numbers_of(rng, k, classes)),
        "chances": chances / chances.sum(),
    }


def by_softmax(P, chances):
    import torch

    P, chances = tensors([P, chances])
    return torch.softmax(chances @ P.log(), 0).numpy()


def renormed(a):
    return a / a.sum()


geometric_mean = called(
    "geometric_mean",
    Oracle("torch", by_softmax),
    {"some networks": [predictions] * 4},
    {
        "That is the arithmetic mean. The geometric mean multiplies powers.": (
            lambda P, chances: chances @ P
        ),
        "The means don't sum to 1. Divide them by their sum.": (
            lambda P, chances: np.exp(chances @ np.log(P))
        ),
        "Every network has the same weight there. Raise row i of P to the power "
        "chances[i].": lambda P: renormed(np.exp(np.log(P).mean(0))),
        "That is the logarithm of the result.": lambda right: np.log(right),
        "The powers are added. They are to be multiplied.": (
            lambda P, chances: renormed((P ** chances[:, None]).sum(0))
        ),
        "That is the product of the probabilities. Raise row i of P to the power "
        "chances[i] first.": (lambda P: renormed(P.prod(0))),
        "The logarithms are divided by their sum. Go back with exp first.": (
            lambda P, chances: renormed(chances @ np.log(P))
        ),
    },
    points=1,
    hints=[
        "The weighted geometric mean of a and b is a**c₁ · b**c₂. With logarithms it "
        "is a weighted sum.",
        "chances @ np.log(P) has one entry for each class. What leads back from "
        "logarithms?",
        "Take exp, then divide by the sum over the classes.",
    ],
)

why_geometric = TextQuestion(
    "why_geometric",
    points=1,
    hints=(
        "Write one logit of a thinned network as a sum: the bias, and for each input "
        "its mask times its weight times the input.",
        "log softmax(z) is z minus one number for the whole row. What does the mean "
        "over the masks make of z, and what does renormalizing do to the number?",
        "The mean of a linear function of the mask is the function at the mean mask. "
        "Are the logits still linear in the mask when a ReLU stands in between?",
    ),
)

QUESTIONS = [geometric_mean, why_geometric]
