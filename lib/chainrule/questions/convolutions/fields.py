"""How much of its input one output sees."""

import math

from chainrule.oracle import Oracle
from chainrule.questions.kinds import called


def seen_by_one(layers):
    """From the first to the last pixel with a gradient, for an output in the middle."""
    import torch

    x = torch.ones(1, 1, 800, requires_grad=True)
    y = x
    for kernel, stride, dilation in layers:
        w = torch.ones(1, 1, kernel)
        y = torch.nn.functional.conv1d(y, w, stride=stride, dilation=dilation)
    (g,) = torch.autograd.grad(y[0, 0, y.shape[2] // 2], x)
    at = torch.nonzero(g[0, 0]).flatten()
    return int(at[-1] - at[0]) + 1


def field(layers, steps=lambda strides, i: strides[:i], dilated=True):
    strides = [stride for _, stride, _ in layers]
    return 1 + sum(
        (dilation if dilated else 1) * (kernel - 1) * math.prod(steps(strides, i))
        for i, (kernel, _, dilation) in enumerate(layers)
    )


def stack(count):
    """Layers with strides, the first and the last of them included."""

    def make(rng):
        strides = rng.permutation([2, 3, 2])[:count]
        return {
            "layers": [
                (int(rng.integers(3, 6)), int(s), int(rng.integers(1, 4)))
                for s in strides
            ]
        }

    return make


def plain_layers(rng):
    return {"layers": [(int(k), 1, 1) for k in rng.integers(2, 8, 3)]}


receptive_field = called(
    "receptive_field",
    Oracle("torch.autograd", seen_by_one),
    {
        "stride 1": plain_layers,
        "two layers": stack(2),
        "three layers": [stack(3)] * 2,
    },
    {
        "The strides aren't used. After a stride of 2, neighbours see places that are "
        "two pixels apart.": lambda layers: field(layers, lambda s, i: []),
        "A layer's own stride is counted for its own kernel. It matters for the layers "
        "that follow.": lambda layers: field(layers, lambda s, i: s[: i + 1]),
        "That multiplies by the strides of the later layers. Take the earlier ones.": (
            lambda layers: field(layers, lambda s, i: s[i + 1 :])
        ),
        "The dilations aren't used: a kernel spans dilation · (kernel - 1) + 1 "
        "places.": (lambda layers: field(layers, dilated=False)),
        "One pixel is missing: begin with 1, the output itself.": (
            lambda right: right - 1
        ),
        "The kernels are added up. The windows of neighbours overlap.": (
            lambda layers: sum(k for k, _, _ in layers)
        ),
        "The kernels are multiplied. The windows of neighbours overlap.": (
            lambda layers: math.prod(k for k, _, _ in layers)
        ),
    },
    hints=[
        "Go from the input to the output. One output of the first layer sees "
        "dilation · (kernel - 1) + 1 pixels. What does the second layer add?",
        "Neighbours in the result of a layer stand `step` input pixels apart, where "
        "`step` is the product of all strides so far.",
        "Begin with seen = 1 and step = 1. For each layer, add "
        "dilation · (kernel - 1) · step to seen, then multiply step by the stride.",
    ],
)
