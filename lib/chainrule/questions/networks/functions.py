"""An operation of one's own, with its backward rule."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of, signed, sizes
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.networks import swish_gradients, swish_value


def value(x, beta):
    return x / (1 + np.exp(-beta * x))


def composed(g, x, beta, second=False):
    """torch's gradients of x and beta, or of the sum of their squares."""
    import torch

    x = torch.tensor(x, requires_grad=True)
    beta = torch.tensor(beta, dtype=torch.float64, requires_grad=True)
    y = x * torch.sigmoid(beta * x)
    found = torch.autograd.grad(y, [x, beta], torch.as_tensor(g), create_graph=second)
    if second:
        squares = sum(t.square().sum() for t in found)
        found = torch.autograd.grad(squares, [x, beta])
    return np.concatenate([t.numpy().ravel() for t in found])


def saved(g, x, beta, second):
    """As `composed`, where backward has got σ(βx) as a saved number."""
    import torch

    x = torch.tensor(x, requires_grad=True)
    beta = torch.tensor(beta, dtype=torch.float64, requires_grad=True)
    s = torch.sigmoid(beta * x).detach()
    slope = torch.as_tensor(g) * x * s * (1 - s)
    to_x, to_beta = torch.as_tensor(g) * s + slope * beta, (slope * x).sum()
    squares = to_x.square().sum() + to_beta.square()
    found = torch.autograd.grad(squares, [x, beta])
    return np.concatenate([t.numpy().ravel() for t in found])


def gradient_of_x(g, x, s, beta):
    return g * (s + beta * x * s * (1 - s))


def on_paper(of_x=gradient_of_x, of_beta=1, upstream=True):
    """Both gradients, with something else in place of one."""

    def rule(g, x, beta, second):
        g = g if upstream else np.ones_like(g)
        s = 1 / (1 + np.exp(-beta * x))
        to_beta = of_beta * np.sum(g * x * x * s * (1 - s))
        return np.append(of_x(g, x, s, beta), to_beta)

    return rule


def of_shape(axes):
    def make(rng):
        x = numbers_of(rng, *sizes(rng, axes))
        return {"x": x, "beta": signed(rng, 0.4, 2)}

    return make


def pulled(axes, second=False):
    def make(rng):
        args = of_shape(axes)(rng)
        g = numbers_of(rng, *args["x"].shape)
        return {"g": g, **args, "second": second}

    return make


swish = Question(
    "swish",
    Part(
        0.5,
        Oracle("closed form", value),
        cases({"a matrix": of_shape(2), "three axes": of_shape(3)}),
        mistakes(
            {
                "β is missing. You take σ(x): take σ(βx).": (
                    lambda x: x / (1 + np.exp(-x))
                ),
                "That is the sigmoid alone. Swish is x times it.": (
                    lambda x, beta: 1 / (1 + np.exp(-beta * x))
                ),
            }
        ),
        probe=swish_value,
    ),
    Part(
        1.5,
        Oracle("torch.autograd", composed),
        cases({"a vector": pulled(1), "a matrix": pulled(2), "three axes": pulled(3)}),
        mistakes(
            {
                "The upstream gradient g isn't used: both gradients have it as a "
                "factor.": on_paper(upstream=False),
                "The gradient of x has one of its two terms: x stands before the "
                "sigmoid and inside the sigmoid.": on_paper(
                    of_x=lambda g, x, s, beta: g * s
                ),
                "The gradient of x is that of the sigmoid alone. Swish is x times the "
                "sigmoid: by the product rule, its slope has two terms.": (
                    on_paper(of_x=lambda g, x, s, b: g * s * (1 - s))
                ),
                "In the gradient of x the term g σ(βx) is missing: by the product "
                "rule, the slope of x times σ(βx) has two terms.": (
                    on_paper(of_x=lambda g, x, s, b: g * b * x * s * (1 - s))
                ),
                "In the gradient of x, β is missing: it is the slope of βx, by the "
                "chain rule.": on_paper(
                    of_x=lambda g, x, s, b: g * (s + x * s * (1 - s))
                ),
                "The gradient of x is right, and that of β is 0. Every entry of y uses "
                "β: multiply each entry's slope along β by g, and add up.": (
                    on_paper(of_beta=0)
                ),
            }
        ),
        probe=swish_gradients,
    ),
    Part(
        1,
        Oracle("torch.autograd", composed),
        cases({"gradients of gradients": pulled(2, True)}),
        mistakes(
            {
                "The gradients are right, but their own gradients treat σ(βx) as a "
                "constant: it was computed in forward and saved. Save x and beta, and "
                "compute σ(βx) anew in backward.": saved,
            }
        ),
        probe=swish_gradients,
    ),
    hints=[
        "Save x and beta with ctx.save_for_backward in forward. In backward, take "
        "them from ctx.saved_tensors, and compute s = torch.sigmoid(beta * x) again.",
        "s has the slope s (1 - s) with respect to βx. x occurs twice in y, so its "
        "gradient has two terms.",
        "Every entry of y uses the same beta, so its gradient is the sum of "
        "g x² s (1 - s) over all entries. (PyTorch adds up if you don't.) Return both "
        "gradients, that of x first.",
    ],
)
