"""Programs drawn at random, which run on our nodes and on torch's alike."""

import functools
import operator
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from chainrule import ops


def normalized(x):
    spread = (x.var(-1, correction=0, keepdim=True) + 1e-3).sqrt()
    return (x - x.mean(-1, keepdim=True)) / spread


def diagonal(shape, axis):
    """For each place of a shape a position along an axis, not that of its neighbour."""
    return np.indices(shape).sum(0) % (shape[axis] or 1)


def shares(shape):
    """Rows that add up to 1, with a 0 in each of more than one class."""
    classes = shape[-1]
    rows = np.arange(np.prod(shape)).reshape(shape) % classes + (classes == 1)
    return rows / rows.sum(-1, keepdims=True)


def gelu(x):
    """torch's, which has no slope where x³ overflows, with the slope 0 or 1 there."""
    middle = F.gelu(x.clamp(-20, 20), approximate="tanh")
    return torch.where(abs(x) > 20, x * (x > 0), middle)


# name: (ours, theirs), for one value of any shape
UNARY = {
    name: (getattr(ops, name), getattr(torch, name))
    for name in ["abs", "cos", "exp", "log", "neg", "relu", "sigmoid", "sin", "sqrt"]
}
UNARY |= {
    "identity": (ops.identity, torch.clone),
    "tanh": (ops.tanh, torch.tanh),
    "softplus": (ops.softplus, lambda x: F.softplus(x, threshold=40)),
    "leaky_relu": (ops.leaky_relu, F.leaky_relu),
    "gelu": (ops.gelu, gelu),
    "clip": (lambda x: ops.clip(x, -1, 1), lambda x: x.clamp(-1, 1)),
    "2 ** x": (lambda x: 2**x, lambda x: 2**x),
    "x - 1": (lambda x: x - 1, lambda x: x - 1),
    "1 / x": (lambda x: 1 / x, lambda x: 1 / x),
    "T": (ops.transpose, lambda x: x.permute(tuple(range(x.ndim))[::-1])),
    "flat": (lambda x: x.reshape(-1), lambda x: x.reshape(-1)),
    "new axis": (lambda x: x[None], lambda x: x[None]),
    "twice": (
        lambda x: ops.broadcast_to(x, (2, *x.shape)),
        lambda x: x.expand(2, *x.shape),
    ),
    "sum": (ops.sum, torch.sum),
    "mean": (ops.mean, torch.mean),
    "max": (ops.max, torch.amax),
    "var": (ops.var, lambda x: x.var(correction=0)),
    "logsumexp": (ops.logsumexp, lambda x: x.logsumexp(tuple(range(x.ndim)))),
    "astype": (lambda x: ops.astype(x, np.float64), lambda x: x.double()),
}
UNARY |= {
    f"x ** {p}": (lambda x, p=p: x**p, lambda x, p=p: x**p)
    for p in [-1, 0, 1, 2, 2.5, 3]
}
# for one value along an axis; s holds what was drawn: axis, keep, rows, order
ALONG = {
    "sum": lambda x, s: x.sum(s.axis, s.keep),
    "mean": lambda x, s: x.mean(s.axis, s.keep),
    "var": lambda x, s: x.var(s.axis, correction=0, keepdim=s.keep),
    "max": lambda x, s: x.amax(s.axis, s.keep),
    "min": lambda x, s: x.amin(s.axis, s.keep),
    "logsumexp": lambda x, s: x.logsumexp(s.axis, s.keep),
}
ALONG = {
    f"{name} along": (lambda x, s, f=name: getattr(ops, f)(x, s.axis, s.keep), theirs)
    for name, theirs in ALONG.items()
}
ALONG |= {
    "var, ddof 1": (
        lambda x, s: ops.var(x, s.axis, s.keep, 1),
        lambda x, s: x.var(s.axis, correction=1, keepdim=s.keep),
    ),
    "sum of two axes": (
        lambda x, s: ops.sum(x, s.order[:2]),
        lambda x, s: x.sum(s.order[:2]),
    ),
    "mean of two axes": (
        lambda x, s: ops.mean(x, s.order[:2], s.keep),
        lambda x, s: x.mean(s.order[:2], s.keep),
    ),
    "min of two axes": (
        lambda x, s: ops.min(x, s.order[:2]),
        lambda x, s: x.amin(s.order[:2]),
    ),
    "transpose": (
        lambda x, s: ops.transpose(x, s.order),
        lambda x, s: x.permute(s.order),
    ),
    "reshape": (
        lambda x, s: ops.reshape(x, (x.shape[-1], *x.shape[:-1])),
        lambda x, s: x.reshape((x.shape[-1], *x.shape[:-1])),
    ),
    "normalize": (
        lambda x, s: ops.normalize(x, -1, 1e-3),
        lambda x, s: normalized(x.double()).to(x.dtype),
    ),
    "swapaxes": (
        lambda x, s: ops.swapaxes(x, 0, s.axis),
        lambda x, s: x.swapaxes(0, s.axis),
    ),
    "backward": (lambda x, s: x[..., ::-1], lambda x, s: x.flip(-1)),
    "rows": (lambda x, s: x[s.rows], lambda x, s: x[torch.tensor(s.rows)]),
    "gather": (
        lambda x, s: ops.gather(x, diagonal(x.shape, s.axis), s.axis),
        lambda x, s: x.gather(s.axis, torch.tensor(diagonal(x.shape, s.axis))),
    ),
    "last": (lambda x, s: x[-1], lambda x, s: x[-1]),
    "mask": (
        lambda x, s: x[s.rows[0] <= s.rows],
        lambda x, s: x[torch.tensor(s.rows[0] <= s.rows)],
    ),
    "pad": (
        lambda x, s: ops.pad(x, [(1, 0), *[(0, 0)] * (x.ndim - 1)], 2.0),
        lambda x, s: F.pad(x, [0, 0] * (x.ndim - 1) + [1, 0], value=2.0),
    ),
    "stack": (
        lambda x, s: ops.stack([x, x * 2], s.axis),
        lambda x, s: torch.stack([x, x * 2], s.axis),
    ),
    "concatenate": (
        lambda x, s: ops.concatenate([x, x * 2], s.axis),
        lambda x, s: torch.cat([x, x * 2], s.axis),
    ),
    "cross entropy": (
        lambda x, s: ops.softmax_cross_entropy(x, s.rows % x.shape[1]),
        lambda x, s: F.cross_entropy(x, torch.tensor(s.rows % x.shape[1])),
    ),
    "cross entropy of shares": (
        lambda x, s: ops.softmax_cross_entropy(x, shares(x.shape)),
        lambda x, s: F.cross_entropy(x, torch.tensor(shares(x.shape)).to(x.dtype)),
    ),
    "max_pool2d": (lambda x, s: ops.max_pool2d(x, 2), lambda x, s: F.max_pool2d(x, 2)),
    "max_pool2d, overlapping": (
        lambda x, s: ops.max_pool2d(x, 2, 1),
        lambda x, s: F.max_pool2d(x, 2, 1),
    ),
    "patches": (
        lambda x, s: ops.patches(x, 2, 1),
        lambda x, s: x.unfold(2, 2, 1).unfold(3, 1, 1).permute(1, 4, 5, 2, 3, 0),
    ),
    "avg_pool2d": (
        lambda x, s: ops.avg_pool2d(x, 2, 1),
        lambda x, s: F.avg_pool2d(x, 2, 1),
    ),
}
BINARY = {
    f.__name__: (f, f)
    for f in [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
}
BINARY |= {
    "matmul": (ops.matmul, torch.matmul),
    "linear": (ops.linear, F.linear),
    "maximum": (ops.maximum, torch.maximum),
    "minimum": (ops.minimum, torch.minimum),
    "where": (
        lambda a, b: ops.where(np.arange(a.shape[-1]) % 2 > 0, a, b),
        lambda a, b: torch.where(torch.arange(a.shape[-1]) % 2 > 0, a, b),
    ),
    "linear with b": (
        lambda x, w: ops.linear(x, w, ops.sum(w, -1)),
        lambda x, w: F.linear(x, w, w.sum(-1)),
    ),
    "conv2d": (ops.conv2d, F.conv2d),
    "conv2d with b": (
        lambda x, w: ops.conv2d(x, w, ops.sum(w, (1, 2, 3)), 2, 1),
        lambda x, w: F.conv2d(x, w, w.sum((1, 2, 3)), 2, 1),
    ),
    "conv2d, dilated": (
        lambda x, w: ops.conv2d(x, w, None, 1, 2, 2),
        lambda x, w: F.conv2d(x, w, None, 1, 2, 2),
    ),
    "conv_transpose2d": (
        lambda x, w: ops.conv_transpose2d(x, w, ops.sum(w, (0, 2, 3)), 2, 1, 1),
        lambda x, w: F.conv_transpose2d(x, w, w.sum((0, 2, 3)), 2, 1, 1),
    ),
}
# How many axes the last argument has, where torch takes others too.
AXES = {name: 4 for name in [*ALONG, *BINARY] if "2d" in name}
AXES |= {"patches": 4, "cross entropy": 2, "cross entropy of shares": 2}
AXES |= {"linear": 2, "linear with b": 2}
SHAPES = [(), (1,), (3,), (2, 3), (3, 3), (0, 3), (3, 0), (2, 1, 3), (2, 3, 2)]
SHAPES += [(2, 2, 3, 4), (2, 2, 3, 3), (1, 1, 4, 4), (0, 1, 3, 3)]


class Step(NamedTuple):
    """One operation in both worlds, and which of the values so far it takes."""

    name: str
    ours: object
    theirs: object
    takes: tuple


class Program(NamedTuple):
    """Steps, each on values before it; the result is the last one's.

    Both worlds take the leaves that are floats; integers are constants.
    """

    leaves: list
    steps: list

    @property
    def floats(self):
        return [x for x in self.leaves if x.dtype.kind == "f"]

    def ours(self, *xs):
        return self._run(xs, np.asarray, lambda step: step.ours)

    def theirs(self, *xs):
        return self._run(xs, torch.tensor, lambda step: step.theirs)

    def _run(self, xs, constant, world):
        xs = iter(xs)
        values = [next(xs) if x.dtype.kind == "f" else constant(x) for x in self.leaves]
        for step in self.steps:
            values.append(world(step)(*(values[i] for i in step.takes)))
        return values[-1]

    def __repr__(self):
        text = [f"{x.dtype}{list(x.shape)}" for x in self.leaves]
        return "; ".join(text + [f"{s.name}{list(s.takes)}" for s in self.steps])


@functools.cache  # several tests meet the same programs
def drawn(seed, numbers, length=5):
    """The program of a seed; numbers(rng, shape) draws what is in its leaves.

    With plain numbers all values on the way are finite, and none mere rounding.
    """
    rng = np.random.default_rng(seed)
    program = Program(list(leaves(rng, numbers)), [])
    values = [torch.tensor(x) for x in program.leaves]
    moving = {i for i, x in enumerate(program.leaves) if x.dtype.kind == "f"}
    for _ in range(60):  # most draws don't fit, and then another is drawn
        step = drawn_step(rng, values)
        value = step and moving & {*step.takes} and value_of(step, values)
        fits = isinstance(value, torch.Tensor)
        if fits and (numbers is edged or solid(value)):
            moving.add(len(values))
            program.steps.append(step)
            values.append(value)
        if len(program.steps) == length:
            break
    return program if program.steps else drawn(seed + 10**6, numbers, length)


def solid(value):
    """Whether all of it is finite, and either 0 or well above its rounding."""
    least = torch.finfo(value.dtype).eps ** 0.75
    return bool(((value == 0) | (value.abs() > least) & value.isfinite()).all())


def leaves(rng, numbers):
    shape = SHAPES[rng.integers(len(SHAPES))]
    dtype = [np.float16, np.float32, np.float64, np.float64][rng.integers(4)]
    for _ in range(rng.integers(1, 4)):
        yield numbers(rng, shape, np.finfo(dtype)).astype(dtype)
        if rng.random() < 0.15:
            whole = np.uint8 if dtype != np.float64 else np.int64
            yield rng.integers(0, 4, shape).astype(whole)
        shape = tuple(n if rng.random() < 0.7 else 1 for n in shape)
        shape = shape[rng.integers(len(shape) + 1) * (rng.random() < 0.3) :]
        if shape and rng.random() < 0.3:  # torch takes no 0-d for a wider type
            dtype = [np.float16, np.float32, np.float64][rng.integers(3)]


def drawn_step(rng, values):
    """A step on the latest value, or between it and another; None if it can't be."""
    i = len(values) - 1 if rng.random() < 0.8 else int(rng.integers(len(values)))
    x, kind = values[i], rng.random()
    if kind < 0.4:
        name = list(UNARY)[rng.integers(len(UNARY))]
        return Step(name, *UNARY[name], (i,))
    if kind < 0.7:
        name = list(BINARY)[rng.integers(len(BINARY))]
        return Step(name, *BINARY[name], (i, int(rng.integers(len(values)))))
    if not x.ndim:
        return None
    n = x.shape[0]
    s = SimpleNamespace(
        axis=int(rng.integers(-x.ndim, x.ndim)),
        keep=bool(rng.integers(2)),
        rows=rng.integers(0, max(n, 1), n),
        order=tuple(rng.permutation(x.ndim).tolist()),
    )
    name = list(ALONG)[rng.integers(len(ALONG))]
    ours, theirs = ALONG[name]
    return Step(name, lambda x: ours(x, s), lambda x: theirs(x, s), (i,))


def value_of(step, values):
    """What torch makes of a step; None if it doesn't fit, or grows too large."""
    taken = [values[i] for i in step.takes]
    if step.name.startswith("cross entropy") and not taken[0].numel():
        return None
    axes = AXES.get(step.name)
    if axes and not (taken[-1].ndim == axes == max(2, min(axes, taken[0].ndim))):
        return None
    if axes == 4 and 0 in taken[0].shape[1:]:
        return None  # without a channel torch loses the number of kernels
    try:
        value = step.theirs(*taken)
    except (RuntimeError, IndexError, ZeroDivisionError):
        return None
    widest = np.result_type(*(x.numpy() for x in taken))  # torch's 0-d counts less
    same = value.numpy().dtype == widest or step.name == "astype"
    fits = same and value.numel() <= 200
    return value if fits else None


def plain(rng, shape, limits):
    """Numbers as one expects them, away from kinks."""
    return rng.normal(size=shape) + 0.01


def edged(rng, shape, limits):
    """Small whole numbers, with ties among them, and here and there an edge."""
    x = rng.integers(-2, 3, shape).astype(float)
    tiny = float(limits.smallest_subnormal)
    edges = [0.5, np.inf, -np.inf, np.nan, tiny, -tiny, 30.0, -30.0, 300.0, 1e6]
    return np.where(rng.random(shape) < 0.3, rng.choice(edges, shape), x)
