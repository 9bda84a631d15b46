"""Sizes after a convolution, and after a transposed one."""

import numpy as np

from corpus.answers import Answers

ANSWERS = {}


def number(found, right):
    return np.ndim(found) == 0 and float(found) == right


def conv_size(student, rng):
    """Windows are tried from place to place until one doesn't fit."""
    kernel, stride, dilation = (int(n) for n in rng.integers(1, 6, 3))
    padding = int(rng.integers(0, 9))
    least = max(1, dilation * (kernel - 1) + 1 - 2 * padding)
    size = least + int(rng.integers(0, 40))
    right = 0
    places = range(0, kernel * dilation, dilation)
    while right * stride + places[-1] < size + 2 * padding:
        right += 1
    found = student.conv_size(size, kernel, stride, padding, dilation)
    return number(found, right)


ANSWERS["conv_size"] = Answers(
    args="size, kernel, stride, padding, dilation",
    decider=conv_size,
    right=[
        "(size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1",
        """
last = size + 2 * padding - (dilation * (kernel - 1) + 1)
return len(range(0, last + 1, stride))""",
        """
span = kernel + (kernel - 1) * (dilation - 1)
return int(np.floor((size + 2 * padding - span) / stride + 1))""",
    ],
    wrong=[
        "(size + 2 * padding) // stride",
        "(size + 2 * padding - kernel) // stride + dilation",
        "(size - padding - dilation * (kernel - 1) - 1) // stride + 1",
        "(size + 2 * padding - kernel // 2 * dilation) // stride + 1",
        "size // stride",
        "(size + 2 * padding) // stride - dilation * (kernel - 1)",
        "-((size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)",
        "(size + 2 * padding - dilation * (kernel - 1) + stride // 2) // stride + 1",
    ],
    told={
        "size": "It is `size`, unchanged.",
        "(size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 2": (
            "Every entry is the right one plus 1."
        ),
        "2 * ((size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)": (
            "Every entry is 2 times the right one."
        ),
    },
)


def transposed_size(student, rng):
    """Windows are laid onto a row that grows as far as they reach."""
    size, kernel, stride, dilation = (int(n) for n in rng.integers(1, 7, 4))
    more = int(rng.integers(0, stride))
    reached = 0
    for i in range(size):
        for k in range(kernel):
            reached = max(reached, i * stride + k * dilation + 1)
    padding = int(rng.integers(0, 3))
    right = reached - 2 * padding + more
    args = size, kernel, stride, padding, dilation, more
    return number(student.transposed_size(*args), right)


ANSWERS["transposed_size"] = Answers(
    args="size, kernel, stride, padding, dilation, output_padding",
    decider=transposed_size,
    right=[
        "stride * (size - 1) + dilation * (kernel - 1) + 1 - 2 * padding"
        " + output_padding",
        """
span = 1 + dilation * (kernel - 1)
last = stride * (size - 1)
return int(last + span + output_padding - padding - padding)""",
    ],
    wrong=[
        "size * stride",
        "stride * size + output_padding",
        "stride * (size - 1) + dilation * (kernel - 1) + 1 - 2 * padding"
        " + 2 * output_padding",
        "stride * (size - 1) + dilation * (kernel - 1) + 1 - 2 * padding"
        " - output_padding",
        "stride * (size + 1) + dilation * (kernel - 1) + 1 - 2 * padding",
        "stride * (size + kernel - 2) + 1 - 2 * padding + output_padding",
    ],
    told={
        "size": "It is `size`, unchanged.",
        "stride * (size - 1) + dilation * (kernel - 1) + 2 - 2 * padding"
        " + output_padding": "Every entry is the right one plus 1.",
    },
)
