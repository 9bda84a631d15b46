"""The bank of a small PyTorch notebook that only the benchmark uses."""

import numpy as np
from chainrule.judge import Part, Question, case_from, close
from chainrule.oracle import Oracle


def torch():
    import torch

    return torch


def problem(rng):
    """Rows, classes and a two-layer network of random sizes."""
    n, d, h, c = (int(k) for k in rng.integers((5, 2, 3, 2), (9, 6, 8, 5)))
    return {
        "X": rng.normal(size=(n, d)),
        "y": rng.integers(0, c, n),
        "W": rng.normal(size=(h, d)),
        "V": rng.normal(size=(c, h)),
    }


def loss_of(X, y, W, V):
    hidden = torch().tanh(X @ W.T)
    return torch().nn.functional.cross_entropy(hidden @ V.T, y)


def loss_right(X, y, W, V):
    return loss_of(*(torch().tensor(a) for a in (X, y, W, V))).item()


def gradient_right(X, y, W, V):
    X, y, W, V = (torch().tensor(a) for a in (X, y, W, V))
    W.requires_grad_()
    return torch().autograd.grad(loss_of(X, y, W, V), W)[0].numpy()


def losses_right(X, y, W, V, rate):
    """Losses of gradient descent on both weights, by torch.autograd alone."""
    X, y, W, V = (torch().tensor(a) for a in (X, y, W, V))
    losses = []
    for _ in range(40):
        W, V = W.detach().requires_grad_(), V.detach().requires_grad_()
        loss = loss_of(X, y, W, V)
        losses.append(loss.item())
        dW, dV = torch().autograd.grad(loss, (W, V))
        W, V = W - rate * dW, V - rate * dV
    return np.array(losses)


def trained(rng):
    return {**problem(rng), "rate": float(rng.uniform(0.1, 0.5))}


HINTS = ("Read the task.", "Read it again.", "Ask torch.")
QUESTIONS = [
    Question(
        "network_loss",
        Part(2, Oracle("torch", loss_right), [case_from("a batch", problem)] * 3),
        hints=HINTS,
    ),
    Question(
        "network_gradient",
        Part(
            3,
            Oracle("torch.autograd", gradient_right),
            [case_from("a batch", problem)] * 3,
        ),
        hints=HINTS,
    ),
    Question(
        "train",
        Part(
            4,
            Oracle("torch.autograd", losses_right),
            [case_from("a run", trained)] * 2,
            agree=close(1e-5),
        ),
        hints=HINTS,
    ),
]
