"""A layer that adds up squares, with parameters: it halves the maps of LeNet."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.probes.convolutions import subsampled
from chainrule.rules import TORCH


def pooled(pool="avg", scale=4, biased=True, squashed=False, stride=2, outside=False):
    """Values and gradients of a subsampling layer, as a mistake leaves it."""

    def rule(x, coefficient, bias):
        import torch

        x, c, b = tensors([x, coefficient, bias])
        c.requires_grad_()
        b.requires_grad_()
        how = getattr(torch.nn.functional, f"{pool}_pool2d")
        sums = scale * how(x, 2, stride)
        shift = b[:, None, None] * biased
        y = c[:, None, None] * (sums + shift if outside else sums)
        y = y if outside else y + shift
        y = torch.sigmoid(y) if squashed else y
        slopes = torch.autograd.grad(y.square().sum(), (c, b))
        parts = [y.detach(), *slopes]
        return np.concatenate([p.numpy().ravel() for p in parts])

    return rule


def maps(rng):
    n, channels, rows, cols = rng.permutation([2, 3, 4, 5]).tolist()
    return {
        "x": numbers_of(rng, n, channels, 2 * rows, 2 * cols),
        "coefficient": numbers_of(rng, channels),
        "bias": numbers_of(rng, channels),
    }


Subsampling = Question(
    "Subsampling",
    Part(
        1,
        Oracle("torch", pooled()),
        cases({"some maps": [maps] * 2}),
        mistakes(
            {
                "That takes the mean of each square. The four numbers are added.": (
                    pooled(scale=1)
                ),
                "That takes the maximum of each square. Its numbers are added.": (
                    pooled("max", 1)
                ),
                "The bias isn't added.": pooled(biased=False),
                "The coefficient multiplies the bias too: add the bias at the end.": (
                    pooled(outside=True)
                ),
                "The squares overlap in your answer. They lie side by side: use "
                "stride 2.": pooled(stride=1),
                "A sigmoid stands at the end. Here the layer stops before it.": (
                    pooled(squashed=True)
                ),
            }
        ),
        probe=subsampled,
    ),
    off=TORCH,
    hints=[
        "torch.nn.functional.avg_pool2d(x, 2) takes the mean of each 2 × 2 square. The "
        "sum is 4 times that.",
        "torch.nn.Parameter makes a tensor a parameter, when it becomes an attribute "
        "of the module. Both have the shape (maps,).",
        "[:, None, None] lets a number for each map meet maps of any size.",
    ],
)
