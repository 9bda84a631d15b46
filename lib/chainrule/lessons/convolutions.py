"""What the lesson on convolutions goes on with: its small nets, and what stands in for
an answer that isn't right yet."""

from copy import deepcopy

import numpy as np

# ---- in place of an answer ----


def conv_matrix(w, length, stride, padding):
    """Column j is torch's convolution of the j-th unit vector."""
    import torch

    rows = torch.eye(length, dtype=torch.float64)[:, None]
    kernel = torch.tensor(w)[None, None]
    found = torch.nn.functional.conv1d(rows, kernel, None, stride, padding)
    return found[:, 0].T.numpy()


def convolved_backward(g, X, W, stride, padding):
    """dX, dW and db by torch."""
    import torch

    X, W = (torch.tensor(a, requires_grad=True) for a in (X, W))
    b = torch.zeros(len(W), dtype=X.dtype, requires_grad=True)
    y = torch.nn.functional.conv2d(X, W, b, stride, padding)
    return tuple(a.numpy() for a in torch.autograd.grad(y, (X, W, b), torch.tensor(g)))


def subsampling(maps):
    """A convolution in which each map sees itself, and all weights start at 1/4."""
    from torch import nn

    layer = nn.Conv2d(maps, maps, 2, stride=2, groups=maps)
    nn.init.constant_(layer.weight, 0.25)
    nn.init.zeros_(layer.bias)
    return layer


def lenet(partial):
    """LeNet-5 in a row; `partial` makes C3."""
    from torch import nn

    class Squash(nn.Module):
        def forward(self, a):
            return 1.7159 * (2 * a / 3).tanh()

    def net(halved):
        C1, C5, F6 = nn.Conv2d(1, 6, 5), nn.Conv2d(16, 120, 5), nn.Linear(120, 84)
        layers = C1, halved(6), partial(), halved(16), C5
        squashed = [part for layer in layers for part in (layer, Squash())]
        return nn.Sequential(*squashed, nn.Flatten(), F6, Squash())

    return net


def fit_head(features, head, X, y, steps, rate):
    """Steps of SGD on what frozen features give, the gradients by torch."""
    import torch

    rows, own = features.eval()(X).detach(), [*head.parameters()]
    sgd = torch.optim.SGD(own, lr=rate)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(head(rows), y)
        for p, slope in zip(own, torch.autograd.grad(loss, own), strict=True):
            p.grad = slope
        sgd.step()


# ---- nets that read small digits ----


def small_net(classes):
    """Two blocks of convolution, BatchNorm, ReLU and pooling, and a dense layer."""
    from torch import nn

    def block(inputs, outputs):
        conv = nn.Conv2d(inputs, outputs, 3, padding=1)
        return conv, nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)

    features = nn.Sequential(*block(1, 16), *block(16, 32), nn.Flatten())
    return nn.Sequential(features, nn.Linear(288, classes))


def trained(net, X, y, epochs, size=32, moved=lambda X: X):
    """The net after training by Adam; `moved` places the images anew in each epoch."""
    import torch

    adam = torch.optim.Adam(net.train().parameters(), lr=0.01)
    for _ in range(epochs):
        images = moved(X)
        for rows in torch.randperm(len(X)).split(size):
            adam.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(images[rows]), y[rows])
            loss.backward()
            adam.step()
    return net.eval()


def placed(X, down, across):
    """Digits of 8 × 8 in images of 12 × 12, each at its own place."""
    import torch

    images = torch.zeros(len(X), 1, 12, 12)
    for image, x, i, j in zip(images, X, down, across, strict=True):
        image[0, i : i + 8, j : j + 8] = x
    return images


def anywhere(X):
    """Each digit at a random place."""
    import torch

    return placed(X, *torch.randint(0, 5, (2, len(X))))


def accuracy(net, X, y):
    """The share of images that the net names correctly."""
    import torch

    with torch.no_grad():
        return float(np.mean((net(X).argmax(1) == y).numpy()))


def after_passing(net, images):
    """A copy of the net as a hundred passes in training mode leave it, without a step.

    Each pass finds the same statistics, so one pass with the weight of a hundred does.
    """
    import torch

    net = deepcopy(net).train()
    for layer in net.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1 - (1 - layer.momentum) ** 100
    with torch.no_grad():
        net(images)
    return net.eval()


# ---- a few labels ----


def some_rows(pixels, labels, count):
    """Some digits of each of three classes, each at ten places; their labels; the
    numbers of all other digits."""
    import torch

    order = torch.randperm(len(labels))
    rows = [order[labels[order] == k] for k in range(3)]
    chosen = torch.cat([r[:count] for r in rows])
    images = torch.cat([anywhere(pixels[chosen]) for _ in range(10)])
    return images, labels[chosen].repeat(10), torch.cat([r[count:] for r in rows])


def with_head(fit, features, images, labels):
    """The features and a new head for three classes, fitted by `fit`."""
    from torch import nn

    head = nn.Linear(288, 3)
    fit(features, head, images, labels, 200, 0.05)
    return nn.Sequential(features, head)
