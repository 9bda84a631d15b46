"""The coefficient of each gradient in an average that began at 0."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes


def averaged(betas):
    """torch averages the rows of the identity: each step has a gradient of its own."""
    import torch

    p = torch.zeros(len(betas), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=1.0)
    optimizer.state[p]["momentum_buffer"] = torch.zeros_like(p)
    for beta, row in zip(betas, torch.eye(len(betas), dtype=p.dtype), strict=True):
        optimizer.param_groups[0].update(momentum=float(beta), dampening=float(beta))
        p.grad = row.clone()
        optimizer.step()
    return optimizer.state[p]["momentum_buffer"].numpy()


def constant(rng):
    return {"betas": np.full(int(rng.integers(4, 9)), rng.uniform(0.5, 0.95))}


def changing(rng):
    return {"betas": rng.uniform(0.3, 0.95, int(rng.integers(4, 9)))}


def faded(betas):
    """The product of all later betas, for each step."""
    return np.append(np.cumprod(betas[::-1])[::-1][1:], 1.0)


ALWAYS = {
    "The factor 1 - beta is missing. In its own step, each gradient is multiplied by "
    "it.": (lambda betas: faded(betas)),
    "Each coefficient has one beta too many. A gradient's own step doesn't multiply "
    "it by beta.": lambda betas: (1 - betas) * np.cumprod(betas[::-1])[::-1],
    "Your average begins at the first gradient. It has to begin at 0, so the first "
    "coefficient has a factor 1 - beta too.": lambda betas: np.append(
        faded(betas)[0], ((1 - betas) * faded(betas))[1:]
    ),
    "You divided the coefficients by their sum, which corrects the average. Give the "
    "coefficients themselves.": lambda right: right / right.sum(),
    "You added up the coefficients from the first on. Give each coefficient alone.": (
        lambda right: np.cumsum(right)
    ),
}

average_weights = Question(
    "average_weights",
    Part(
        1,
        Oracle("torch.optim.SGD", averaged),
        cases({"one beta for all steps": [constant] * 3}),
        mistakes(
            {
                **ALWAYS,
                "The order is reversed: your first coefficient is the last one.": (
                    lambda right: right[::-1]
                ),
            }
        ),
    ),
    Part(
        1,
        Oracle("torch.optim.SGD", averaged),
        cases({"betas that change": [changing] * 3}),
        mistakes(
            {
                **ALWAYS,
                "Your result has powers of the last beta. Multiply a gradient by the "
                "betas of all steps after its own.": lambda betas: (
                    (1 - betas[-1]) * betas[-1] ** np.arange(len(betas))[::-1]
                ),
                "Your result has powers of each step's own beta. Multiply a gradient "
                "by the betas of all steps after its own.": lambda betas: (
                    (1 - betas) * betas ** np.arange(len(betas))[::-1]
                ),
                "Your result multiplies a gradient by the betas of the steps before "
                "its own. Take the betas of the later steps.": lambda betas: (
                    (1 - betas) * np.append(1.0, np.cumprod(betas)[:-1])
                ),
            }
        ),
    ),
    hints=[
        "Follow one gradient. In its own step it is multiplied by 1 - beta. By what is "
        "it multiplied in each later step?",
        "The coefficient of step k is (1 - betas[k]) times the product of all later "
        "betas. For the last step, this product is 1.",
        "Start with weights of zeros. For step k: weights = betas[k] * weights, then "
        "weights[k] = 1 - betas[k].",
    ],
)

QUESTIONS = [average_weights]
