"""Layers against torch.nn with the same weights: outputs, gradients, memories."""

import numpy as np
import pytest
import torch
from chainrule import layers, ops
from chainrule.tensor import Tensor
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = {"W": "weight", "gamma": "weight", "b": "bias", "beta": "bias"}


def rng(seed=5):
    return np.random.default_rng(seed)


def linear(dtype=np.float64):
    return layers.Linear(4, 3, rng(), dtype=dtype)


def conv(dtype=np.float64, **options):
    return layers.Conv2d(2, 3, 3, rng(), dtype=dtype, **options)


# Our layer, torch's, the input's shape.
PAIRS = {
    "Linear": (linear, lambda: torch.nn.Linear(4, 3), (5, 4)),
    "Conv2d": (conv, lambda: torch.nn.Conv2d(2, 3, 3), (5, 2, 6, 7)),
    "Conv2d with stride and padding": (
        lambda dtype=np.float64: conv(dtype, stride=2, padding=1),
        lambda: torch.nn.Conv2d(2, 3, 3, stride=2, padding=1),
        (5, 2, 6, 7),
    ),
    "Conv2d with dilation": (
        lambda dtype=np.float64: conv(dtype, dilation=2),
        lambda: torch.nn.Conv2d(2, 3, 3, dilation=2),
        (5, 2, 6, 7),
    ),
    "MaxPool2d": (
        lambda dtype=None: layers.MaxPool2d(2),
        lambda: torch.nn.MaxPool2d(2),
        (5, 2, 6, 8),
    ),
    "AvgPool2d": (
        lambda dtype=None: layers.AvgPool2d(2),
        lambda: torch.nn.AvgPool2d(2),
        (5, 2, 6, 8),
    ),
    "BatchNorm on rows": (
        lambda dtype=np.float64: layers.BatchNorm(4, dtype=dtype),
        lambda: torch.nn.BatchNorm1d(4),
        (5, 4),
    ),
    "BatchNorm on images": (
        lambda dtype=np.float64: layers.BatchNorm(4, momentum=0.3, dtype=dtype),
        lambda: torch.nn.BatchNorm2d(4, momentum=0.3),
        (5, 4, 2, 3),
    ),
    "LayerNorm": (
        lambda dtype=np.float64: layers.LayerNorm(4, dtype=dtype),
        lambda: torch.nn.LayerNorm(4),
        (5, 3, 4),
    ),
}


