# ruff: noqa: E402 (the number of threads is set before NumPy and torch read it)
"""Speed and memory of the engine beside its peers: one table of ratios.

Every row times the same work done by us and by a peer, turn by turn in one process and
on one thread, and shows the median of the paired ratios: below 1 we are faster.
Run as `python lib/benchmarks/engine.py`, with words of the rows wanted, if not all.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import gc
import random
import statistics
import sys
import time
import tracemalloc
from contextlib import nullcontext
from itertools import pairwise
from textwrap import fill, indent

import autograd
import autograd.numpy as anp
import micrograd.engine
import numpy as np
import torch
import torch.nn.functional as F
from chainrule import ops, transforms
from chainrule.layers import Conv2d, Linear, MaxPool2d, Sequential, flatten
from chainrule.optim import Adam
from chainrule.recurrent import GRUCell, unroll
from chainrule.scalar import Value, fewer_collections
from chainrule.tensor import Tensor

RNG = np.random.default_rng(0)
LR = 0.01


def paired_ratio(ours, theirs, repeats=31, least=0.01):
    """The median over repeats of our time by theirs, each sample at least so long."""
    loops = 1
    while seconds(theirs, loops) < least:
        loops *= 2
    seconds(ours, loops)
    ratios = []
    for i in range(repeats):
        if i % 2:
            a, b = seconds(ours, loops), seconds(theirs, loops)
        else:
            b, a = seconds(theirs, loops), seconds(ours, loops)
        ratios.append(a / b)
    return statistics.median(ratios)


def seconds(work, loops):
    start = time.perf_counter()
    for _ in range(loops):
        work()
    return time.perf_counter() - start


# ---- one number at a time, beside micrograd ----
def moons_step(number, around=nullcontext):
    """A step of a 2-16-16-1 net on 100 points with micrograd's loss, for its Value."""
    draw, sizes = random.Random(0), [2, 16, 16, 1]
    points = [(draw.gauss(0, 1), draw.gauss(0, 1)) for _ in range(100)]
    signs = [draw.choice([-1, 1]) for _ in points]
    layers = [
        [([number(draw.uniform(-1, 1)) for _ in range(n)], number(0)) for _ in range(m)]
        for n, m in pairwise(sizes)
    ]
    parameters = [p for layer in layers for w, b in layer for p in (*w, b)]

    def score(h):
        for k, layer in enumerate(layers):
            sums = [sum((wi * x for wi, x in zip(w, h)), b) for w, b in layer]  # noqa: B905
            h = [s.relu() for s in sums] if k < 2 else sums
        return h[0]

    def step():
        with around():
            scores = [score([number(a) for a in point]) for point in points]
            losses = [(1 + -s * y).relu() for y, s in zip(signs, scores, strict=True)]
            loss = sum(losses) * (1.0 / len(losses))
            for p in parameters:
                p.grad = 0.0
            loss.backward()
            for p in parameters:
                p.data -= LR * p.grad

    return step


def scalar_step():
    ours = moons_step(Value, fewer_collections)
    return paired_ratio(ours, moons_step(micrograd.engine.Value), repeats=9)


def scalar_step_paused():
    """Both without a collector; what micrograd leaves is collected unmeasured."""
    ours, theirs = moons_step(Value), moons_step(micrograd.engine.Value)
    ratios = []
    for _ in range(9):
        gc.collect()
        gc.disable()
        ratios.append(seconds(ours, 1) / seconds(theirs, 1))
        gc.enable()
    return statistics.median(ratios)


# ---- a classifier of vectors ----
def classifier(sizes, batch):
    """Weights as torch stores them, a batch, and its labels, in float32."""
    x = RNG.normal(size=(batch, sizes[0])).astype(np.float32)
    labels = RNG.integers(0, sizes[-1], batch)
    weights = []
    for n, m in pairwise(sizes):
        weights += [RNG.normal(size=(m, n)) / np.sqrt(n), np.zeros(m)]
    return [w.astype(np.float32) for w in weights], x, labels


def our_step(weights, x, labels):
    ps = [Tensor(w.copy(), requires_grad=True) for w in weights]

    def step():
        h = x
        for i in range(0, len(ps) - 2, 2):
            h = ops.linear(h, ps[i], ps[i + 1]).relu()
        ops.softmax_cross_entropy(ops.linear(h, ps[-2], ps[-1]), labels).backward()
        for p in ps:
            p.data -= LR * p.grad
            p.grad = None

    return step


