"""The parameters of nets like LeNet-5."""

import numpy as np

from corpus.answers import Answers

ANSWERS = {}


def lenet_parameters(student, rng):
    """Every array of every layer is made, and its entries are counted."""
    kernel, side = int(rng.integers(1, 6)), int(rng.integers(1, 6))
    wide, units = (int(n) for n in rng.integers(1, 30, 2))
    table = (rng.random(rng.integers(2, 9, 2)) < 0.6).astype(int)
    table[:, 0] = 1
    size = 2 * (2 * side + kernel - 1) + kernel - 1
    maps, channels = table.shape
    squares = [np.zeros((kernel, kernel)) for row in table for seen in row if seen]
    right = [
        sum(np.zeros((kernel, kernel)).size + 1 for _ in range(channels)),
        channels + channels,
        sum(square.size for square in squares) + maps,
        maps + maps,
        np.zeros((wide, maps, side, side)).size + wide,
        np.zeros((units, wide)).size + units,
    ]
    found = student.lenet_parameters(size, kernel, table.copy(), wide, units)
    return np.array_equal(np.asarray(found, float), right)


def arithmetic(
    C1="channels * (kernel**2 + 1)",
    S2="2 * channels",
    C3="table.sum() * kernel**2 + maps",
    S4="2 * maps",
    side="((size - kernel + 1) // 2 - kernel + 1) // 2",
    C5="wide * (maps * side**2 + 1)",
    F6="units * (wide + 1)",
    order="C1, S2, C3, S4, C5, F6",
):
    return f"""
maps, channels = table.shape
side = {side}
C1, S2 = {C1}, {S2}
C3, S4 = {C3}, {S4}
C5, F6 = {C5}, {F6}
return {order}"""


ANSWERS["lenet_parameters"] = Answers(
    args="size, kernel, table, wide, units",
    decider=lenet_parameters,
    right=[
        arithmetic(),
        arithmetic(C3="sum(row.sum() * kernel * kernel + 1 for row in table)"),
        arithmetic(order="np.array([C1, S2, C3, S4, C5, F6])"),
    ],
    wrong=[
        arithmetic(order="C1, C3, C5, F6"),
        arithmetic(order="C1 + S2 + C3 + S4 + C5 + F6"),
        arithmetic(C1="channels * (kernel + 1)"),
        arithmetic(C1="channels * size**2 + channels"),
        arithmetic(S2="3 * channels"),
        arithmetic(S4="2 * channels"),
        arithmetic(C3="table.sum() * kernel + maps"),
        arithmetic(C5="wide * (maps * side + 1)"),
        arithmetic(F6="units * wide + wide"),
        arithmetic(side="size // 4"),
    ],
    told={
        arithmetic(order="[2 * n for n in (C1, S2, C3, S4, C5, F6)]"): "",
    },
)
