"""A broken slope, and what its report says."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes


def torch_squared_error(prediction, target):
    import torch

    p, t = torch.tensor(prediction, requires_grad=True), torch.tensor(target)
    loss = torch.nn.functional.mse_loss(p, t)
    return torch.autograd.grad(loss, p)[0].numpy()


def predictions(least, most, sides=(-1, 1)):
    """So many predictions, near their targets and far, in turn on these sides."""

    def make(rng):
        n = int(rng.integers(least, most + 1))
        apart = 10 ** rng.uniform(-1, 0.8, n) * rng.permutation(np.resize(sides, n))
        target = rng.uniform(-2, 2, n)
        return {"prediction": target + apart, "target": target}

    return make


def terms(prediction, target):
    return (prediction - target) ** 2 / len(target)


def slopes(points, given, wrong):
    oracle = Oracle("torch.autograd", torch_squared_error)
    return Part(points, oracle, cases(given), mistakes(wrong))


squared_error_slope = Question(
    "squared_error_slope",
    slopes(
        1,
        {"one prediction": [predictions(1, 1, [side]) for side in (1, -1)]},
        {
            "That is -1 times the right gradient. When the prediction moves up, which "
            "way does its difference from the target move?": lambda right: -right,
            "That is half of the right gradient. The slope of r² is 2r.": (
                lambda right: right / 2
            ),
            "These are the terms of the loss. You are asked for their slopes.": terms,
            "That is the loss itself, one number. How fast does it move with each "
            "prediction?": lambda prediction, target: terms(prediction, target).sum(),
            "That is one number. Each prediction has a slope of its own.": (
                lambda right: right.sum()
            ),
        },
    ),
    slopes(
        2,
        {"a few predictions": predictions(2, 4), "many predictions": predictions(6, 9)},
        {
            "That is n times the right gradient, n the number of predictions. The loss "
            "is a mean: the term of each prediction is divided by n.": (
                lambda right: len(right) * right
            ),
            "That is 1/n of the right gradient: the mean is taken twice.": (
                lambda right: right / len(right)
            ),
        },
    ),
    hints=[
        "Read the diagnosis, the last line of the verdict: it says what your result "
        "has to do with the right one.",
        "A result that is off by a factor at every entry has one thing wrong. Where in "
        "the loss does such a factor come from?",
        "The slope of r² is 2r, with r = prediction - target. The loss is the mean of "
        "n such squares, and each prediction stands in one of them.",
    ],
)