def twins(name):
    """Our layer and torch's with the same random weights, in float64."""
    ours, theirs = PAIRS[name][0](), PAIRS[name][1]().double()
    for key, p in vars(ours).items():
        if isinstance(p, Tensor):
            p.data[...] = rng(8).normal(size=p.data.shape)
            weights = torch.tensor(p.data).reshape(getattr(theirs, NAMES[key]).shape)
            getattr(theirs, NAMES[key]).data = weights
    return ours, theirs


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", PAIRS)
def test_every_layer_and_its_gradients_agree_with_torch(name, mode):
    ours, theirs = twins(name)
    data = rng().normal(2, 3, PAIRS[name][2])
    getattr(ours, mode)(), getattr(theirs, mode)()
    for _ in range(3):  # so that running statistics have something to run over
        x, t = Tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
        for p in (*ours.parameters(), *theirs.parameters()):
            p.grad = None
        y, expected = ours(x), theirs(t)
        g = rng(6).normal(size=y.data.shape)
        y.backward(g)
        expected.backward(torch.tensor(g))
        data = data * 1.1 + 0.2
    np.testing.assert_allclose(y.data, expected.detach().numpy(), atol=1e-9)
    np.testing.assert_allclose(x.grad, t.grad.numpy(), atol=1e-9)
    for key, p in vars(ours).items():
        if isinstance(p, Tensor):
            slope = getattr(theirs, NAMES[key]).grad.numpy()
            np.testing.assert_allclose(p.grad, slope.reshape(p.grad.shape), atol=1e-9)


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", PAIRS)
def test_every_gradient_of_a_layer_agrees_with_central_differences(name, mode):
    layer, _ = twins(name)
    getattr(layer, mode)()
    x = Tensor(rng().normal(2, 3, PAIRS[name][2]), requires_grad=True)
    g = rng(6).normal(size=layer(x).shape)
    layer(x).backward(g)
    for p in (x, *layer.parameters()):
        v, h, start = rng(7).normal(size=p.shape), 1e-6, p.data
        ends = []
        for sign in (1, -1):
            p.data = start + sign * h * v
            ends.append((layer(x).data * g).sum())
        p.data = start
        slope = (ends[0] - ends[1]) / (2 * h)
        np.testing.assert_allclose((p.grad * v).sum(), slope, rtol=1e-6, atol=1e-7)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    n=st.integers(2, 6),
    features=st.integers(1, 4),
    size=st.lists(st.integers(1, 3), min_size=2, max_size=2) | st.just([]),
)
def test_batch_norm_agrees_with_torch_in_every_shape(n, features, size):
    data, g = rng(n).normal(size=(2, n, features, *size))
    x, t = Tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
    kind = torch.nn.BatchNorm2d if size else torch.nn.BatchNorm1d
    y = layers.BatchNorm(features, dtype=np.float64)(x)
    expected = kind(features, dtype=torch.float64)(t)
    y.backward(g)
    expected.backward(torch.tensor(g))
    np.testing.assert_allclose(y.data, expected.detach().numpy(), atol=1e-9)
    np.testing.assert_allclose(x.grad, t.grad.numpy(), atol=1e-7)


@pytest.mark.parametrize("name", ["BatchNorm on rows", "BatchNorm on images"])
def test_batch_norm_remembers_what_torch_remembers(name):
    ours, theirs = twins(name)
    for seed in range(4):
        data = rng(seed).normal(seed, 3, PAIRS[name][2])
        ours(data), theirs(torch.tensor(data))
    for kept in ("running_mean", "running_var"):
        np.testing.assert_allclose(getattr(ours, kept), getattr(theirs, kept).numpy())


@pytest.mark.parametrize("name", ["BatchNorm on rows", "BatchNorm on images"])
def test_batch_norm_after_training_evaluates_as_torch_does(name):
    ours, theirs = twins(name)
    data = rng(1).normal(4, 3, PAIRS[name][2])
    ours(data), theirs(torch.tensor(data))
    y, expected = ours.eval()(data), theirs.eval()(torch.tensor(data))
    np.testing.assert_allclose(y.data, expected.detach().numpy(), atol=1e-12)


def test_batch_norm_in_eval_leaves_its_memory_alone():
    layer = layers.BatchNorm(3).eval()
    layer(np.ones((4, 3), np.float32))
    assert layer.running_mean.tolist() == [0, 0, 0]


@pytest.mark.parametrize("shape", [(1, 3), (1, 3, 1, 1)])
def test_batch_norm_refuses_one_value_per_feature(shape):
    with pytest.raises(ValueError, match=r"no variance\. Try a larger batch, or eval"):
        layers.BatchNorm(3)(np.ones(shape, np.float32))