def textbook_step(weights, x, labels):
    """Backprop by hand, as a textbook writes it."""
    ps, rows = [w.copy() for w in weights], np.arange(len(x))

    def step():
        hs = [x]
        for i in range(0, len(ps) - 2, 2):
            hs.append(np.maximum(hs[-1] @ ps[i].T + ps[i + 1], 0))
        z = hs[-1] @ ps[-2].T + ps[-1]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(p[rows, labels]).mean()
        g = p.copy()
        g[rows, labels] -= 1
        g /= len(x)
        for i in range(len(ps) - 2, -1, -2):
            w, b = ps[i], ps[i + 1]
            h = hs[i // 2]
            dw, db = g.T @ h, g.sum(axis=0)
            if i:
                g = (g @ w) * (h > 0)
            w -= LR * dw
            b -= LR * db
        return loss

    return step


def torch_step(weights, x, labels):
    ps = [torch.tensor(w, requires_grad=True) for w in weights]
    x, labels = torch.tensor(x), torch.tensor(labels)

    def step():
        h = x
        for i in range(0, len(ps) - 2, 2):
            h = F.relu(F.linear(h, ps[i], ps[i + 1]))
        F.cross_entropy(F.linear(h, ps[-2], ps[-1]), labels).backward()
        with torch.no_grad():
            for p in ps:
                p -= LR * p.grad
                p.grad = None

    return step


def hips_step(weights, x, labels):
    ps, rows = [w.copy() for w in weights], np.arange(len(x))

    def loss(ps):
        h = x
        for i in range(0, len(ps) - 2, 2):
            h = anp.maximum(anp.dot(h, ps[i].T) + ps[i + 1], 0)
        z = anp.dot(h, ps[-2].T) + ps[-1]
        z = z - anp.max(z, axis=1, keepdims=True)
        log_p = z - anp.log(anp.sum(anp.exp(z), axis=1, keepdims=True))
        return -anp.mean(log_p[rows, labels])

    gradient = autograd.grad(loss)

    def step():
        for p, g in zip(ps, gradient(ps), strict=True):
            p -= LR * g

    return step


SMALL, LARGE = ([64, 128, 10], 64), ([784, 512, 512, 10], 128)


def vectors(peer, setting):
    task = classifier(*setting)
    return lambda: paired_ratio(our_step(*task), peer(*task))


# ---- one operation ----
def one_op():
    """The median over operations on 16 x 16 numbers of forward, backward, clear."""
    a, b = (RNG.normal(size=(16, 16)).astype(np.float32) for _ in "ab")
    calls = {
        "tanh": lambda x, y: x.tanh(),
        "relu": lambda x, y: x.relu(),
        "exp": lambda x, y: x.exp(),
        "add": lambda x, y: x + y,
        "mul": lambda x, y: x * y,
        "matmul": lambda x, y: x @ y,
        "sum": lambda x, y: x.sum(0),
        "mean": lambda x, y: x.mean(1),
        "transpose": lambda x, y: x.T,
    }
    ratios = []
    for call in calls.values():
        xs = [Tensor(v, requires_grad=True) for v in (a, b)]
        ts = [torch.tensor(v, requires_grad=True) for v in (a, b)]
        g = np.ones_like(call(*xs).data)

        def work(leaves, g, call=call):
            call(*leaves).backward(g)
            for x in leaves:
                x.grad = None

        ours, theirs = (xs, g), (ts, torch.tensor(g))
        ratios.append(
            paired_ratio(
                lambda w=work, a=ours: w(*a), lambda w=work, a=theirs: w(*a), 15
            )
        )
    return statistics.median(ratios)


# ---- images, curvature, Adam ----
def lenet():
    x = RNG.normal(size=(32, 1, 28, 28)).astype(np.float32)
    labels = RNG.integers(0, 10, 32)
    relu = ops.relu
    ours = Sequential(
        *(Conv2d(1, 6, 5, RNG, padding=2), relu, MaxPool2d(2)),
        *(Conv2d(6, 16, 5, RNG), relu, MaxPool2d(2), flatten),
        *(Linear(400, 120, RNG), relu, Linear(120, 84, RNG), relu, Linear(84, 10, RNG)),
    )
    nn = torch.nn
    theirs = nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU()),
        nn.Linear(84, 10),
    )
    their_x, their_labels = torch.tensor(x), torch.tensor(labels)
    ps = ours.parameters()

    def our_work():
        ops.softmax_cross_entropy(ours(x), labels).backward()
        for p in ps:
            p.data -= LR * p.grad
            p.grad = None

    def their_work():
        F.cross_entropy(theirs(their_x), their_labels).backward()
        with torch.no_grad():
            for p in theirs.parameters():
                p -= LR * p.grad
                p.grad = None

    return paired_ratio(our_work, their_work)


def upsampling():
    """Forward and backward of a transposed convolution, and of a dilated one."""
    x, w = RNG.normal(size=(16, 8, 14, 14)), RNG.normal(size=(8, 8, 3, 3))
    ours = [Tensor(v.astype(np.float32), requires_grad=True) for v in (x, w)]
    theirs = [torch.tensor(v.data, requires_grad=True) for v in ours]

    def work(conv, transposed, leaves):
        x, w = leaves
        up = transposed(x, w, None, 2, 1, 1)
        conv(up, w, None, 1, 2, 2).sum().backward()
        for leaf in leaves:
            leaf.grad = None

    return paired_ratio(
        lambda: work(ops.conv2d, ops.conv_transpose2d, ours),
        lambda: work(F.conv2d, F.conv_transpose2d, theirs),
    )


