"""Engines by torch, right and wrong, that decide about a suite."""

import numpy as np
import torch

FORWARD = {
    "add": torch.add,
    "mul": torch.mul,
    "matmul": torch.matmul,
    "mean": lambda x: x.mean(0),
    "relu": torch.relu,
    "fork": lambda x: x**2 * (1 + x),
}
DETACHED = {  # what is lost where a path is cut, and where a node has its turn early
    "path": lambda x: x.detach() ** 2 + x.detach() ** 2 * x,
    "another path": lambda x: x**2 + x**2 * x.detach(),
    "order": lambda x: x**2 + x.detach() ** 2 * x,
}


def by_torch(name, g, inputs, forward=None):
    at = [torch.tensor(np.array(x, float), requires_grad=True) for x in inputs]
    y = (forward or FORWARD[name])(*at)
    found = torch.autograd.grad(
        y, at, torch.tensor(np.array(g, float)), allow_unused=True
    )
    return [
        np.zeros(x.shape) if d is None else d.numpy()
        for d, x in zip(found, at, strict=True)
    ]


def is_stretched(shape, to):
    """Whether an axis of length 1 is stretched to a longer one."""
    return any(n == 1 < m for n, m in zip(shape[::-1], to[::-1], strict=False))


def spoiled(kind, op, rng):
    """An engine by torch that is wrong in one operation."""
    kept, which, by = {}, int(rng.integers(2)), float(rng.choice([-1, 0.5, 2]))

    def engine(name, g, *inputs):
        g = np.array(g, float)
        right = by_torch(name, g, inputs)
        if name != op:
            return right
        key, one = str([np.shape(x) for x in inputs]), min(which, len(right) - 1)
        if kind == "scaled":
            right[one] = by * right[one]
        if kind == "upstream":
            return by_torch(name, np.ones_like(g), inputs)
        if kind == "digits":
            return [d.astype(np.float16).astype(float) for d in right]
        if kind == "shape":
            right[0] = right[0][None]
        if kind == "repeats":
            return kept.setdefault(key, right)
        if kind == "adds up":
            before = kept.get(key, [0] * len(right))
            kept[key] = [a + b for a, b in zip(right, before, strict=True)]
            return kept[key]
        if kind == "transpose":
            right[one] = np.reshape(right[one].T, right[one].shape)
        if kind == "exchange":
            a, b = (np.array(x, float) for x in inputs)
            ones = [np.ones_like(a), np.ones_like(b)]
            return [by_torch("mul", g * x, ones)[k] for k, x in enumerate((a, b))]
        if kind in DETACHED:
            return by_torch(name, g, inputs, DETACHED[kind])
        if kind == "length":
            return [right[0] * len(inputs[0]) / np.shape(inputs[0])[1]]
        if kind == "gate":
            return [g if which else g * (g > 0)]
        for k, (d, x) in enumerate(zip(right, inputs, strict=True)):
            new, ones = g.ndim > np.ndim(x), is_stretched(np.shape(x), g.shape)
            if new if kind == "new axis" else ones:
                right[k] = d * d.size / max(g.size, 1)
        return right

    return engine


ALL = list(FORWARD)
KINDS = [
    *[("scaled", op) for op in ALL],
    *[("scaled", op) for op in ("add", "mul", "matmul")],
    *[("transpose", "matmul"), ("exchange", "mul"), ("length", "mean")],
    *[(path, "fork") for path in DETACHED],
    *[("gate", "relu")] * 2,
    *[(kind, op) for kind in ("new axis", "axis of 1") for op in ("add", "mul")],
]
ANYWHERE = ["upstream", "upstream", "shape", "digits", "repeats", "adds up"]


def passes(student, rng):
    """A few of the wrong engines, and a right one."""
    wrong = [*KINDS, *[(kind, ALL[rng.integers(6)]) for kind in ANYWHERE]]
    some = [wrong[i] for i in rng.choice(len(wrong), 5, replace=False)]
    if not all(refused(student.passes, spoiled(*each, rng)) for each in some):
        return False
    return is_true(student.passes(lambda name, g, *x: by_torch(name, g, x)))


def is_true(said):
    """Whether an engine passes: nothing but True says so."""
    return isinstance(said, bool | np.bool_) and bool(said)


def refused(suite, engine):
    try:
        return not is_true(suite(engine))
    except Exception:
        return True
