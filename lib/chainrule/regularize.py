"""Ways to do well on examples never seen, and to keep a step within reason.

Longer than most modules: it is a list, and each entry is short.
"""

from math import isfinite, prod, sqrt

import numpy as np

from chainrule import ops
from chainrule.settings import within


def l1(weights, strength):
    """strength * sum |w|, to be added to the loss: it pulls small weights to exactly 0.

    Pass weights alone; biases and norm scales are usually left free.
    """
    within("l1", "strength", strength, "[0, inf)")
    return strength * sum(ops.sum(ops.abs(ops.floats(w))) for w in weights)


def l2(weights, strength):
    """strength / 2 * sum w^2, to be added to the loss: its gradient is strength * w.

    With SGD that is weight decay; with Adam it is not (see `decay` and AdamW).
    """
    within("l2", "strength", strength, "[0, inf)")
    return strength / 2 * sum(ops.sum(w * w) for w in map(ops.floats, weights))


def decay(weights, lr, strength):
    """Decoupled decay: every weight shrinks by the share lr * strength, in no loss.

    Call it beside `step`. Loshchilov and Hutter 2019, equation 1.
    """
    share = within("decay", "lr * strength", lr * strength, "[0, 1]")
    for w in weights:
        w.data = w.data * (1 - share)


def clip_norm(parameters, max_norm):
    """Shorten the gradient of all parameters together to at most max_norm.

    Its direction stays. Returns the norm before. Raises FloatingPointError where that
    is NaN or infinite. Pascanu, Mikolov, Bengio 2013, algorithm 1.
    """
    within("clip_norm", "max_norm", max_norm, "[0, inf]")
    parameters = list(parameters)
    # In float64, where the square of no float32 overflows.
    squares = (g.astype(np.float64) ** 2 for g in _gradients("clip_norm", parameters))
    norm = sqrt(sum(g2.sum() for g2 in squares))
    if not isfinite(norm):
        raise FloatingPointError(
            f"clip_norm: the gradient's norm is {norm}, which no factor makes finite. "
            "Try a smaller learning rate, or look for a log or a division by zero."
        )
    share = min(1.0, max_norm / (norm + 1e-6))  # the 1e-6 is torch's
    for p in parameters:
        p.grad = p.grad * share
    return norm


def clip_value(parameters, limit):
    """Clip each entry of each gradient to [-limit, limit]: its direction may turn."""
    within("clip_value", "limit", limit, "[0, inf]")
    parameters = list(parameters)
    for p, g in zip(parameters, _gradients("clip_value", parameters), strict=True):
        p.grad = np.clip(g, -limit, limit)


def _gradients(name, parameters):
    for i, p in enumerate(parameters):
        if p.grad is None:
            raise ValueError(
                f"{name}: parameter {i} of shape {p.data.shape} has no gradient. "
                "Try calling backward() on the loss first."
            )
    return [p.grad for p in parameters]


class EarlyStopping:
    """Stop after `patience` checks in a row without a gain, and return to the best.

    A gain is a validation loss more than `min_delta` below the best so far. `model` is
    anything with `state()` and `restore(state)`. Prechelt 1998.
    """

    def __init__(self, model, patience, min_delta=0.0):
        self.model = model
        self.patience = within("EarlyStopping", "patience", patience, "[1, inf]")
        self.min_delta = within("EarlyStopping", "min_delta", min_delta, "[0, inf)")
        self.best, self.waited, self.reason = float("inf"), 0, ""
        self._state = model.state()

    def update(self, loss):
        """Take in one validation loss; True means stop, and `reason` then says why."""
        if not isfinite(loss):
            self.reason = (
                f"The validation loss is {loss}. Try a smaller learning rate; "
                "restore_best() returns to the last good weights."
            )
        elif loss < self.best - self.min_delta:
            self.best, self.waited, self._state = loss, 0, self.model.state()
        else:
            self.waited += 1
            if self.waited >= self.patience:
                self.reason = f"No gain in {self.waited} checks; best {self.best:.4g}."
        return bool(self.reason)

    def restore_best(self):
        """Give the model the weights of its best check."""
        self.model.restore(self._state)


