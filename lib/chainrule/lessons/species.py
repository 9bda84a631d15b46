"""Penguins to be named by a network of two layers, and two engines for its gradients.

An engine takes the weights (W1, b1, W2, b2), as objects that keep arrays in `data`,
examples X and one-hot targets T. It returns the loss and the four gradients.
"""

import numpy as np

from chainrule import data

PENGUINS = data.load("penguins")


def classes():
    """The names of the species."""
    return PENGUINS.classes


def divided(seed):
    """X and T of seven tenths of the birds, X and y of the others, on one scale."""
    parts = data.split(len(PENGUINS.y), (0.7, 0.3), np.random.default_rng(seed))
    X = data.standardize(*(PENGUINS.x[rows].astype(float) for rows in parts))
    return X[0], np.eye(3)[PENGUINS.y[parts[0]]], X[1], PENGUINS.y[parts[1]]


def fresh_weights(seed):
    """W1, b1, W2, b2 for four measurements, eight hidden units and three species."""
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(0, 0.7, (8, 4)), rng.normal(0, 0.5, (3, 8))
    return W1, np.zeros(8), W2, np.zeros(3)


def torch_engine(weights, X, T):
    """The loss and its gradients by torch."""
    import torch

    return _differentiated(torch.relu, weights, X, T)


def broken_engine(weights, X, T):
    """As by torch, but ReLU passes all of g back, and biases get a mean for a sum."""
    import torch

    def leaky(Z):  # ReLU's value, with derivative 1
        return Z + (torch.relu(Z) - Z).detach()

    loss, dW1, db1, dW2, db2 = _differentiated(leaky, weights, X, T)
    return loss, dW1, db1 / len(X), dW2, db2 / len(X)


def degrees_apart(grads, others):
    """The angle between two gradients that consist of several arrays each."""
    a, b = (np.concatenate([d.ravel() for d in each]) for each in (grads, others))
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return np.degrees(np.arccos(cosine))


def _differentiated(relu, weights, X, T):
    import torch

    at = [torch.tensor(w.data, requires_grad=True) for w in weights]
    hidden = relu(torch.tensor(X) @ at[0].T + at[1])
    scores = hidden @ at[2].T + at[3]
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(T))
    return loss.item(), *(d.numpy() for d in torch.autograd.grad(loss, at))
