"""Recurrent layers against torch.nn and central differences: states and gradients."""

import numpy as np
import pytest
import torch
from chainrule import recurrent
from chainrule.tensor import Tensor

STEPS, N, IN, HIDDEN = 5, 3, 4, 6


def rng(seed=0):
    return np.random.default_rng(seed)


def cell_of(name, seed=1):
    """A cell with random biases as well, in float64."""
    cell = getattr(recurrent, name)(IN, HIDDEN, rng(seed), dtype=np.float64)
    for p in cell.parameters():
        p.data[...] += 0.1 * rng(seed).normal(size=p.shape)
    return cell


def torchs(cell):
    """torch's cell with the same weights."""
    theirs = getattr(torch.nn, type(cell).__name__)(IN, HIDDEN, dtype=torch.float64)
    own = [cell.W, cell.U, getattr(cell, "a", cell.b), cell.b]
    with torch.no_grad():
        for p, q in zip(theirs.parameters(), own, strict=True):
            p.copy_(torch.tensor(q.data))
        if not hasattr(cell, "a"):
            theirs.bias_hh.zero_()
    return theirs


def unrolled_by_torch(theirs, X, s, lengths):
    states = []
    for t, x in enumerate(X):
        going = torch.tensor(t < np.asarray(lengths))[:, None]
        s = torch.where(going, theirs(x, s), s)
        states.append(s)
    return torch.stack(states)


@pytest.mark.parametrize("lengths", [None, [5, 2, 4]], ids=["full", "padded"])
@pytest.mark.parametrize("name", ["RNNCell", "GRUCell"])
def test_states_and_gradients_over_time_agree_with_torch(name, lengths):
    cell = cell_of(name)
    theirs = torchs(cell)
    numbers = rng(2).normal(size=(STEPS, N, IN)), rng(3).normal(size=(N, HIDDEN))
    ours = [Tensor(v, requires_grad=True) for v in numbers]
    leaves = [torch.tensor(v, requires_grad=True) for v in numbers]
    found = recurrent.unroll(cell, *ours, lengths)
    expected = unrolled_by_torch(theirs, *leaves, lengths or [STEPS] * N)
    g = rng(4).normal(size=found.shape)
    found.backward(g)
    expected.backward(torch.tensor(g))
    np.testing.assert_allclose(found.data, expected.detach().numpy(), atol=1e-12)
    pairs = [*zip(ours, leaves, strict=True)]
    pairs += [(cell.W, theirs.weight_ih), (cell.U, theirs.weight_hh)]
    pairs += [(getattr(cell, "a", cell.b), theirs.bias_ih), (cell.b, theirs.bias_hh)]
    for p, q in pairs:
        np.testing.assert_allclose(p.grad, q.grad.numpy(), atol=1e-10)


@pytest.mark.parametrize("name", ["RNNCell", "GRUCell"])
def test_every_gradient_over_time_agrees_with_central_differences(name):
    cell, s = cell_of(name), np.zeros((N, HIDDEN))
    X = rng(2).normal(size=(STEPS, N, IN))
    g, h = rng(4).normal(size=(STEPS, N, HIDDEN)), 1e-6
    recurrent.unroll(cell, X, s).backward(g)
    for p in cell.parameters():
        v, start, ends = rng(7).normal(size=p.shape), p.data, []
        for sign in (1, -1):
            p.data = start + sign * h * v
            ends.append((recurrent.unroll(cell, X, s).data * g).sum())
        p.data = start
        slope = (ends[0] - ends[1]) / (2 * h)
        np.testing.assert_allclose((p.grad * v).sum(), slope, rtol=1e-6)


def test_what_stands_in_the_padding_changes_nothing():
    cell, X = cell_of("GRUCell"), rng(2).normal(size=(STEPS, N, IN))
    other, s = X.copy(), np.zeros((N, HIDDEN))
    other[3:, 1] = 1e6
    last = [recurrent.unroll(cell, x, s, [5, 3, 5])[-1].data for x in (X, other)]
    np.testing.assert_array_equal(*last)


def test_an_embedding_adds_up_the_gradients_of_a_token_that_comes_twice():
    table = recurrent.Embedding(4, 2, rng())
    table(np.array([[1, 3], [1, 0]])).backward(np.ones((2, 2, 2), np.float32))
    assert table.W.grad[:, 0].tolist() == [1, 2, 0, 1]


@pytest.mark.parametrize("padded", [False, True])
def test_the_loss_of_sequences_agrees_with_torch(padded):
    z, y = rng(2).normal(size=(STEPS, N, 4)), rng(3).integers(0, 4, (STEPS, N))
    mask = np.arange(STEPS)[:, None] < [5, 2, 4] if padded else None
    ours, theirs = Tensor(z, requires_grad=True), torch.tensor(z, requires_grad=True)
    loss = recurrent.sequence_loss(ours, y, mask)
    targets = torch.tensor(y if mask is None else np.where(mask, y, -100))
    expected = torch.nn.functional.cross_entropy(
        theirs.flatten(0, 1), targets.flatten()
    )
    loss.backward()
    expected.backward()
    assert loss.data == pytest.approx(expected.item())
    np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), atol=1e-12)


def test_a_mask_without_a_token_is_refused_with_a_remedy():
    z = np.zeros((2, 1, 3))
    with pytest.raises(ValueError, match="true where there is one"):
        recurrent.sequence_loss(z, np.zeros((2, 1), int), np.zeros((2, 1), bool))


@pytest.mark.parametrize("name", ["RNNCell", "GRUCell"])
def test_float32_stays_float32(name):
    cell = getattr(recurrent, name)(IN, HIDDEN, rng())
    X, s = (np.zeros(shape, np.float32) for shape in ((STEPS, N, IN), (N, HIDDEN)))
    states = recurrent.unroll(cell, X, s)
    states.backward(np.ones(states.shape, np.float32))
    assert {p.grad.dtype.name for p in cell.parameters()} == {"float32"}
    assert states.data.dtype == np.float32
