"""Weights for a leaky ReLU, and a variance that was taken for a standard deviation."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near

ANSWERS = {}


def leaky_weights(student, rng):
    """The layer is used: its outputs pass on the mean square of a normal signal."""
    n_out, n_in = rng.permutation([int(rng.integers(150, 190)), 480]).tolist()
    slope, seed = float(rng.uniform(0.2, 0.5)), int(rng.integers(10**9))
    W, other = (student.leaky_weights(n_out, n_in, slope, seed + k) for k in (0, 1))
    again = student.leaky_weights(n_out, n_in, slope, seed)
    if np.shape(W) != (n_out, n_in) or not np.array_equal(W, again):
        return False
    passed = (np.mean(W**2) + np.mean(other**2)) / 2 * n_in * (1 + slope**2) / 2
    level = near(passed, 1, 0.02)
    sums = [np.abs(W.sum(axis)).max() for axis in (0, 1)]
    centred = sums[0] ** 2 < 60 * n_out / n_in and sums[1] ** 2 < 60
    return level and centred and not np.array_equal(W, other)


DRAW = "np.random.default_rng(seed).normal(0, {std}, (n_out, n_in))"
STD = "np.sqrt(2 / (1 + slope**2) / n_in)"


def drawn(std=STD):
    return DRAW.format(std=std)


ANSWERS["leaky_weights"] = Answers(
    args="n_out, n_in, slope, seed",
    decider=leaky_weights,
    right=[
        """
rng = np.random.default_rng(seed)
bound = np.sqrt(3 * 2 / ((1 + slope * slope) * n_in))
return rng.uniform(-bound, bound, size=(n_out, n_in))""",
        """
rng = np.random.RandomState(seed)
gain = (2 / (1 + slope**2)) ** 0.5
return gain / n_in**0.5 * rng.randn(n_out, n_in)""",
        """
from chainrule import init
W = init.he_normal((n_out, n_in), np.random.default_rng(seed))
return W / np.sqrt(1 + slope**2)""",
    ],
    wrong=[
        drawn("np.sqrt(2 / (1 - slope**2) / n_in)"),
        drawn("np.sqrt((1 + slope**2) * 2 / n_in)"),
        drawn("np.sqrt(1 / n_in)"),
        drawn("0.05"),
        drawn("2 / np.sqrt((1 + slope**2) * n_in)"),
        drawn("np.sqrt(2 / (1 + slope**2) / (n_in * n_out))"),
        f"np.random.default_rng(0).normal(0, {STD}, (n_out, n_in))",
        f"np.random.default_rng(seed).normal(0, {STD}, (n_in, n_out))",
        f"np.random.normal(0, {STD}, (n_out, n_in))",
        f"np.tile(np.random.default_rng(seed).normal(0, {STD}, n_in), (n_out, 1))",
        f"np.full((n_out, n_in), {STD})",
        f"np.abs({drawn()})",
        f"{drawn()} + 0.02",
    ],
)


def std_mixup(student, rng):
    """One layer's factor, to the power of the layers."""
    own = student.numbers("std_mixup", student.STUDENT)
    right = np.log10(np.sqrt(2 / own["width"]) ** own["layers"])
    return not callable(student.std_mixup) and near(student.std_mixup, right, 5e-4)


ANSWERS["std_mixup"] = Answers(
    above="""
own = numbers("std_mixup", STUDENT)
n, depth = own["width"], own["layers"]""",
    decider=std_mixup,
    right=[
        "depth / 2 * np.log10(2 / n)",
        "float(depth * (np.log10(2) - np.log10(n)) / 2)",
        "round(np.log(np.sqrt(2 / n)) / np.log(10) * depth, 4)",
    ],
    wrong=[
        "depth / 2 * np.log10(1 / n)",
        "depth * np.log10(1 / n)",
        "np.sqrt(2 / n) ** depth",
        "depth / 2 * np.log10(n)",
        "-depth / 2",
        "depth / 2 * np.log10(2 / n**2)",
        "depth / 2 * np.log2(2 / n)",
        "np.log10(depth / n)",
        "None",
    ],
    told={"depth / 3 * np.log10(2 / n)": ""},
)
