"""The small network of the lesson: its loss and gradients, and what training does."""

import numpy as np
import torch
import torch.nn.functional as F
from chainrule.small_net import SmallNet

NAMES = "W1", "b1", "W2", "b2"


def net_and_rows():
    rng = np.random.default_rng(3)
    net = SmallNet(4, 5, 3, rng)
    net.b1, net.b2 = rng.normal(size=5), rng.normal(size=3)
    return net, rng.normal(size=(7, 4)), rng.integers(3, size=7)


def test_loss_and_gradients_agree_with_torch():
    net, X, y = net_and_rows()
    W1, b1, W2, b2 = (
        torch.tensor(getattr(net, name), requires_grad=True) for name in NAMES
    )
    scores = torch.relu(torch.tensor(X) @ W1.T + b1) @ W2.T + b2
    loss = F.cross_entropy(scores, torch.tensor(y))
    np.testing.assert_allclose(net.loss(X, y), loss.item())
    expected = torch.autograd.grad(loss, (W1, b1, W2, b2))
    for mine, theirs in zip(net.gradients(X, y), expected, strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), atol=1e-12)


def test_gradients_agree_with_differences():
    net, X, y = net_and_rows()
    for name, g in zip(NAMES, net.gradients(X, y), strict=True):
        w = getattr(net, name)
        direction = np.random.default_rng(4).normal(size=w.shape)
        losses = []
        for h in (1e-6, -1e-6):
            setattr(net, name, w + h * direction)
            losses.append(net.loss(X, y))
        setattr(net, name, w)
        slope = (losses[0] - losses[1]) / 2e-6
        np.testing.assert_allclose(slope, np.sum(g * direction), rtol=1e-6)


def test_training_goes_downhill_and_changes_the_weights_in_place():
    net, X, y = net_and_rows()
    kept, before, loss = net.W1, net.W1.copy(), net.loss(X, y)
    net.train(X, y, rate=0.1, steps=5)
    assert net.loss(X, y) < loss
    assert net.W1 is kept and not np.array_equal(kept, before)


def test_one_step_of_training_is_a_step_along_the_gradients():
    net, X, y = net_and_rows()
    expected = net.b2 - 0.1 * net.gradients(X, y)[3]
    net.train(X, y, rate=0.1, steps=1)
    np.testing.assert_allclose(net.b2, expected)


def test_accuracy_counts_the_largest_scores():
    net, X, _ = net_and_rows()
    said = net.scores(X).argmax(axis=1)
    assert net.accuracy(X, said) == 1
    assert net.accuracy(X, (said + 1) % 3) == 0