def shift(images, pixels, rng):
    """Move each image by its own whole number of pixels, at most `pixels` each way.

    Images are (n, h, w) or (n, c, h, w); what moves in is 0.
    """
    within("shift", "pixels", pixels, "[0, inf)")
    down, right = rng.integers(-pixels, pixels + 1, (2, len(images), 1, 1))
    i, j = np.indices(images.shape[-2:])
    return _sample(images, i - down, j - right)


def rotate(images, degrees, rng):
    """Turn each image about its centre by its own angle, at most `degrees` each way.

    Images are (n, h, w) or (n, c, h, w), sampled bilinearly; what turns in is 0. Keep
    the angle small for digits: a 6 upside down is a 9.
    """
    within("rotate", "degrees", degrees, "[0, 360]")
    angle = np.deg2rad(rng.uniform(-degrees, degrees, (len(images), 1, 1)))
    centre = (np.array(images.shape[-2:]) - 1) / 2
    i, j = np.indices(images.shape[-2:]) - centre[:, None, None]
    c, s = np.cos(angle), np.sin(angle)
    return _sample(images, c * i + s * j + centre[0], c * j - s * i + centre[1])


def noise(x, std, rng):
    """Add independent normal noise of standard deviation `std`."""
    within("noise", "std", std, "[0, inf)")
    x = ops.floats(x)
    return x + rng.normal(0, std, x.shape).astype(x.dtype)


def smooth_labels(labels, classes, amount):
    """One-hot rows that give the share `amount` of their weight to all classes alike.

    (n,) whole numbers become (n, classes). Amount 0 is plain one-hot. Szegedy 2016.
    Raises ValueError for labels outside 0 to classes - 1.
    """
    within("smooth_labels", "amount", amount, "[0, 1]")
    return ops.one_hot(labels, classes) * (1 - amount) + amount / classes


def mixup(x, targets, alpha, rng):
    """Blend each example, and its target row, with another one of the batch.

    One share lambda ~ Beta(alpha, alpha) serves the batch. Zhang et al. 2018.
    Raises ValueError for class numbers, whose mean is another class.
    """
    within("mixup", "alpha", alpha, "(0, inf)")
    if np.ndim(targets) == 1 and np.asarray(targets).dtype.kind in "iu":
        raise ValueError(
            "mixup got class numbers, and half way between 1 and 3 is not 2. "
            "Try smooth_labels(labels, classes, 0) for rows."
        )
    share, order = float(rng.beta(alpha, alpha)), rng.permutation(len(x))
    return tuple(share * a + (1 - share) * a[order] for a in (x, targets))


def _sample(images, rows, cols):
    """Read images at real-valued places (n, h, w), bilinearly, 0 outside."""
    height, width = images.shape[-2:]
    edge = [(0, 0)] * (images.ndim - 2) + [(1, 1)] * 2
    channels, pixels = prod(images.shape[1:-2]), (height + 2) * (width + 2)
    padded = np.pad(images, edge).reshape(len(images), channels, pixels)
    rows, cols = np.clip(rows, -1, height) + 1, np.clip(cols, -1, width) + 1
    top = np.minimum(np.floor(rows), height).astype(int)
    left = np.minimum(np.floor(cols), width).astype(int)
    total = 0
    for i in (top, top + 1):
        for j in (left, left + 1):
            weight = (1 - abs(rows - i)) * (1 - abs(cols - j))
            corner = (i * (width + 2) + j).reshape(len(images), 1, height * width)
            pixel = np.take_along_axis(padded, corner, axis=2)
            total += weight.reshape(corner.shape) * pixel
    if images.dtype.kind != "f":
        total = np.rint(total)  # .astype alone would round 254.99 down
    return total.reshape(images.shape).astype(images.dtype)
