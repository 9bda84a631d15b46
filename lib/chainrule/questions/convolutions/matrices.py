"""A convolution as a matrix, and what moves with its input."""

import numpy as np

from chainrule.judge import TextQuestion
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import called

shifted = TextQuestion(
    "shifted",
    points=1,
    hints=(
        "Write down y[i] for the shifted input: replace x[j] by x[j - s].",
        "s·i + k - s is s·(i - 1) + k. Which output of the unshifted input is that?",
        "For the second part take a kernel of one weight, and an input with a single "
        "1. Is the 1 seen before the shift, and after it?",
    ),
)


def on_unit_vectors(w, length, stride, padding):
    """What torch makes of each row of the identity is a column."""
    import torch

    rows = torch.eye(length, dtype=torch.float64)[:, None]
    kernel = torch.tensor(w)[None, None]
    made = torch.nn.functional.conv1d(rows, kernel, None, stride, padding)
    return made[:, 0].T.numpy()


def placed(w, length, stride, padding, cut=True):
    """The kernel in each row, moved by the stride."""
    count = (length + 2 * padding - len(w)) // stride + 1
    M = np.zeros((count, length + 2 * padding))
    for i in range(count):
        M[i, i * stride : i * stride + len(w)] = w
    return M[:, padding : padding + length] if cut else M


def setting(stride, padding):
    def make(rng):
        kernel, s, p = (int(rng.choice(a)) for a in ((3, 4), stride, padding))
        length = kernel + 3 * s + int(rng.integers(0, 2))
        w = numbers_of(rng, kernel)
        return {"w": w, "length": length, "stride": s, "padding": p}

    return make


conv_matrix = called(
    "conv_matrix",
    Oracle("torch, column by column", on_unit_vectors),
    {
        "stride 1": [setting((1,), (0,))],
        "a stride": [setting((2, 3), (0,))],
        "stride and padding": [setting((2, 3), (1, 2))] * 2,
    },
    {
        "That is the transpose: a row of M belongs to an output, a column to an "
        "input.": lambda right: right.T,
        "The kernel is turned round. The first weight meets the first pixel.": (
            lambda w, **args: placed(w[::-1], **args)
        ),
        "Each row is moved by one pixel. It is moved by the stride.": (
            lambda w, length, padding: placed(w, length, 1, padding)
        ),
        "The columns of the padding are still there. They would be multiplied by "
        "zeros, and x has no such entries.": lambda **a: placed(**a, cut=False),
        "The padding isn't used: the first windows begin to the left of x.": (
            lambda w, length, stride: placed(w, length, stride, 0)
        ),
    },
    hints=[
        "Row i holds the weights at the places that window i sees: from i · stride on, "
        "in the padded input.",
        "Begin with zeros for the padded length, length + 2 · padding columns, and "
        "write w into each row.",
        "The padded entries of x are 0: cut their columns off, "
        "M[:, padding : padding + length].",
    ],
)
