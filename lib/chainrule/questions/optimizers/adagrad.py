"""AdaGrad with a rate that also falls with time, and a printed rule that fails."""

import numpy as np

from chainrule.judge import Question, close
from chainrule.oracle import Oracle
from chainrule.questions.draws import uniform
from chainrule.questions.kinds import own_value
from chainrule.questions.optimizers.beside_torch import by_torch, walking


def squares(rng, shape):
    return (rng.uniform(0.2, 3, shape),)


def settings(rng):
    return {
        "lr_decay": float(rng.uniform(0.1, 0.4)),
        "eps": float(rng.uniform(0.02, 0.1)),
    }


def like(
    added=lambda dw: dw**2,
    under=lambda s, eps: np.sqrt(s) + eps,
    slower=lambda t, d: 1 + (t - 1) * d,
    kept=lambda old, new: (new, new),
):
    """A step of AdaGrad in which some of its pieces are other ones.

    kept(old, new): the sum that the step takes, and the one that is returned.
    """

    def step(w, dw, s, t, rate, lr_decay, eps):
        used, returned = kept(s, s + added(dw))
        return w - rate / slower(t, lr_decay) * dw / under(used, eps), returned

    return step


decaying_adagrad = Question(
    "decaying_adagrad",
    walking(
        3,
        by_torch(
            "Adagrad", lambda lr_decay, eps: {"lr_decay": lr_decay, "eps": eps}, ["sum"]
        ),
        squares,
        settings,
        {
            "lr_decay isn't used: the rate never falls with t.": like(
                slower=lambda t, d: 1
            ),
            "The rate falls a step too early. At t = 1 it is `rate` itself: divide by "
            "1 + (t - 1) lr_decay.": like(slower=lambda t, d: 1 + t * d),
            "The rate is divided by a power. Divide it by 1 + (t - 1) lr_decay.": like(
                slower=lambda t, d: (1 + d) ** (t - 1)
            ),
            "eps stands under the root. Take the root of s first, then add eps.": like(
                under=lambda s, eps: np.sqrt(s + eps)
            ),
            "The root is missing: the step divides by the root of s, plus eps.": like(
                under=lambda s, eps: s + eps
            ),
            "eps is missing. It prevents 0/0 where all gradients were 0.": like(
                under=lambda s, eps: np.sqrt(s)
            ),
            "All weights share one sum of squares. Each weight has its own sum.": like(
                added=lambda dw: np.sum(dw**2)
            ),
            "The mean over the weights is subtracted before the square. AdaGrad "
            "subtracts nothing.": like(added=lambda dw: (dw - dw.mean()) ** 2),
            "The step divides by the old sum. Add the new square first.": like(
                kept=lambda old, new: (old, new)
            ),
            "The step is right, but it returns the old sum. The next step needs the "
            "new sum.": like(kept=lambda old, new: (new, old)),
            "The old squares are lost: s is only the new square.": like(
                kept=lambda old, new: (new - old, new - old)
            ),
        },
        ("w", "s"),
        timed=True,
    ),
    hints=[
        "Three lines: add the new squares to s, find the rate of step t, take the "
        "step.",
        "Work entry by entry, without a sum or a mean over weights. At t = 1 the "
        "rate is `rate` itself.",
        "s = s + dw**2; slow = rate / (1 + (t - 1) * lr_decay); then "
        "w - slow * dw / (np.sqrt(s) + eps).",
    ],
)


def printed_rule(w, rate, eps, steps=2):
    """The printed rule walks, with torch's gradient of w²/2."""
    import torch

    at = torch.tensor([w], dtype=torch.float64, requires_grad=True)
    s = 0.0
    for _ in range(steps):
        (dw,) = torch.autograd.grad((at**2).sum() / 2, at)
        s = s + torch.linalg.vector_norm(dw - dw.mean()) ** 2
        at = (at - rate * dw / (s**0.5 + eps)).detach().requires_grad_()
    return at.item()


def own_weight(rng):
    return {
        "w": uniform(rng, 0.5, 2),
        "rate": uniform(rng, 0.1, 0.5),
        "eps": round(float(rng.uniform(0.001, 0.009)), 4),
    }


def adagrad(w, rate, eps):
    s = 0.0
    for _ in range(2):
        s += w**2
        w -= rate * w / (np.sqrt(s) + eps)
    return w


centred_norm = own_value(
    "centred_norm",
    "your own weight",
    Oracle("torch", printed_rule),
    own_weight,
    {
        "That is the weight after one step.": lambda w, rate, eps: w * (1 - rate / eps),
        "That is AdaGrad's own rule. The printed rule subtracts the mean first: what "
        "is left of a single number?": adagrad,
        "The second step takes the first gradient again. The gradient of w²/2 is w, "
        "and w has changed.": lambda w, rate, eps: w * (1 - 2 * rate / eps),
        "The steps go uphill. Subtract them.": lambda w, rate, eps: (
            w * (1 + rate / eps) ** 2
        ),
        "The loss is w²/2, so its gradient is w, and not 2w.": (
            lambda w, rate, eps: w * (1 - 2 * rate / eps) ** 2
        ),
        "In your rule, eps stands under the root. In the printed rule it is added to "
        "the root.": lambda w, rate, eps: w * (1 - rate / np.sqrt(eps)) ** 2,
        "That is plain gradient descent. The printed rule divides by √s + eps.": (
            lambda w, rate: w * (1 - rate) ** 2
        ),
        "That is the weight after three steps.": lambda w, rate, eps: (
            w * (1 - rate / eps) ** 3
        ),
    },
    agree=close(5e-4, 0),
    hints=[
        "The gradient of w²/2 is one number, w. What is its mean, and what is the "
        "gradient minus its mean?",
        "s stays 0, so the step divides by eps alone.",
        "One step multiplies w by 1 - rate / eps. The second step does so again.",
    ],
)

QUESTIONS = [decaying_adagrad, centred_norm]
