"""A kernel slides over an image: every window is shown, with a sum that is right."""

import re

import numpy as np
import pytest
from chainrule import draw

X = np.arange(20).reshape(4, 5) % 7 - 2
W = np.array([[1, 0, -2], [3, 1, 0]])


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 0), (2, 1)])
def test_there_is_a_frame_for_each_window_and_its_sum_adds_up(stride, padding):
    html = draw.sliding(X, W, stride, padding).html
    sums = re.findall(r"<li>y\[\d, \d\] = (.+?) = (\S+)</li>", html)
    rows, cols = (
        (n + 2 * padding - k) // stride + 1
        for n, k in zip(X.shape, W.shape, strict=True)
    )
    assert len(sums) == rows * cols
    for terms, total in sums:
        added = eval(terms.replace("·", "*").replace("−", "-"))
        assert added == int(total.replace("−", "-"))


def test_the_padding_is_dashed():
    ring = (4 + 2) * (5 + 2) - 4 * 5
    html = draw.sliding(X, W, 3, 1).html
    first = html[: html.index("</svg>")]
    assert first.count('stroke-dasharray="5,4"') == ring


def test_a_kernel_that_does_not_fit_says_so():
    with pytest.raises(ValueError, match="doesn't fit"):
        draw.sliding(X, np.ones((5, 1)))