def test_the_gradient_of_batch_norm_sums_to_zero_in_each_feature():
    x = Tensor(rng().normal(size=(6, 4)), requires_grad=True)
    y = layers.BatchNorm(4, dtype=np.float64)(x)
    y.backward(rng(6).normal(size=(6, 4)))
    np.testing.assert_allclose(x.grad.sum(axis=0), 0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", PAIRS)
def test_every_layer_keeps_the_dtype(name, dtype):
    layer = PAIRS[name][0](dtype=dtype)
    x = Tensor(rng().normal(size=PAIRS[name][2]).astype(dtype), requires_grad=True)
    y = layer(x)
    y.backward(np.ones_like(y.data))
    kinds = {y.data.dtype, x.grad.dtype, *(p.grad.dtype for p in layer.parameters())}
    assert kinds == {np.dtype(dtype)}


@pytest.mark.parametrize("p_drop", [0.2, 0.7])
def test_dropout_given_its_mask_agrees_with_torch(p_drop):
    x = Tensor(rng().normal(size=(50, 40)), requires_grad=True)
    y = layers.Dropout(p_drop, rng(1))(x)
    mask = torch.tensor(y.data != 0)
    t = torch.tensor(x.data, requires_grad=True)
    expected = torch.where(mask, t, 0) / (1 - p_drop)
    y.backward(np.ones((50, 40)))
    expected.backward(torch.ones(50, 40))
    np.testing.assert_allclose(y.data, expected.detach().numpy())
    np.testing.assert_allclose(x.grad, t.grad.numpy())


@pytest.mark.parametrize("p_drop", [0.2, 0.7])
def test_dropout_drops_the_share_it_was_told_to(p_drop):
    y = layers.Dropout(p_drop, rng(2))(np.ones(40_000, np.float32))
    assert (y == 0).mean() == pytest.approx(p_drop, abs=0.01)  # 4 sigma
    assert y.dtype == np.float32


def test_dropout_in_eval_is_the_identity():
    x = rng().normal(size=(5, 4))
    np.testing.assert_array_equal(layers.Dropout(0.5, rng()).eval()(x), x)


@pytest.mark.parametrize("p_drop", [-0.1, 1.0])
def test_dropout_of_everything_is_refused(p_drop):
    with pytest.raises(ValueError, match=r"Dropout got p_drop = .*\. Try a number"):
        layers.Dropout(p_drop, rng())


def network(dtype=np.float64):
    g = rng(4)
    return layers.Sequential(
        layers.Conv2d(1, 2, 3, g, dtype=dtype),
        layers.BatchNorm(2, dtype=dtype),
        ops.relu,
        layers.MaxPool2d(2),
        layers.flatten,
        layers.Dropout(0.5, g),
        layers.Linear(8, 3, g, dtype=dtype),
    )


def test_sequential_collects_the_parameters_in_order():
    shapes = [p.data.shape for p in network().parameters()]
    assert shapes == [(2, 1, 3, 3), (2,), (2,), (2,), (3, 8), (3,)]


def test_sequential_passes_train_and_eval_on():
    model = layers.Sequential(network())
    model.eval()
    assert not model.layers[0].layers[5].training
    model.train()
    assert model.layers[0].layers[5].training


def test_sequential_is_one_function_after_the_other():
    model, x = network().eval(), rng().normal(size=(3, 1, 6, 6))
    conv, norm, relu, pool, flat, _, dense = model.layers
    y = dense(flat(pool(relu(norm(conv(x))))))
    np.testing.assert_array_equal(model(x).data, y.data)


def test_a_state_brings_back_the_output_and_the_memory():
    model, x = network(), rng().normal(size=(4, 1, 6, 6))
    model(x)
    state, before = model.state(), model.eval()(x).data.copy()
    model.train()(x + 1)
    for p in model.parameters():
        p.data = p.data + 1
    model.restore(state)
    np.testing.assert_array_equal(model.eval()(x).data, before)


def test_a_state_is_a_copy():
    layer = linear()
    state = layer.state()
    layer.W.data[...] = 0
    assert state["W"].all()


@pytest.mark.parametrize("other", [{}, {"W": np.ones((4, 3)), "b": np.ones(3)}])
def test_a_state_that_does_not_fit_is_refused(other):
    with pytest.raises(
        ValueError, match=r"restore needs W of shape \(3, 4\) and found"
    ):
        linear().restore(other)


@pytest.mark.parametrize("shape", [(5, 4), (5, 2, 3)])
def test_flatten_keeps_the_batch(shape):
    x = rng().normal(size=shape)
    expected = torch.tensor(x).flatten(1).numpy()
    np.testing.assert_array_equal(layers.flatten(x), expected)
