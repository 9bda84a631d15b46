"""A convolution as a matrix."""

import numpy as np

from corpus.answers import Answers
from corpus.convolutions.by_loops import convolve
from corpus.measures import precise

ANSWERS = {}


def conv_matrix(student, rng):
    """Times a random row, it is the convolution of that row."""
    kernel, stride = (int(n) for n in rng.integers(1, 5, 2))
    padding = int(rng.integers(0, 3))
    length = max(1, kernel - 2 * padding) + int(rng.integers(0, 7))
    w, x = rng.normal(size=kernel), rng.normal(size=length)
    found = np.asarray(student.conv_matrix(w.copy(), length, stride, padding))
    wide = np.pad(x, padding)
    right = convolve(
        wide[None, None, None], w[None, None, None], np.zeros(1), stride, 0
    )
    right = right[0, 0, 0]
    return found.shape == (len(right), length) and precise(found @ x, right)


def rows(
    count="(length + 2 * padding - len(w)) // stride + 1",
    wide="length + 2 * padding",
    at="i * stride : i * stride + len(w)",
    end="M[:, padding : padding + length]",
):
    return f"""
M = np.zeros(({count}, {wide}))
for i in range(len(M)):
    M[i, {at}] = w
return {end}"""


ANSWERS["conv_matrix"] = Answers(
    args="w, length, stride, padding",
    decider=conv_matrix,
    right=[
        rows(),
        """
count = (length + 2 * padding - len(w)) // stride + 1
M = np.zeros((count, length))
for i in range(count):
    for k in range(len(w)):
        j = i * stride + k - padding
        if 0 <= j < length:
            M[i, j] = w[k]
return M""",
        """
wide = np.pad(np.eye(length), ((0, 0), (padding, padding)))
seen = np.lib.stride_tricks.sliding_window_view(wide, len(w), axis=1)
return (seen[:, ::stride] @ w).T""",
    ],
    wrong=[
        rows(end="M[:, :length]"),
        rows(end="M[:, 2 * padding :]"),
        rows(count="length // stride", end="M[:, padding : padding + length] * 1"),
        rows(at="i * stride : i * stride + len(w)").replace("= w", "= w.sum()"),
        rows(end="M[::-1, padding : padding + length]"),
        rows(end="M[:, padding : padding + length][:, ::-1]"),
        rows(at="i * stride : i * stride + 1").replace("= w", "= w[0]"),
        "np.outer(w, np.ones(length))",
    ],
    told={
        rows(end="-M[:, padding : padding + length]"): (
            "Every entry is -1 times the right one."
        ),
        rows(end="2 * M[:, padding : padding + length]"): (
            "Every entry is 2 times the right one."
        ),
        rows(end="0 * M[:, padding : padding + length]"): "Every entry is 0.",
        rows(end="M[:, padding : padding + length].sum(1)"): (
            "It is the sum over axis 1 of the right result."
        ),
    },
)
