"""A small convolutional net after LeNet."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.probes.gpu_training import (
    parameter_shapes,
    scores_of,
)

SHAPES = ((8, 1, 3, 3), (8,), (16, 8, 3, 3), (16,), (10, 64), (10,))


def shapes(seed):
    return np.array(sorted((*shape, 0, 0, 0)[:4] for shape in SHAPES), dtype=float)


def a_seed(rng):
    return {"seed": int(rng.integers(1 << 31))}


def in_words(rows):
    said = [str(tuple(int(n) for n in row if n)) for row in np.reshape(rows, (-1, 4))]
    return ", ".join(said) if said else "none"


def tell_shapes(yours, right, **_):
    return (
        f"    the parameters' shapes are   {in_words(yours)}\n"
        f"    they should be               {in_words(right)}"
    )


def images(rng):
    weights = [
        numbers_of(rng, *shape) / np.sqrt(np.prod(shape[1:])) for shape in SHAPES
    ]
    names = ("K1", "b1", "K2", "b2", "W", "b")
    X = numbers_of(rng, int(rng.integers(3, 6)), 8, 8)
    return {"X": X, **dict(zip(names, weights, strict=True))}


def scores(pool="max_pool2d", relu=True, padded=True, second=True):
    """What torch's functions give, as a mistake leaves it."""

    def rule(X, K1, b1, K2, b2, W, b):
        import torch

        functional = torch.nn.functional
        X, K1, b1, K2, b2, W, b = tensors([X, K1, b1, K2, b2, W, b])
        h = X[:, None]
        for K, bias in ((K1, b1), (K2, b2)):
            h = functional.conv2d(h, K, bias, padding=1)
            h = h.relu() if relu else h
            h = getattr(functional, pool)(h, 2)
        return functional.linear(h.flatten(1), W, b).numpy()

    return rule


def last_relu(X, **weights):
    return np.maximum(scores()(X, **weights), 0)


def softmax(X, **weights):
    e = np.exp(scores()(X, **weights))
    return e / e.sum(axis=1, keepdims=True)


DigitNet = Question(
    "DigitNet",
    Part(
        0.5,
        closed_form(shapes),
        cases({"the parameters": [a_seed] * 2}),
        mistakes(
            {
                "The net has no parameters. A module finds only layers that are its "
                "own attributes, and none in a plain list.": lambda: np.zeros((0, 4)),
            }
        ),
        probe=parameter_shapes,
        tell=tell_shapes,
        entries=False,
    ),
    Part(
        0.5,
        Oracle("torch", scores()),
        cases({"some images": images, "others": images}),
        mistakes(
            {
                "That takes the mean of each 2 × 2 square. Take its maximum.": (
                    scores(pool="avg_pool2d")
                ),
                "ReLU is missing after the convolutions.": scores(relu=False),
                "ReLU stands after the last layer too. A score may be negative.": (
                    last_relu
                ),
                "Softmax stands after the last layer. Return the scores.": softmax,
            }
        ),
        probe=scores_of,
    ),
    hints=[
        "Images have the shape (n, 8, 8), and a convolution wants (n, channels, 8, 8): "
        "begin with x[:, None] or nn.Unflatten(1, (1, 8)).",
        "First nn.Conv2d(1, 8, 3, padding=1), then ReLU, then nn.MaxPool2d(2): 8 × 8 "
        "becomes 4 × 4. The second convolution is nn.Conv2d(8, 16, 3, padding=1).",
        "After the second pooling there are 16 · 2 · 2 = 64 numbers for each image: "
        "flatten(1), then nn.Linear(64, 10).",
    ],
)
