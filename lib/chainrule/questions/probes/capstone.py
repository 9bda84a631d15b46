"""Probes of 6-pytorch/15_capstone: gradients of images, and images made of them."""

import numpy as np

from chainrule.torch_side import known_state, to_arrays, to_tensor


def small_net(W1, b1, W2, b2):
    """Flatten, Linear, tanh, Linear with these weights, and gradients left before."""
    from torch import nn

    first = nn.Linear(W1.shape[1], W1.shape[0])
    second = nn.Linear(W2.shape[1], W2.shape[0])
    net = nn.Sequential(nn.Flatten(), first, nn.Tanh(), second)
    for p, w in zip(net.parameters(), (W1, b1, W2, b2), strict=True):
        p.data = to_tensor(w)
        p.grad = to_tensor(w) + 1
    return net


def and_whether_touched(function, X, y, weights, *settings):
    """What a function makes of images, and what it has changed besides.

    The last entry is 1 if gradients of weights have changed, 2 if X has, 3 if both.
    """
    import torch

    with known_state(torch.float64, 0):
        net = small_net(*weights)
        given = to_tensor(X.copy())
        found = to_arrays(function(net, given, to_tensor(y), *settings))
        if np.shape(found) == (1, *X.shape):  # what torch.autograd.grad returns
            return np.zeros(1)
        if np.shape(found) != X.shape:
            return np.zeros(0)
        kept = [
            p.grad is not None and np.array_equal(to_arrays(p.grad), w + 1)
            for p, w in zip(net.parameters(), weights, strict=True)
        ]
        same = np.array_equal(to_arrays(given), X)
    return np.append(found, float(not all(kept)) + 2 * (not same))


def input_gradients(student, X, y, W1, b1, W2, b2):
    return and_whether_touched(student.input_gradient, X, y, (W1, b1, W2, b2))


def attacked(student, X, y, W1, b1, W2, b2, eps):
    return and_whether_touched(student.fgsm, X, y, (W1, b1, W2, b2), eps)
