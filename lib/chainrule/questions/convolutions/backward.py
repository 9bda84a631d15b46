"""A convolution backward: to the images, to the kernels, to the bias."""

import numpy as np

from chainrule.judge import Question
from chainrule.oracle import Oracle
from chainrule.questions.convolutions.images import (
    MOVED_BACK,
    PLAIN_BACK,
    WIDE_BACK,
    cropped,
    flipped,
    to_w,
    to_x,
)
from chainrule.questions.kinds import Entry, entry, value_of

NAMES = ("X", "W", "b")


def forward(torch, X, W, stride, padding, b=None):
    return torch.nn.functional.conv2d(X, W, b, stride, padding)


def pulled_to(number):
    """torch's gradient of one of X, W and b."""

    def rule(g, X, W, stride, padding):
        import torch

        at = [X, W, np.zeros(len(W))]
        at = [torch.tensor(a, requires_grad=True) for a in at]
        y = forward(torch, at[0], at[1], stride, padding, at[2])
        return torch.autograd.grad(y, at[number], torch.tensor(g))[0].numpy()

    return Oracle("torch.autograd", rule, value_of(forward))


def part(number, points, given, wrong):
    drive, says = Entry(number, 3), f"the gradient of {NAMES[number]}"
    return entry(drive, says, points, pulled_to(number), given, wrong)


PLAIN = {"stride 1, no padding": [PLAIN_BACK] * 3}
MOVED = {"stride and padding": [MOVED_BACK] * 2, "a wide padding": WIDE_BACK}
ONES = {
    "The upstream gradient isn't used: that is right for a g of ones.": (
        lambda oracle, g, **args: oracle(g=np.ones_like(g), **args)
    )
}


def shifted_image(g, X, W, stride, padding):
    """The image begins in the corner, with all its zeros behind."""
    moved = np.pad(X, ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)))
    return to_w(g, moved, W, stride, 0).sum(0)


convolved_backward = Question(
    "convolved_backward",
    part(
        0,
        1,
        PLAIN,
        {
            "Windows overlap, and where they do, only the last share is kept. A pixel "
            "gets the sum of what its windows send back.": (
                lambda g, X, W: to_x(g, X, W, 1, 0, adds=False)
            ),
            "The kernel is turned round. Each pixel of a window gets g times the "
            "weight that stood on it.": (lambda g, X, W: to_x(g, X, flipped(W), 1, 0)),
            "The sign is opposite. Each pixel gets +g times its "
            "weight.": lambda right: -right,
            **ONES,
        },
    ),
    part(
        0,
        1,
        MOVED,
        {
            "The stride isn't used: the windows went back side by side. They stood "
            "`stride` pixels apart.": lambda g, X, W, padding: cropped(
                to_x(g, X, W, 1, padding), padding
            ),
            "That is the gradient of the padded image. Cut the padding off.": (
                lambda g, X, W, stride, padding: to_x(g, X, W, stride, padding)
            ),
            "The windows are put back as if the image had no padding: they begin "
            "`padding` pixels further up and to the left.": (
                lambda g, X, W, stride, padding: to_x(g, X, W, stride, padding)[
                    :, :, : X.shape[2], : X.shape[3]
                ]
            ),
        },
    ),
    part(
        1,
        1,
        PLAIN,
        {
            "That is the mean over the batch. All images use the same kernels, and "
            "their gradients add up.": lambda right, X: right / len(X),
            "Only the last image of the batch is there. Are you adding with = where += "
            "is needed?": lambda g, X, W: to_w(g, X, W, 1, 0)[-1],
            "There is a gradient for each image. All images use the same kernels: add "
            "over the batch.": lambda g, X, W: to_w(g, X, W, 1, 0),
            "The kernels are turned round: place [p, q] of a kernel meets the pixels "
            "that begin at row p and column q.": lambda right: flipped(right),
            "Input and output channels stand in each other's places.": (
                lambda right: right.swapaxes(0, 1)
            ),
            **ONES,
        },
    ),
    part(
        1,
        1,
        MOVED,
        {
            "The stride isn't used: the pixels that a place of the kernel met stand "
            "`stride` apart.": lambda g, X, W, padding: to_w(g, X, W, 1, padding).sum(
                0
            ),
            "The zeros of the padding all stand below and at the right of the image. "
            "Pad as in the forward pass.": shifted_image,
        },
    ),
    part(
        2,
        1,
        PLAIN | MOVED,
        {
            "In your answer every window has a gradient. All windows use the same b: "
            "add over rows and columns too.": lambda g: g.sum(0),
            "In your answer every image has a gradient. All images use the same b: add "
            "over the batch too.": lambda g: g.sum((2, 3)),
            "That is the mean. The gradients of all windows add up.": (
                lambda g: g.mean((0, 2, 3))
            ),
            "That is the mean over the batch. The gradients of all images add up.": (
                lambda g: g.sum((0, 2, 3)) / len(g)
            ),
            "That is a sum over all output channels. Each has a number of b.": (
                lambda g: g.sum()
            ),
            **ONES,
        },
    ),
    hints=[
        "Look at one place [p, q] of the kernels: all windows together meet there the "
        "pixels X[:, :, p : … : stride, q : … : stride] of the padded images. For "
        "this place the layer is a product of matrices.",
        "So loop over p and q. With `seen` for those pixels: dW[:, :, p, q] is a sum "
        "of g times `seen` over images and places, and the gradient of `seen` gets "
        "g times W[:, :, p, q] added.",
        "dW[:, :, p, q] is np.einsum('noij,ncij->oc', g, seen). Which letters give the "
        "share of `seen`? Cut the padding off dX at the end; db is a sum over 3 axes.",
    ],
)