def sequence():
    """Forward and backward of a GRU over 20 steps."""
    X = RNG.normal(size=(20, 16, 32)).astype(np.float32)
    s = np.zeros((16, 64), np.float32)
    ours, theirs = GRUCell(32, 64, RNG), torch.nn.GRU(32, 64)
    their_X = torch.tensor(X)
    g, their_g = np.ones((20, 16, 64), np.float32), torch.ones(20, 16, 64)

    def our_work():
        unroll(ours, X, s).backward(g)
        for p in ours.parameters():
            p.grad = None

    def their_work():
        theirs(their_X)[0].backward(their_g)
        theirs.zero_grad()

    return paired_ratio(our_work, their_work)


def curvature():
    weights, x, labels = classifier([8, 16, 4], 16)
    vs = tuple(RNG.normal(size=w.shape).astype(np.float32) for w in weights)
    tx, tl = torch.tensor(x), torch.tensor(labels)

    def loss(w1, b1, w2, b2):
        h = ops.tanh(ops.linear(x, w1, b1))
        return ops.softmax_cross_entropy(ops.linear(h, w2, b2), labels)

    def their_loss(w1, b1, w2, b2):
        h = torch.tanh(F.linear(tx, w1, b1))
        return F.cross_entropy(F.linear(h, w2, b2), tl)

    ws, tws = tuple(weights), tuple(map(torch.tensor, weights))
    tvs = tuple(map(torch.tensor, vs))
    return paired_ratio(
        lambda: transforms.hvp(loss, ws, vs),
        lambda: torch.autograd.functional.hvp(their_loss, tws, tvs),
    )


def adam():
    shapes = [(64, 128), (64,), (24, 64), (24,), (7, 24), (7,)]  # 9,919 numbers
    arrays = [RNG.normal(size=s).astype(np.float32) for s in shapes]
    ours = [Tensor(a.copy(), requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    for p, t, a in zip(ours, theirs, arrays, strict=True):
        p.grad, t.grad = a.copy(), torch.tensor(a)
    return paired_ratio(Adam(ours, lr=1e-3).step, torch.optim.Adam(theirs, 1e-3).step)


# ---- memory ----
def bytes_per_node(leaf, link, nodes=1_000_000):
    """What a chain of so many nodes takes while it is held; then it is walked."""
    start = leaf()
    tracemalloc.start()
    end = start
    with fewer_collections():
        for _ in range(nodes):
            end = link(end, start)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    end.backward()
    return used / nodes


def scalar_chain():
    return bytes_per_node(lambda: Value(1.0), lambda y, x: y + x)


def tensor_chain():
    return bytes_per_node(lambda: Tensor(1.0, requires_grad=True), lambda y, x: -y)


ROWS = [
    ("scalar MLP step 2-16-16-1", "micrograd", 0.10, scalar_step),
    ("the same, collector paused", "micrograd", 0.35, scalar_step_paused),
    ("MLP 64-128-10 step", "NumPy by hand", 1.10, vectors(textbook_step, SMALL)),
    ("MLP 64-128-10 step", "torch functional", 0.65, vectors(torch_step, SMALL)),
    ("MLP 64-128-10 step", "HIPS autograd", 0.20, vectors(hips_step, SMALL)),
    ("MLP 784-512-512-10 step", "NumPy by hand", 1.05, vectors(textbook_step, LARGE)),
    ("one op, there and back", "torch eager", 0.50, one_op),
    ("LeNet step, batch 32", "torch", 1.00, lenet),
    ("transposed and dilated", "torch", 1.25, upsampling),
    ("GRU over 20 steps", "torch.nn.GRU", 1.50, sequence),
    ("Hessian-vector product", "torch functional", 0.45, curvature),
    ("Adam step, 10k parameters", "torch.optim.Adam", 0.25, adam),
    ("bytes per node, Value", "a chain of 1,000,000", 200, scalar_chain),
    ("bytes per node, Tensor", "a chain of 1,000,000", 400, tensor_chain),
]

# Why a goal is missed, where the code stays as it is.
WHY = {
    ("the same, collector paused", "micrograd"): (
        "Making the nodes takes 0.25, the walk back the rest. Leaves left out of the "
        "walk would bring it to 0.50, for a dozen lines more."
    ),
    ("MLP 64-128-10 step", "NumPy by hand"): (
        "Recording four operations and walking back over them takes about 25 "
        "microseconds beside 75 of arithmetic. In larger steps it doesn't count: see "
        "784-512-512-10."
    ),
    ("MLP 64-128-10 step", "HIPS autograd"): (
        "It lies at the goal; runs differ by 0.01."
    ),
    ("Hessian-vector product", "torch functional"): (
        "It lies near the goal; runs differ by 0.05."
    ),
}


def main(words):
    torch.set_num_threads(1)
    print(f"{'work':28}{'against':22}{'ours/theirs':>11}{'goal':>8}")
    for work, against, goal, measure in ROWS:
        if not words or any(word in f"{work} {against}" for word in words):
            found = measure()
            digits = 2 if goal < 2 else 0
            verdict = "met" if found <= goal else "missed"
            print(f"{work:28}{against:22}{found:11.{digits}f}{goal:8}  {verdict}")
            if verdict == "missed" and (work, against) in WHY:
                print(indent(fill(WHY[work, against], 76), "    "))


if __name__ == "__main__":
    main(sys.argv[1:])
