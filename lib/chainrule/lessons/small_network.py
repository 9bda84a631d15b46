"""A network with one hidden layer, as the lesson that takes it apart compares it."""

import numpy as np

from chainrule import ops, transforms
from chainrule.scalar import Value


def of_values(x, W1, b1, W2, b2, t):
    """Two hidden units and a squared error, from z₁ and z₂ on, as a graph of Values.

    The second layer is one node, and so is the loss: the figure has to fit into a cell.
    """
    z = [Value(n, f"z{i}") for n, i in zip(np.array(W1) @ x + b1, "₁₂", strict=True)]
    a = [unit.relu() for unit in z]
    for unit, i in zip(a, "₁₂", strict=True):
        unit.label = f"a{i}"
    p = W2[0] * a[0].data + W2[1] * a[1].data + b2
    p = Value(p, "p", "W₂ · a + b₂", tuple(a), (*map(float, W2),))
    slope = 2 * (p.data - t)
    return Value((p.data - t) ** 2, "L", "(p − t)²", (p,), (slope,))


def by_chainrule(g, X, A1, P, W2):
    """Seven gradients from what the forward pass has kept, pulled back rule by rule."""
    start = np.zeros((A1.shape[1], X.shape[1])), np.zeros(A1.shape[1])
    at_output = np.log(P / (1 - P))
    dZ2 = transforms.vjp(ops.sigmoid, at_output)[1](g)
    layer = transforms.vjp(lambda A, W, b: A @ W.T + b, A1, W2, np.zeros(len(W2)))
    dA1, dW2, db2 = layer[1](dZ2)
    dZ1 = transforms.vjp(ops.relu, A1)[1](dA1)  # A1 > 0 exactly where Z1 > 0
    first = transforms.vjp(lambda W, b: X @ W.T + b, *start)
    dW1, db1 = first[1](dZ1)
    return dZ2, dW2, db2, dA1, dZ1, dW1, db1


def largest_gap(backward, dtype):
    """The largest difference between a backward pass and torch's, for 64 examples.

    backward: from (g, X, A1, P, W2) to the gradients of Z2, W2, b2, A1, Z1, W1 and b1.
    The loss is a mean squared error.
    """
    import torch
    from torch.nn import functional as F

    rng = np.random.default_rng(6)
    sizes = (64, 4), (3, 4), (3,), (2, 3), (2,), (64, 2)
    X, *weights, Y = (rng.normal(size=s).astype(dtype) for s in sizes)
    W1, b1, W2, b2 = at = [torch.tensor(w, requires_grad=True) for w in weights]
    hidden = F.relu(F.linear(torch.tensor(X), W1, b1))
    P = torch.sigmoid(F.linear(hidden, W2, b2))
    F.mse_loss(P, torch.tensor(Y)).backward()
    A1, P = hidden.detach().numpy(), P.detach().numpy()
    found = backward(2 * (P - Y) / P.size, X, A1, P, weights[2])
    mine = found[5], found[6], found[1], found[2]
    return max(np.abs(m - t.grad.numpy()).max() for m, t in zip(mine, at, strict=True))
