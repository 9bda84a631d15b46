"""A product drawn entry by entry: the row and the column that meet, and their sum."""

import re

import numpy as np
from chainrule import draw
from packed import pages

A, B = np.array([[1.0, -2, 3], [4, 5, 6]]), np.arange(12.0).reshape(3, 4)
G = np.array([[1.0, 0, 2, -1], [3, 1, 0, 2]])
LIT = re.compile(r'stroke-width="3" fill=')


def shown():
    return draw.product(A, B, G, of_a=(0, 1), of_b=(2, 3))


def test_forward_a_row_meets_a_column_and_back_a_row_meets_a_row():
    counts = [len(LIT.findall(page)) for page in pages(shown())]
    assert counts == [3 + 4 - 1 + 1, 1 + 4 + 4, 1 + 4 + 4, 2 + 1 + 2, 2 + 1 + 2]


def test_the_gradients_are_those_of_the_product():
    y, a, b = (A @ B)[0, 3], (G @ B.T)[0, 1], (A.T @ G)[2, 3]
    said = re.findall(r"= (−?\d+)\.", shown().alt)
    assert [float(text.replace("−", "-")) for text in said] == [y, a, b]


def test_a_gradient_has_one_number_yet_and_the_rest_is_empty():
    third = pages(shown())[2]
    assert third.count("stroke-dasharray") == A.size - 1
