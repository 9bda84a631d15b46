"""Sizes along one axis, of what convolutions and their transposes give."""

import math

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import called, cases, mistakes


def measured(function):
    """The length that torch makes of a row of zeros."""

    def rule(size, kernel, **how):
        import torch

        convolve = getattr(torch.nn.functional, function)
        x, w = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel)
        return convolve(x, w, **how).shape[2]

    return Oracle("torch", rule)


def span(kernel, dilation):
    return dilation * (kernel - 1) + 1


def windows(size, kernel, stride, padding, dilation, reach=span, rounded=math.floor):
    """How many windows there are, each spanning reach(kernel, dilation) pixels."""
    free = size + 2 * padding - reach(kernel, dilation)
    return rounded(free / stride) + 1


def changed(**how):
    return lambda **args: windows(**{**args, **how})


def setting(padding, dilation, strides=(2, 3)):
    """A row whose last pixels are seen by no window."""

    def make(rng):
        while True:
            args = {
                "size": int(rng.integers(40, 70)),
                "kernel": int(rng.integers(3, 7)),
                "stride": int(rng.choice(strides)),
                "padding": int(rng.integers(*padding)),
                "dilation": int(rng.integers(*dilation)),
            }
            if not float(windows(**args, rounded=float)).is_integer():
                return args

    return make


def at_every_pixel(padding, dilation):
    def make(rng):
        size, kernel = int(rng.integers(30, 50)), int(rng.integers(5, 8))
        d = int(rng.integers(*dilation))
        found = {"size": size, "kernel": kernel, "stride": 1}
        return {**found, "padding": padding, "dilation": d}

    return make


ONE = (1, 2)

conv_size = Question(
    "conv_size",
    Part(
        1,
        measured("conv1d"),
        cases(
            {
                "a window at every pixel": at_every_pixel(0, ONE),
                "a stride": [setting((1, 3), ONE)] * 2,
                "a wide padding": [setting((7, 10), ONE)] * 2,
            }
        ),
        mistakes(
            {
                "The first window is missing: n steps lead to n + 1 places.": (
                    lambda right: right - 1
                ),
                "The padding is counted once. It stands at both ends.": (
                    lambda padding, **a: windows(padding=padding / 2, **a)
                ),
                "The padding isn't counted.": changed(padding=0),
                "That rounds up. A window that doesn't fit as a whole is left out.": (
                    changed(rounded=math.ceil)
                ),
                "That isn't rounded. A window that doesn't fit is left out.": (
                    changed(rounded=float)
                ),
                "The stride isn't used: that is a window at every pixel.": (
                    changed(stride=1)
                ),
            }
        ),
    ),
    Part(
        1,
        measured("conv1d"),
        cases(
            {
                "a dilation": at_every_pixel(1, (2, 5)),
                "a dilation and a stride": [setting((1, 4), (2, 5))] * 3,
            }
        ),
        mistakes(
            {
                "The dilation isn't used: a kernel with gaps spans more pixels.": (
                    changed(dilation=1)
                ),
                "In your answer the kernel spans dilation · kernel pixels. No gap "
                "follows its last place.": changed(reach=lambda k, d: d * k),
                "That counts the steps inside the kernel. There is one pixel more than "
                "steps.": changed(reach=lambda k, d: d * (k - 1)),
                "A dilation of d puts d - 1 pixels between two places, and not d.": (
                    changed(reach=lambda k, d: k + d * (k - 1))
                ),
            }
        ),
    ),
    hints=[
        "First take dilation 1. On size + 2 · padding pixels, how many steps of one "
        "pixel can the window make? How many steps of `stride` pixels?",
        "The number of windows is the number of whole steps, plus 1. Whole steps: //.",
        "With dilation the kernel spans dilation · (kernel - 1) + 1 pixels. Put that "
        "in the place of the kernel's size.",
    ],
)


def larger(rng):
    """Settings in which each number moves the size by an amount of its own."""
    stride = int(rng.choice([3, 5]))
    padding, dilation = rng.choice([(1, 7), (2, 7), (4, 3)]).tolist()
    return {
        "size": int(rng.integers(5, 12)),
        "kernel": int(rng.choice([4, 6])),
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "output_padding": int(rng.choice([2, 4][: stride // 2])),
    }


def enlarged(size, kernel, stride, padding, dilation, output_padding):
    """The smallest size of which a convolution makes `size`, and what is added."""
    least = (size - 1) * stride + span(kernel, dilation) - 2 * padding
    return least + output_padding


def other(**how):
    return lambda **args: enlarged(**{**args, **how})


transposed_size = called(
    "transposed_size",
    measured("conv_transpose1d"),
    {"a transposed convolution": [larger] * 4},
    {
        "That leaves output_padding out.": other(output_padding=0),
        "That takes `size` steps. Between `size` windows there is one step less.": (
            lambda right, stride: right + stride
        ),
        "The padding is subtracted once. It is taken off at both ends.": (
            lambda right, padding: right + padding
        ),
        "The padding is added. A convolution adds it, so going back takes it off.": (
            lambda right, padding: right + 4 * padding
        ),
        "The padding isn't taken off.": other(padding=0),
        "One pixel is missing: the last window spans dilation · (kernel - 1) + 1.": (
            lambda right: right - 1
        ),
        "The dilation isn't used: the last window spans dilation · (kernel - 1) + 1.": (
            other(dilation=1)
        ),
        "In your answer the last window spans dilation · kernel pixels. No gap follows "
        "its last place.": lambda right, dilation: right + dilation - 1,
        "That is the size after a convolution. Here the windows go back onto a larger "
        "row.": lambda output_padding, **args: windows(**args),
    },
    hints=[
        "Solve the formula of conv_size for the input: `size` is now the number of "
        "windows. Leave out the rounding.",
        "The first window begins at 0 and the last one at (size - 1) · stride. The "
        "last one spans dilation · (kernel - 1) + 1 pixels.",
        "From that length the padding is taken off at both ends, and output_padding "
        "is added at one end.",
    ],
)
