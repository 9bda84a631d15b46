"""Descent on a loss, and the floor under a loss that takes softmax twice."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, uniform
from chainrule.questions.kinds import Entry, cases, mistakes, own_value, tensors
from chainrule.questions.losses_by_hand.excess import column, excess
from chainrule.questions.losses_by_hand.logits import weighted


def best_case(classes, scale):
    """The loss of a row whose probabilities are one-hot and right."""
    import torch

    p = torch.eye(classes, dtype=torch.float64)[:1]
    loss = torch.nn.functional.cross_entropy(scale * p, torch.tensor([0]))
    return loss.item()


def own_floor(rng):
    return {"classes": int(rng.integers(4, 16)), "scale": uniform(rng, 1.5, 3.5)}


double_softmax_floor = own_value(
    "double_softmax_floor",
    "your own classifier",
    Oracle("torch", best_case),
    own_floor,
    {
        "The scale is left out: the second softmax gets scale times the "
        "probabilities.": (lambda classes: np.log(1 + (classes - 1) / np.e)),
        "That is the loss of equal probabilities. What is the loss "
        "when the probabilities are one-hot?": lambda classes: np.log(classes),
        "One class is counted twice. Besides the right class there are K - 1.": (
            lambda classes, scale: np.log(1 + classes * np.exp(-scale))
        ),
        "That is the floor for two classes. Yours are K classes.": lambda scale: np.log(
            1 + np.exp(-scale)
        ),
        "That is the probability of the right class. The loss is the negative "
        "logarithm of it.": lambda right: np.exp(-right),
        "That is in bits. The loss takes the natural logarithm.": (
            lambda right: right / np.log(2)
        ),
        "The sign is opposite: a loss is the negative logarithm of a probability.": (
            lambda right: -right
        ),
    },
    points=2,
    agree=close(5e-4, 0),
    hints=[
        "The best that the first softmax can give is (1, 0, …, 0), with the 1 at the "
        "right class. What does the second softmax get?",
        "The second softmax gets (scale, 0, …, 0). Write down its probability for the "
        "right class.",
        "The probability is exp(scale) / (exp(scale) + K - 1). The loss is minus its "
        "logarithm.",
    ],
)


class LogitsGradient:
    """The gradient of the weighted cross-entropy, as an answer gets it to call."""

    def __call__(self, z, y, weight):
        z, y, weight = np.asarray(z, float), np.asarray(y), np.asarray(weight, float)
        return column(weight, y) * excess(z, y) / weight[y].sum()

    def __str__(self):
        return "logits_gradient"


def by_torch(of):
    """What torch.optim.SGD makes of W or b, from zeros."""

    def rule(gradient, X, y, weight, steps, rate):
        import torch

        X, y, weight = tensors([X, y, weight])
        at = {"W": (len(weight), X.shape[1]), "b": (len(weight),)}
        at = {k: torch.zeros(n, dtype=X.dtype).requires_grad_() for k, n in at.items()}
        optimizer = torch.optim.SGD(at.values(), abs(rate), maximize=rate < 0)
        for _ in range(steps):
            optimizer.zero_grad()
            weighted(torch, X @ at["W"].T + at["b"], y, weight).backward()
            optimizer.step()
        return at[of].detach().numpy()

    return Oracle("torch.optim.SGD", rule)


def examples(rng):
    classes, features = rng.permutation([2, 3, 4])[:2]
    X = numbers_of(rng, int(rng.integers(6, 10)), features)
    return {
        "gradient": LogitsGradient(),
        "X": X,
        "y": rng.permutation(np.arange(len(X)) % classes),
        "weight": rng.uniform(0.5, 3, classes),
        "steps": int(rng.integers(3, 7)),
        "rate": uniform(rng, 0.5, 1.2),
    }


DESCENT = {
    "That goes uphill: a step is minus the rate times the gradient.": (
        lambda oracle, rate, **args: oracle(rate=-rate, **args)
    ),
    "It takes one step. Is the return inside the loop?": (
        lambda oracle, steps, **args: oracle(steps=1, **args)
    ),
    "It takes one step too many.": (
        lambda oracle, steps, **args: oracle(steps=steps + 1, **args)
    ),
    "Every step uses the first gradient. Compute it anew in each step.": (
        lambda oracle, steps, **args: steps * oracle(steps=1, **args)
    ),
    "That divides by the number of rows. `gradient` gives the gradient of a mean "
    "already.": lambda oracle, rate, X, **args: oracle(rate=rate / len(X), X=X, **args),
    "The rate isn't used: every step has rate 1.": (
        lambda oracle, rate, **args: oracle(rate=1.0, **args)
    ),
    "The class weights aren't handed on to `gradient`.": (
        lambda oracle, weight, **args: oracle(weight=np.ones(len(weight)), **args)
    ),
}

GIVEN = {"some examples": [examples] * 3}

descend = Question(
    "descend",
    Part(
        2,
        by_torch("W"),
        cases(GIVEN),
        mistakes(
            {
                **DESCENT,
                "W is transposed. It is stored out × in: one row per class, one column "
                "per measurement.": lambda right: right.T,
            }
        ),
        drive=Entry(0, 2),
    ),
    Part(
        1,
        by_torch("b"),
        cases(GIVEN),
        mistakes(
            {
                **DESCENT,
                "b stays 0. It has a gradient of its own: every row of the scores used "
                "it.": lambda right: 0 * right,
                "That keeps an axis of length 1. b has one entry per class.": (
                    lambda right: right[None]
                ),
            }
        ),
        drive=Entry(1, 2),
    ),
    hints=[
        "Each step: scores z = X @ W.T + b, their gradient dZ = gradient(z, y, "
        "weight), then the gradients of W and b, then the step.",
        "dW is dZ.T @ X and db is dZ summed over the rows: these are the rules of a "
        "layer from 04_tensors.",
        "Begin with W = zeros of shape (classes, measurements) and b = zeros of length "
        "classes, where len(weight) is the number of classes. Return W, b.",
    ],
)

QUESTIONS = [double_softmax_floor, descend]
