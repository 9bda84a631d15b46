"""Images and a small net, torch's gradients there, and what slips make of them."""

import numpy as np

from chainrule.questions.draws import numbers_of, sizes
from chainrule.questions.kinds import tensors


def gradients(X, y, W1, b1, W2, b2, of="sum"):
    """torch's gradient at each image, of the sum or the mean of the losses, or of the
    scores or probabilities of the right classes."""
    import torch

    X, y, W1, b1, W2, b2 = tensors([X, y, W1, b1, W2, b2])
    X.requires_grad_()
    scores = torch.tanh(X.flatten(1) @ W1.T + b1) @ W2.T + b2
    if of in ("sum", "mean"):
        loss = torch.nn.functional.cross_entropy(scores, y, reduction=of)
    else:
        found = scores.softmax(1) if of == "probability" else scores
        loss = found[range(len(y)), y].sum()
    return torch.autograd.grad(loss, X)[0].numpy()


def images(low, high):
    """Images with pixels between 0 and 1, all of them between these bounds."""

    def make(rng):
        n, h, w, hidden = sizes(rng, 4)
        classes = int(rng.integers(3, 6))
        return {
            "X": rng.uniform(low, high, (n, h, w)),
            "y": rng.integers(classes, size=n),
            "W1": numbers_of(rng, hidden, h * w) / 2,
            "b1": numbers_of(rng, hidden) / 2,
            "W2": numbers_of(rng, classes, hidden),
            "b2": numbers_of(rng, classes),
        }

    return make


def with_eps(low, high):
    make = images(low, high)
    return lambda rng: {**make(rng), "eps": round(float(rng.uniform(0.05, 0.25)), 3)}


def untouched(rule):
    """A result, followed by 0: no gradient of a weight was touched, and X wasn't."""
    return lambda **args: np.append(rule(**args), 0)


def step(sign=1, by=np.sign, clip=True):
    def rule(X, y, eps, **weights):
        dX = gradients(X, y, **weights)
        moved = X + sign * eps * by(dX)
        return np.append(np.clip(moved, 0, 1) if clip else moved, 0)

    return rule


def of_norm(dX):
    """Each image's gradient by its own length."""
    return dX / np.sqrt((dX**2).sum(axis=(1, 2), keepdims=True))


def of_largest(dX):
    return dX / abs(dX).max(axis=(1, 2), keepdims=True)


def touched(rule, what=1):
    """Right, but for gradients of weights that are changed (1), or X (2)."""
    return lambda **args: np.append(rule(**args)[:-1], what)


TOUCHED = {
    1: ".grad of the weights has changed",
    2: "X itself has changed",
    3: "X itself and .grad of the weights have changed",
}


def tell_touched(name, usual="entries"):
    """Says where the numbers are off, and what was changed besides."""

    def tell(yours, right, **_):
        if np.shape(yours) == np.shape(right) and np.allclose(yours[:-1], right[:-1]):
            return f"    the numbers are right, but {TOUCHED[int(yours[-1])]}"
        if np.shape(yours) == (1,):
            return "    That is a tuple of one tensor: take [0]."
        if np.shape(yours) != np.shape(right):
            return f"    {name} should have the shape of the images"
        besides = f"\n    besides, {TOUCHED[int(yours[-1])]}" if yours[-1] else ""
        at = int(np.argmax(abs(yours - right)[:-1]))
        return (
            f"    furthest off at pixel {at} of all, counted from 0:\n"
            f"    you say          {yours[at]:.8g}\n"
            f"    torch.autograd   {right[at]:.8g}{besides}"
        )

    return tell
