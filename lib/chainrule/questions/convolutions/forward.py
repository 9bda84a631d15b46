"""A convolution forward, by windows."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.convolutions.images import (
    MOVED,
    PLAIN,
    correlated,
    flipped,
    padded,
)
from chainrule.questions.kinds import cases, mistakes, value_of
from chainrule.questions.probes.convolutions import lines_of

TORCH = Oracle(
    "torch",
    value_of(lambda torch, X, W, b, s, p: torch.nn.functional.conv2d(X, W, b, s, p)),
)


def plus(b):
    return b[:, None, None]


def with_tally(lines):
    """What is right, row by row, followed by the lines that more pixels cost."""
    return lambda **args: np.append(TORCH(**args), lines)


def loops(yours, wrong, **_):
    right = np.shape(yours) == np.shape(wrong)
    return right and np.allclose(yours[:-1], wrong[:-1]) and bool(yours[-1] > 0)


def tell_lines(yours, right, **_):
    if np.shape(yours) != np.shape(right) or not np.allclose(yours[:-1], right[:-1]):
        return "    the numbers are off, whatever it costs"
    return (
        f"    an image with more pixels makes Python run {yours[-1]:g} lines more; "
        "none are allowed"
    )


def from_one_side(X, W, b, stride, padding):
    wide = padded(X, padding)[:, :, padding:, padding:]
    wide = np.pad(wide, ((0, 0), (0, 0), (0, padding), (0, padding)))
    return correlated(wide, W, stride) + plus(b)


def repeated_edge(X, W, b, stride, padding):
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return correlated(np.pad(X, sides, mode="edge"), W, stride) + plus(b)


convolved = Question(
    "convolved",
    Part(
        1,
        TORCH,
        cases({"stride 1, no padding": [PLAIN] * 3}),
        mistakes(
            {
                "The kernel is flipped. That is what mathematicians call convolution; "
                "networks multiply window and kernel as they are.": (
                    lambda X, W, b: correlated(X, flipped(W)) + plus(b)
                ),
                "The bias is missing: each output channel has one number of b.": (
                    lambda X, W: correlated(X, W)
                ),
                "The bias is added once for each input channel. Add it after the "
                "sum.": (lambda right, X, b: right + (X.shape[1] - 1) * plus(b)),
                "Only the first channel of the images is used. A kernel has a slice "
                "for each channel, and the sum runs over all of them.": (
                    lambda X, W, b: correlated(X[:, :1], W[:, :1]) + plus(b)
                ),
                "The output channels stand last. They stand second, where the images "
                "have their channels.": lambda right: np.moveaxis(right, 1, -1),
                "The output channels stand first. The images of the batch do.": (
                    lambda right: right.swapaxes(0, 1)
                ),
                "That takes the mean over each window. A convolution takes the sum.": (
                    lambda X, W, b: correlated(X, W) / W[0].size + plus(b)
                ),
            }
        ),
    ),
    Part(
        1,
        TORCH,
        cases({"stride and padding": [MOVED] * 3}),
        mistakes(
            {
                "The stride isn't used: there is a window at every pixel.": (
                    lambda X, W, b, padding: correlated(X, W, 1, padding) + plus(b)
                ),
                "The padding isn't used: put zeros around the images first.": (
                    lambda X, W, b, stride: correlated(X, W, stride) + plus(b)
                ),
                "All the padding stands at the bottom and at the right. Half of it "
                "belongs to the top and to the left.": from_one_side,
                "The padding repeats the edge of the image. Pad with zeros.": (
                    repeated_edge
                ),
            }
        ),
    ),
    Part(
        1,
        Oracle("torch", with_tally(0)),
        cases({"lines that Python runs": [PLAIN, MOVED]}),
        mistakes(
            {
                "The result is right, and a loop runs over pixels: with more pixels, "
                "Python runs more lines. Take all windows at once.": (
                    with_tally(1),
                    loops,
                ),
            }
        ),
        probe=lines_of,
        tell=tell_lines,
        entries=False,
    ),
    hints=[
        "np.pad adds the zeros, and only on the last two axes. Then "
        "np.lib.stride_tricks.sliding_window_view(X, (kh, kw), axis=(2, 3)) shows "
        "every window, without copying: images, channels, rows, columns, kh, kw.",
        "Take every stride-th window: [:, :, ::stride, ::stride]. What is left is a "
        "sum over three axes that windows and kernels share.",
        "np.einsum('ncijpq,ocpq->noij', windows, W), plus b[:, None, None].",
    ],
)
