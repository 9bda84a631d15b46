"""What engines like this one are known to get wrong without a word, each with its right
value, or with the sentence that refuses it."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from chainrule import (
    differences,
    dual,
    layers,
    losses,
    ops,
    optim,
    recurrent,
    regularize,
    train,
    transforms,
)
from chainrule.dual import Dual
from chainrule.scalar import Value
from chainrule.tensor import Tensor, no_grad

D = dual.derivative
INF, NAN = np.inf, np.nan
UINT8 = np.array([0, 20], np.uint8)


def rng():
    return np.random.default_rng(0)


def leaf(*numbers, dtype=np.float64):
    return Tensor(np.array(numbers, dtype), requires_grad=True)


def slope_of(f, *leaves):
    f(*leaves).backward()
    return [x.grad for x in leaves]


def weights(*grads):
    """Tensors with gradients, as a generator, which can be read only once."""
    for g in grads:
        w = Tensor(np.zeros(np.shape(g)), requires_grad=True)
        w.grad = np.array(g)
        yield w


def stepped(grad, dtype=np.float64, optimizer=optim.SGD, **settings):
    """A Tensor (2, 3) of zeros after one step along this gradient."""
    w = Tensor(np.zeros((2, 3), dtype), requires_grad=True)
    w.grad = grad
    optimizer([w], **({"lr": 0.1} | settings)).step()
    return w.data


def pulled_after_a_change():
    y, pull = transforms.vjp(ops.exp, np.zeros(2))
    y[:] = 7
    return pull(np.ones(2))


def taped(xs):
    """The gradient of the sum of squares of 3, asked for by an iterable of leaves."""
    x = leaf(3.0)
    with transforms.GradientTape() as tape:
        y = (x * x).sum()
    return tape.gradient(y, xs(x))[0].data


def remembered(x):
    norm = layers.BatchNorm(1, momentum=1.0)
    norm(x)
    return norm.running_var


def clipped(clip, *settings):
    kept = list(weights([3.0, 4.0]))
    clip((p for p in kept), *settings)
    return kept[0].grad


VALUES = {
    "a second derivative in forward mode": (lambda: D(D(lambda x: x**3))(2.0), 12),
    "an inner derivative does not touch the outer variable": (
        lambda: D(lambda x: D(lambda y: x * y)(2.0))(1.0),
        1,
    ),
    "two derivatives at once keep their changes apart": (
        lambda: D(lambda x: x * D(lambda y: x + y)(1.0))(1.0),
        1,
    ),
    "an inner derivative of what does not depend on it": (
        lambda: D(lambda x: x * D(lambda y: x * x)(1.0) + x)(3.0),
        1,
    ),
    "the second derivative of sin": (lambda: D(D(ops.sin))(1.0), -np.sin(1.0)),
    "the fourth of a sum of products": (
        lambda: D(D(D(D(lambda x: (x * x).sum() * x.reshape(1)[0] * x))))(1.0),
        24,
    ),
    "a whole number with a fraction for its slope": (
        lambda: (Dual(3, 0.5) * 1.0).slope,
        0.5,
    ),
    "clip_norm of a generator": (
        lambda: clipped(regularize.clip_norm, 1.0),
        [0.6, 0.8],
    ),
    "the norm it returns": (
        lambda: regularize.clip_norm(weights([3.0, 4.0]), 1.0),
        5,
    ),
    "clip_value of a generator": (
        lambda: clipped(regularize.clip_value, 3.5),
        [3, 3.5],
    ),
    "concatenate of a generator": (
        lambda: ops.concatenate(np.full(2, float(i)) for i in range(2)),
        [0, 0, 1, 1],
    ),
    "stack of a generator": (
        lambda: ops.stack(np.full(2, float(i)) for i in range(2)),
        [[0, 0], [1, 1]],
    ),
    "kl where p is 0": (
        lambda: losses.kl(np.array([[0, -INF]]), np.log([[0.5, 0.5]])),
        np.log(2),
    ),
    "kl where both are 0": (
        lambda: losses.kl(np.array([[0, -INF]]), np.array([[0, -INF]])),
        0,
    ),
    "kl where q alone is 0": (
        lambda: losses.kl(np.log([[0.5, 0.5]]), np.array([[0, -INF]])),
        INF,
    ),
    "mse of uint8": (lambda: losses.mse(UINT8[:1], UINT8[1:]), 400),
    "huber of uint8": (
        lambda: losses.huber(np.array([0], np.uint8), np.array([3], np.uint8)),
        2.5,
    ),
    "huber of whole numbers": (
        lambda: losses.huber(np.array([0]), np.array([3])),
        2.5,
    ),
    "bce of uint8": (
        lambda: losses.bce_with_logits(UINT8, np.array([1, 0], np.uint8)),
        (np.log(2) + 20) / 2,
    ),
    "log_softmax of uint8": (lambda: losses.log_softmax(UINT8), [-20, 0]),
    "cross_entropy of whole logits and shares": (
        lambda: losses.cross_entropy(np.array([[0, 0]]), np.array([[0.25, 0.75]])),
        np.log(2),
    ),
    "sigmoid of uint8": (lambda: ops.sigmoid(UINT8), [0.5, 1]),
    "softplus of uint8": (lambda: ops.softplus(UINT8), [np.log(2), 20]),
    "exp of uint8": (lambda: ops.exp(UINT8), np.exp([0, 20])),
    "tanh of uint8": (lambda: ops.tanh(UINT8 // 10), np.tanh([0, 2.0])),
    "l2 of uint8": (lambda: regularize.l2([UINT8], 1.0), 200),
    "l1 of int8": (lambda: regularize.l1([np.int8([-128])], 1.0), 128),
    "a sum of lists": (lambda: ops.add([1, 2], [3, 4]), [4, 6]),
    "a list times a number": (lambda: ops.mul([1, 2], 2), [2, 4]),
    "the border of whole numbers": (
        lambda: ops.pad(np.array([1]), [(1, 0)], 0.5),
        [0.5, 1],
    ),
    "dropout of whole numbers": (
        lambda: np.unique(layers.Dropout(0.2, rng())(np.ones(99, int))),
        [0, 1.25],
    ),
    "noise on whole numbers": (
        lambda: regularize.noise(np.zeros(9999, int), 2.0, rng()).std().round(1),
        2,
    ),
    "a turned image of whole numbers": (
        lambda: regularize.rotate(np.full((1, 5, 5), 255, np.uint8), 1e-9, rng())[0, 2],
        [255] * 5,
    ),
    "normalize in half precision": (
        lambda: ops.normalize(np.float16([[300, -300, 200]]), -1, 1e-5),
        [[0.889, -1.398, 0.508]],
    ),
    "var in half precision": (lambda: ops.var(np.float16([200, -200])), 40000),
    "a long sum in half precision": (
        lambda: ops.sum(np.ones((5000, 2), np.float16), 0),
        [5000, 5000],
    ),
    "the slope of what is repeated 5000 times, in half precision": (
        lambda: slope_of(
            lambda b: (Tensor(np.ones((5000, 2), np.float16)) + b).sum(),
            leaf(0, 0, dtype=np.float16),
        )[0],
        [5000, 5000],
    ),
    "the slope of what is read 5000 times, in half precision": (
        lambda: slope_of(
            lambda x: x[np.zeros(5000, int)].sum(), leaf(0, dtype=np.float16)
        )[0],
        [5000],
    ),
    "what BatchNorm remembers of half precision": (
        lambda: remembered(np.float16([[300], [-300]])),
        [180000],
    ),
    "gelu in half precision": (
        lambda: slope_of(ops.gelu, leaf(300, dtype=np.float16))[0],
        [1],
    ),
    "gelu of a huge number": (lambda: slope_of(ops.gelu, leaf(1e200))[0], [1]),
    "cross_entropy in half precision, impossible class elsewhere": (
        lambda: losses.cross_entropy(np.float16([[1, 2, -INF]]), [0]),
        1.313,
    ),
    "cross_entropy, impossible class at the target": (
        lambda: losses.cross_entropy(np.array([[1, 2, -INF]]), [2]),
        INF,
    ),
    "cross_entropy, impossible class with no share": (
        lambda: losses.cross_entropy(np.array([[0, 0, -INF]]), [[0.5, 0.5, 0]]),
        np.log(2),
    ),
    "logsumexp of nothing": (lambda: ops.logsumexp(np.ones((2, 0)), 1), [-INF, -INF]),
    # what random programs have found
    "the slope of a quotient that overflows on the way": (
        lambda: slope_of(
            lambda a, b: (a / b * 500).sum(),
            leaf(300, dtype=np.float16),
            leaf(400, dtype=np.float16),
        )[1],
        [-0.9375],
    ),
    "the slope of a power that overflows on the way": (
        lambda: slope_of(lambda a: (a**4 * 60000).sum(), leaf(0.1, dtype=np.float16))[
            0
        ],
        [240],
    ),
    "the slopes of a maximum with NaN": (
        lambda: np.ravel(slope_of(ops.maximum, leaf(NAN), leaf(1.0))),
        [1, 1],
    ),
    "the slope of relu at NaN": (lambda: slope_of(ops.relu, leaf(NAN))[0], [1]),
    "a sum by NumPy's name": (lambda: np.sum(Tensor([[1, 2], [3, 4]]), 0).data, [4, 6]),
    "a mean by NumPy's name": (
        lambda: slope_of(np.mean, leaf(1.0, 2.0))[0],
        [0.5, 0.5],
    ),
    "exp by NumPy's name": (lambda: slope_of(np.exp, leaf(0.0))[0], [1]),
    "maximum by NumPy's name": (
        lambda: slope_of(lambda x: np.maximum(x, 0).sum(), leaf(-1.0, 2.0))[0],
        [0, 1],
    ),
    "sin by NumPy's name, in forward mode": (lambda: D(D(np.sin))(1.0), -np.sin(1.0)),
    "an array on the left": (
        lambda: slope_of(lambda x: (np.ones(2) - x) @ np.ones(2), leaf(3.0, 4.0))[0],
        [-1, -1],
    ),
    "a shape by NumPy's name": (lambda: np.shape(leaf(1.0, 2.0)), [2]),
    "a list of whole numbers with a gradient": (
        lambda: slope_of(lambda x: (x * x).sum(), Tensor([1, 2, 3], True))[0],
        [2, 4, 6],
    ),
    "a whole number to the power -1": (lambda: (Tensor(2) ** -1).data, 0.5),
    "the slope along the last argument": (
        lambda: transforms.grad(lambda a, b: a * b, -1)(2.0, 3.0),
        2,
    ),
    "the jacobian at a number": (lambda: transforms.jacobian(lambda x: x * x)(3.0), 6),
    "the jacobian of nothing": (
        lambda: transforms.jacobian(lambda x: x[:0])(np.ones(3)).shape,
        (0, 3),
    ),
    "the gradient of a result that was changed": (pulled_after_a_change, [1, 1]),
    "a tape's gradients by a generator": (lambda: taped(lambda x: (v for v in [x])), 6),
    "a tape's gradients by a view": (lambda: taped(lambda x: {"x": x}.values()), 6),
    "gradients by a generator": (
        lambda: transforms.gradients(x := leaf(3.0), (v for v in [x])),
        [[1]],
    ),
    "a cycle whose rise is one step": (lambda: optim.one_cycle(1.0, 10, 0.1)(0), 1),
    "a cycle that only rises": (lambda: optim.one_cycle(1.0, 10, 1.0)(9), 1),
    "accuracy of right labels": (
        lambda: train.accuracy(np.eye(3), np.arange(3)),
        1,
    ),
    "accuracy of rows that are NaN": (
        lambda: train.accuracy(np.array([[NAN, NAN], [0, 1]]), np.array([0, 1])),
        0.5,
    ),
    "no images turned": (
        lambda: regularize.rotate(np.ones((0, 1, 3, 3)), 5, rng()).shape,
        (0, 1, 3, 3),
    ),
    "LayerNorm of one example": (
        lambda: layers.LayerNorm(2)(np.array([1.0, 3.0])).data,
        [-1, 1],
    ),
}


@pytest.mark.parametrize("made, right", VALUES.values(), ids=VALUES)
def test_a_known_trap_gives_the_right_value(made, right):
    np.testing.assert_allclose(made(), right, rtol=1e-3, atol=1e-4)


REFUSED = {
    "a gradient along a bound": (
        lambda: transforms.grad(lambda low: ops.clip(np.ones(2), low).sum())(0.5),
        r"clip has no slope along its argument 1",
    ),
    "the same in forward mode": (
        lambda: D(lambda high: ops.clip(np.ones(2), 0.0, high).sum())(0.5),
        r"clip has no slope along its argument 2",
    ),
    "a gradient along huber's delta": (
        lambda: transforms.grad(lambda d: losses.huber(np.ones(2), np.ones(2), d))(0.5),
        r"clip has no slope along",
    ),
    "a gradient along the border": (
        lambda: transforms.grad(lambda v: ops.pad(np.ones(2), [(1, 1)], v).sum())(0.5),
        r"pad has no slope along its argument 2",
    ),
    "a gradient along a condition": (
        lambda: ops.where(leaf(1.0), leaf(2.0), leaf(3.0)),
        r"where has no slope along its argument 2",
    ),
    "a gradient through whole numbers": (lambda: leaf(1.5).astype(int), r"moves in st"),
    "a function of math on a Tensor": (
        lambda: transforms.grad(lambda x: x * math.sin(x))(1.0),
        r"float would cut this Tensor of shape \(\) out of its graph",
    ),
    "a function of math on a Value": (
        lambda: (x := Value(1.0)) * math.sin(x),
        r"float would cut a Value out of its graph. Try its own method",
    ),
    "a Value in a Value": (lambda: Value(Value(2.0)), r"cut a Value out"),
    "a function of NumPy's alone on a Dual": (
        lambda: D(lambda x: np.cumsum(x * np.ones(3)))(1.0),
        r"NumPy would lose the slope of this Dual",
    ),
    "a function that only NumPy has": (
        lambda: np.arctan(leaf(1.0)),
        r"np.arctan would lose what a Tensor keeps besides its numbers. Try operations",
    ),
    "a result to be written into an array": (
        lambda: np.add(np.ones(1), leaf(1.0), out=np.zeros(1)),
        r"np.add would lose",
    ),
    "a Dual of Duals by hand": (
        lambda: D(lambda x: (Dual(x, 1.0) * x).slope)(3.0),
        r"would mix up their changes. Try derivative\(derivative",
    ),
    "a column to pull back through a row": (
        lambda: transforms.vjp(lambda x: x * x, leaf(1.0, 2.0))[1](leaf([1.0], [1.0])),
        r"gradient of shape \(2, 1\) for a result of shape \(2,\)",
    ),
    "a Tensor in a Value": (lambda: Value(2.0) + leaf(1.0).sum(), r"cut a Tensor out"),
    "a Value in a Tensor": (lambda: leaf(1.0) * Value(2.0), r"mul got a Value"),
    "a Dual in a Tensor": (lambda: leaf(1.0) * Dual(2.0, 1.0), r"mul got a Dual"),
    "reverse mode inside forward mode": (
        lambda: D(transforms.grad(lambda x: x * x))(1.0),
        r"A derivative got a Dual",
    ),
    "a label below 0 to smooth": (
        lambda: regularize.smooth_labels([0, -1], 3, 0.1),
        r"Labels from -1 to 0 .*Try labels from 0 to 2",
    ),
    "a label beyond the classes to smooth": (
        lambda: regularize.smooth_labels([0, 3], 3, 0.1),
        r"Labels from 0 to 3",
    ),
    "a mask for labels": (
        lambda: regularize.smooth_labels([True, False], 3, 0.1),
        r"whole numbers, not bool",
    ),
    "a label below 0": (
        lambda: ops.softmax_cross_entropy(np.ones((1, 3)), [-1]),
        r"Labels from -1 to -1",
    ),
    "a token below 0": (
        lambda: recurrent.Embedding(3, 2, rng())([0, -1]),
        r"Embedding got int64 tokens of shape \(2,\). Try whole numbers from 0 to 2",
    ),
    "a mask for tokens": (
        lambda: recurrent.Embedding(3, 2, rng())([True, False, True]),
        r"Embedding got bool tokens",
    ),
    "a position below 0": (
        lambda: ops.gather(np.ones((2, 3)), np.array([[0], [-1]])),
        r"gather got int64 positions of shape \(2, 1\) for axis -1 of .*from 0 on",
    ),
    "positions without an axis for the rows": (
        lambda: ops.gather(np.ones((2, 3)), np.array([0, 1])),
        r"as many axes",
    ),
    "tokens with time second": (
        lambda: recurrent.sequence_loss(np.ones((2, 3, 4)), np.ones((3, 2), int)),
        r"a y of shape \(3, 2\). Try \(steps, n\)",
    ),
    "a mask with time second": (
        lambda: recurrent.sequence_loss(
            np.ones((2, 3, 4)), np.ones((2, 3), int), np.ones((3, 2))
        ),
        r"a mask of shape \(3, 2\)",
    ),
    "lengths in a column": (
        lambda: recurrent.unroll(None, np.ones((2, 3, 4)), None, np.ones((3, 1))),
        r"lengths of shape \(3, 1\). Try \(3,\) lengths from 0 to 2",
    ),
    "more steps than there are": (
        lambda: recurrent.unroll(None, np.ones((2, 3, 4)), None, [1, 2, 3]),
        r"Try \(3,\) lengths from 0 to 2",
    ),
    "shares below 0": (
        lambda: losses.cross_entropy(np.ones((1, 2)), np.array([[-1.0, 2]])),
        r"or lie below 0",
    ),
    "more labels than rows": (
        lambda: ops.softmax_cross_entropy(np.ones((1, 3)), [1, 2]),
        r"logits of shape \(1, 3\) for targets of shape \(2, 3\)",
    ),
    "shares that don't add up": (
        lambda: losses.cross_entropy(np.ones((1, 3)), np.ones((1, 3))),
        r"add up to 1",
    ),
    "labels to mix up": (
        lambda: regularize.mixup(np.ones((2, 3)), np.array([1, 3]), 1.0, rng()),
        r"half way between 1 and 3 is not 2. Try smooth_labels",
    ),
    "labels in a column": (
        lambda: train.accuracy(np.eye(3), np.arange(3)[:, None]),
        r"accuracy got logits of shape \(3, 3\) and labels of shape \(3, 1\)",
    ),
    "LayerNorm of too many features": (
        lambda: layers.LayerNorm(1)(np.ones((4, 2))),
        r"LayerNorm\(1\) got shape \(4, 2\)",
    ),
    "LayerNorm of too few": (
        lambda: layers.LayerNorm(2)(np.ones((4, 1))),
        r"LayerNorm\(2\) got shape \(4, 1\)",
    ),
    "BatchNorm of too many, at test time": (
        lambda: layers.BatchNorm(1).eval()(np.ones((4, 2))),
        r"BatchNorm\(1\) got shape \(4, 2\)",
    ),
    "one bias for all units": (
        lambda: ops.linear(np.ones((2, 3)), np.ones((4, 3)), np.ones(1)),
        r"b has shape \(1,\), not \(out,\)",
    ),
    "one bias for all kernels": (
        lambda: ops.conv2d(np.ones((1, 1, 2, 2)), np.ones((3, 1, 1, 1)), np.ones(1)),
        r"conv2d got b of shape \(1,\) for 3 kernels",
    ),
    "the same for the way back": (
        lambda: ops.conv_transpose2d(
            np.ones((1, 1, 2, 2)), np.ones((1, 3, 1, 1)), np.ones(1)
        ),
        r"conv_transpose2d got b of shape \(1,\) for 3 kernels",
    ),
    "a gradient with its axes swapped": (
        lambda: stepped(np.ones((3, 2))),
        r"SGD.step: parameter 0 had shape \(2, 3\), .* gradient of \(3, 2\)",
    ),
    "half precision, in which eps is 0": (
        lambda: stepped(np.zeros((2, 3)), np.float16, optim.AdaGrad),
        r"AdaGrad got eps = 1e-10, which is 0 in float16. Try 1e-4, or parameters of",
    ),
    "an eps of 0": (
        lambda: stepped(np.zeros((2, 3)), optimizer=optim.Adam, eps=0.0),
        r"Adam got eps = 0.0",
    ),
    "a decay that turns weights round": (
        lambda: stepped(np.ones((2, 3)), optimizer=optim.AdamW, weight_decay=20.0),
        r"AdamW got lr \* weight_decay = 2.0",
    ),
    "a way up of fewer than no steps": (
        lambda: optim.warm_up(optim.exponential(1.0, 1.0), -3),
        r"warm_up got steps = -3",
    ),
    "rows held less than one at a time": (
        lambda: train.evaluate(layers.MaxPool2d(2), [train.accuracy], [1], [1], -1),
        r"evaluate got size = -1",
    ),
    "a move by less than nothing": (
        lambda: regularize.shift(np.ones((1, 3, 3)), -1, rng()),
        r"shift got pixels = -1",
    ),
    "a turn by less than nothing": (
        lambda: regularize.rotate(np.ones((1, 3, 3)), -1, rng()),
        r"rotate got degrees = -1",
    ),
    "no levels": (
        lambda: differences.richardson(np.sin, 1.0, 0.1, 0),
        r"richardson got levels = 0",
    ),
    "an average of nothing": (
        lambda: optim.Adam(weights([1.0]), 0.1, betas=(1.0, 0.999)),
        r"Adam got beta = 1.0. Try a number in \[0, 1\)",
    ),
    "momentum that grows": (
        lambda: optim.Momentum(weights([1.0]), 0.1, 1.5),
        r"Momentum got beta = 1.5",
    ),
    "a negative decay": (
        lambda: optim.AdamW(weights([1.0]), 0.1, weight_decay=-1.0),
        r"AdamW got weight_decay = -1.0",
    ),
    "a gradient longer than nothing": (
        lambda: regularize.clip_norm(weights([1.0]), -1.0),
        r"clip_norm got max_norm = -1.0",
    ),
    "entries larger than nothing": (
        lambda: regularize.clip_value(weights([1.0]), NAN),
        r"clip_value got limit = nan",
    ),
    "a bound on errors below 0": (
        lambda: losses.huber(np.ones(2), np.ones(2), -1.0),
        r"huber got delta = -1.0",
    ),
    "a strength below 0": (
        lambda: regularize.l2([np.ones(2)], -1.0),
        r"l2 got strength = -1.0",
    ),
    "no steps": (lambda: optim.cosine(1.0, 0), r"cosine got steps = 0"),
    "no patience": (
        lambda: regularize.EarlyStopping(layers.Linear(1, 1, rng()), 0),
        r"EarlyStopping got patience = 0",
    ),
    "an argument there isn't": (
        lambda: transforms.grad(lambda a: a, 1)(2.0),
        r"grad wants argument 1 of 1. Try",
    ),
    "two arguments at once": (
        lambda: transforms.grad(lambda a, b: a * b, (0, 1))(2.0, 3.0),
        r"grad wants argument \(0, 1\) of 2. Try one from 0",
    ),
    "nothing to stack": (lambda: ops.stack([]), r"stack got 0 arrays.* at least one"),
    "shapes that don't stack": (
        lambda: ops.stack([np.ones(2), np.ones(3)]),
        r"stack got 2 arrays of shapes \[\(2,\), \(3,\)\]",
    ),
    "nothing to join": (lambda: ops.concatenate([]), r"concatenate got 0 arrays"),
    "numbers to join": (
        lambda: ops.concatenate([np.array(1.0)]),
        r"without an axis. Try .* stack",
    ),
    "layers in a list": (
        lambda: layers.Sequential([layers.Linear(1, 1, rng())]),
        r"Sequential got a list, which can't be called. Try Sequential\(\*layers\)",
    ),
    "the mean of no rows": (
        lambda: train.evaluate(layers.MaxPool2d(2), [train.accuracy], [], []),
        r"evaluate got 0 rows",
    ),
    "two measures of one name": (
        lambda: train.evaluate(None, [lambda z, y: 0, lambda z, y: 1], [1], [1]),
        r"a name of its own",
    ),
    "one image without a batch": (
        lambda: ops.avg_pool2d(np.ones((3, 4, 4)), 2),
        r"patches got shape \(3, 4, 4\), and images are \(N, C, H, W\). Try x\[None\]",
    ),
    "a layer of no inputs": (lambda: layers.Linear(0, 3, rng()), r"none of them 0"),
    "a layer of fewer": (lambda: layers.Linear(-1, 3, rng()), r"none of them 0"),
    "the state of a smaller model": (
        lambda: optim.Momentum(weights([1.0, 2.0]), 0.1).restore(
            optim.Momentum(weights([1.0]), 0.1).state()
        ),
        r"Momentum.restore found z of shape \(1,\) for 2 parameters",
    ),
    "a window that stands still": (
        lambda: ops.max_pool2d(np.ones((1, 1, 4, 4)), 2, -1),
        r"can't move by -1",
    ),
    "a window that moves by 0": (
        lambda: ops.avg_pool2d(np.ones((1, 1, 4, 4)), 2, 0),
        r"can't move by 0",
    ),
    "a border of less than nothing": (
        lambda: ops.conv2d(np.ones((1, 1, 4, 4)), np.ones((1, 1, 1, 1)), None, 1, -1),
        r"pad of shape .*Try one pair \(before, after\) for each axis",
    ),
    "a border for one axis of two": (
        lambda: ops.pad(np.ones((2, 2)), [(1, 1)]),
        r"pad of shape \(2, 2\) got widths \(\(1, 1\),\)",
    ),
    "a border of less than nothing, on the way back": (
        lambda: ops.conv_transpose2d(
            np.ones((1, 1, 2, 2)), np.ones((1, 1, 1, 1)), None, 1, -1
        ),
        r"got padding -1 for images of 2 x 2",
    ),
    "a border that leaves nothing": (
        lambda: ops.conv_transpose2d(
            np.ones((1, 1, 2, 2)), np.ones((1, 1, 1, 1)), None, 1, 1
        ),
        r"got padding 1 for images of 2 x 2",
    ),
    "whole numbers to the power -1": (
        lambda: Tensor(np.array([2])) ** -1,
        r"Try .astype\(float\) first",
    ),
    "whole numbers out of range": (
        lambda: Tensor(UINT8) + 300,
        r"Try .astype\(float\)",
    ),
    "the largest of none": (lambda: ops.max(np.ones((0, 2)), 0), r"axes that have an"),
}


@pytest.mark.parametrize("made, words", REFUSED.values(), ids=REFUSED)
def test_a_known_trap_is_refused_in_a_sentence(made, words):
    errors = ValueError, TypeError, OverflowError, RuntimeError
    with pytest.raises(errors, match=words):
        made()


# ---- arrays that change after they were used ----
def test_a_plain_array_may_change_before_backward():
    w, x = leaf(1.0, 1.0), np.array([1.0, 2.0])
    y = (w * x).sum()
    x[:] = 0
    y.backward()
    assert w.grad.tolist() == [1, 2]


def test_the_array_that_a_tensor_was_made_from_may_change():
    array = np.array([1.0, 2.0])
    w, x = leaf(1.0, 1.0), Tensor(array)
    y = (w * x).sum()
    array[:] = 0
    y.backward()
    assert w.grad.tolist() == [1, 2]


@pytest.mark.parametrize("kind", [list, np.array, lambda i: (np.array(i),)])
def test_an_index_may_change_before_backward(kind):
    w, index = leaf(1.0, 1.0), kind([0, 0])
    y = w[index].sum()
    (index[0] if isinstance(index, tuple) else index)[:] = [1, 1]
    y.backward()
    assert w.grad.tolist() == [2, 0]


@pytest.mark.parametrize(
    "other",
    [
        lambda x: x.detach(),
        lambda x: x.reshape(2, 1),
        lambda x: x[:],
        lambda x: Tensor(x.numpy()),
        lambda x: Tensor(np.asarray(x)),
    ],
)
def test_a_change_of_one_tensor_leaves_all_others_as_they_were(other):
    w, x = leaf(1.0, 1.0), Tensor([1.0, 2.0])
    y = other(x)
    loss = (w * x).sum() + (w.reshape(y.shape) * y).sum()
    y[...] = 0
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()
    assert x.data.tolist() == [1, 2]
    with no_grad():
        y = other(x)
    x[...] = 0
    assert y.data.ravel().tolist() == [1, 2]


def test_adding_a_tensor_to_an_array_in_place_makes_a_new_node():
    total = array = np.zeros(2)
    total += leaf(1.0, 2.0)
    assert total.requires_grad and array.tolist() == [0, 0]


# ---- layers inside layers ----
class Block(layers.Layer):
    def __init__(self, first):
        self.first, self.drop = first, layers.Dropout(0.5, rng())
        self.rest = {"heads": [layers.Linear(3, 2, rng()), layers.BatchNorm(2)]}

    def __call__(self, x):
        x = self.drop(ops.relu(self.first(x)))
        for layer in self.rest["heads"]:
            x = layer(x)
        return x


def block():
    return Block(layers.Linear(4, 3, rng()))


def test_a_layer_finds_the_parameters_of_layers_inside_it():
    shapes = [p.shape for p in block().parameters()]
    assert shapes == [(3, 4), (3,), (2, 3), (2,), (2,), (2,)]
    assert len(layers.Sequential(block(), ops.relu).parameters()) == 6


class Headed(layers.Sequential):
    def __init__(self):
        super().__init__(layers.Linear(4, 3, rng()), ops.relu)
        self.head, self.scale = layers.Linear(3, 2, rng()), leaf(1.0)


def test_a_sequential_finds_what_it_holds_besides_its_layers():
    model = Headed()
    assert [*model.state()] == ["0.W", "0.b", "head.W", "head.b", "scale"]
    assert len(model.parameters()) == 5
    assert not model.eval().head.training


def test_eval_and_train_reach_layers_inside_a_layer():
    model = layers.Sequential(block())
    x = np.ones((5, 4), np.float32)
    outer = model.eval().layers[0]
    assert not (outer.training or outer.drop.training)
    assert not outer.rest["heads"][1].training
    np.testing.assert_array_equal(model(x).data, model(x).data)
    assert model.train().layers[0].drop.training


def test_the_state_of_a_layer_holds_those_inside_and_comes_back():
    model, other = block(), block()
    model.first.W[...] = 7.0
    model.rest["heads"][1].running_mean += 3
    names = set(model.state())
    assert {"first.W", "rest.heads.0.b", "rest.heads.1.running_mean"} <= names
    other.restore(model.state())
    assert (other.first.W.data == 7).all()
    assert (other.rest["heads"][1].running_mean == 3).all()


def test_training_moves_the_weights_of_layers_inside_a_layer():
    model = block()
    before = model.state()
    adam = optim.Adam(model.parameters(), 0.1)
    x, y = rng().normal(size=(8, 4)), np.arange(8) % 2
    train.descend(model, losses.cross_entropy, adam, x.astype(np.float32), y)
    assert (model.first.W.data != before["first.W"]).any()


def test_a_layer_used_twice_lists_its_parameters_once():
    layer = layers.Linear(3, 3, rng())
    model = layers.Sequential(layer, ops.relu, layer)
    assert model.parameters() == [layer.W, layer.b]
    optim.SGD(model.parameters(), 0.1)


def test_a_frozen_parameter_is_not_for_the_optimizer():
    layer = layers.Linear(3, 3, rng())
    layer.b.requires_grad = False
    assert layer.parameters() == [layer.W] and "b" in layer.state()


# ---- batches of none ----
@pytest.mark.filterwarnings("ignore:var")  # torch's
@pytest.mark.parametrize(
    "ours, theirs",
    [
        (lambda x: x.mean(1), lambda x: x.mean(1)),
        (lambda x: x.var(1), lambda x: x.var(1, correction=0)),
        (lambda x: ops.max(x, 1), lambda x: x.amax(1)),
        (lambda x: ops.normalize(x, -1, 1e-5), lambda x: F.layer_norm(x, (4,))),
        (layers.flatten, lambda x: x.flatten(1)),
        (
            lambda x: ops.linear(x, np.ones((2, 4))),
            lambda x: x.sum(-1, True) + x[..., :2],
        ),
        (
            lambda x: ops.conv2d(x, np.ones((2, 3, 2, 2))),
            lambda x: F.conv2d(x, torch.ones((2, 3, 2, 2)).double()),
        ),
        (lambda x: ops.max_pool2d(x, 2), lambda x: F.max_pool2d(x, 2)),
        (lambda x: ops.avg_pool2d(x, 2), lambda x: F.avg_pool2d(x, 2)),
    ],
)
def test_a_batch_of_none_goes_there_and_back(ours, theirs):
    x = Tensor(np.ones((0, 3, 4, 4)), requires_grad=True)
    y = ours(x)
    y.backward(np.ones(y.shape))
    assert y.shape == tuple(theirs(torch.ones(x.shape).double()).shape)
    assert x.grad.shape == x.shape


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "f", [lambda x: x[:0].mean(), lambda x: x[:0].var(), lambda x: x.var(ddof=1)]
)
def test_a_mean_of_none_is_nan(f):
    x = leaf(2.0)
    y = f(x)
    y.backward()
    assert np.isnan(y.data) and x.grad.shape == (1,)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ddof", [1, 2, 3])
def test_the_variance_of_too_few_values_has_no_slope(ddof):
    slopes = slope_of(lambda x: x.var(ddof=ddof), leaf(*range(ddof)))[0]
    assert np.isnan(slopes).all()
    fewer = slope_of(lambda x: x.var(ddof=ddof + 1), leaf(*range(ddof)))[0]
    assert np.isnan(fewer).all()


# ---- the rest ----
def test_the_gradient_at_an_impossible_target_is_torchs():
    z = np.array([[1, 2, -INF], [0, 1, 2]])
    ours = leaf(*z)
    losses.cross_entropy(ours, [2, 0]).backward()
    theirs = torch.tensor(z, requires_grad=True)
    F.cross_entropy(theirs, torch.tensor([2, 0])).backward()
    np.testing.assert_allclose(ours.grad, theirs.grad.numpy())


def test_kl_has_a_finite_gradient_where_p_is_zero():
    p, q = Tensor([[0, -INF]], True), Tensor(np.log([[0.5, 0.5]]), True)
    losses.kl(p, q).backward()
    np.testing.assert_allclose(p.grad, [[np.log(2) + 1, 0]])
    np.testing.assert_allclose(q.grad, [[-1, 0]])


def test_an_old_numpy_is_refused_at_import(tmp_path):
    (tmp_path / "numpy.py").write_text('__version__ = "1.26.4"')
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import chainrule"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "chainrule needs NumPy 2 and found 1.26.4. Try pip install" in done.stderr
