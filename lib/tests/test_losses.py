"""Losses against torch.nn.functional: values, gradients, extremes, float32."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from chainrule import losses
from chainrule.tensor import Tensor
from chainrule.transforms import hvp
from hypothesis import given, settings
from hypothesis import strategies as st

LABELS = np.array([0, 3, 1, 1, 2])


def draw(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def rows(seed, *shape):
    """Rows of probabilities."""
    p = np.exp(draw(seed, *shape))
    return p / p.sum(axis=-1, keepdims=True)


def log_rows(seed, *shape):
    return np.log(rows(seed, *shape))


# Our loss, torch's, its arguments, and which of them carry gradients.
CASES = {
    "mse": (losses.mse, F.mse_loss, (draw(1, 5, 4), draw(2, 5, 4)), (0, 1)),
    "huber": (losses.huber, F.huber_loss, (3 * draw(1, 5, 4), draw(2, 5, 4)), (0, 1)),
    "huber at 0.3": (
        lambda a, b: losses.huber(a, b, delta=0.3),
        lambda a, b: F.huber_loss(a, b, delta=0.3),
        (draw(1, 5, 4), draw(2, 5, 4)),
        (0, 1),
    ),
    "cross_entropy": (
        losses.cross_entropy,
        F.cross_entropy,
        (3 * draw(3, 5, 4), LABELS),
        (0,),
    ),
    "cross_entropy of rows": (
        losses.cross_entropy,
        F.cross_entropy,
        (3 * draw(3, 5, 4), rows(4, 5, 4)),
        (0,),
    ),
    "bce_with_logits": (
        losses.bce_with_logits,
        F.binary_cross_entropy_with_logits,
        (3 * draw(5, 7), (draw(6, 7) > 0) * 1.0),
        (0,),
    ),
    "bce_with_logits of soft targets": (
        losses.bce_with_logits,
        F.binary_cross_entropy_with_logits,
        (3 * draw(5, 7), rows(6, 7)),
        (0,),
    ),
    "kl": (
        losses.kl,
        lambda p, q: F.kl_div(q, p, reduction="batchmean", log_target=True),
        (log_rows(7, 5, 4), log_rows(8, 5, 4)),
        (0, 1),
    ),
}


def gradients(loss, arguments, which):
    tensors = [
        Tensor(a, requires_grad=True) if i in which else a
        for i, a in enumerate(arguments)
    ]
    value = loss(*tensors)
    value.backward()
    return value.data, [tensors[i].grad for i in which]


def torch_gradients(loss, arguments, which):
    tensors = [
        torch.tensor(a, requires_grad=i in which) for i, a in enumerate(arguments)
    ]
    value = loss(*tensors)
    value.backward()
    return value.item(), [tensors[i].grad.numpy() for i in which]


@pytest.mark.parametrize("name", CASES)
def test_every_loss_and_gradient_agrees_with_torch(name):
    ours, theirs, arguments, which = CASES[name]
    value, grads = gradients(ours, arguments, which)
    expected, expected_grads = torch_gradients(theirs, arguments, which)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    for g, e in zip(grads, expected_grads, strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_every_gradient_agrees_with_central_differences(name):
    loss, _, arguments, which = CASES[name]
    _, grads = gradients(loss, arguments, which)
    for i, g in zip(which, grads, strict=True):
        v, h = draw(9, *g.shape), 1e-6
        ends = []
        for sign in (1, -1):
            moved = list(arguments)
            moved[i] = arguments[i] + sign * h * v
            ends.append(loss(*moved))
        slope = (ends[0] - ends[1]) / (2 * h)
        np.testing.assert_allclose((g * v).sum(), slope, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_every_second_derivative_agrees_with_torch(name):
    ours, theirs, arguments, which = CASES[name]
    for i in which:
        x, v = arguments[i], draw(10, *arguments[i].shape)
        before, after = arguments[:i], arguments[i + 1 :]
        fixed = [torch.tensor(a) for a in before], [torch.tensor(a) for a in after]
        _, expected = torch.autograd.functional.hvp(
            lambda t, fixed=fixed: theirs(*fixed[0], t, *fixed[1]),
            torch.tensor(x),
            torch.tensor(v),
        )
        curved = hvp(lambda t, b=before, a=after: ours(*b, t, *a), x, v)
        np.testing.assert_allclose(curved, expected.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_arrays_and_tensors_give_the_same_value(name):
    loss, _, arguments, which = CASES[name]
    np.testing.assert_allclose(
        loss(*arguments), gradients(loss, arguments, which)[0], rtol=1e-14
    )


@pytest.mark.parametrize("name", CASES)
def test_float32_in_gives_float32_out(name):
    loss, _, arguments, which = CASES[name]
    single = [a.astype(np.float32) if a.dtype == float else a for a in arguments]
    value, grads = gradients(loss, single, which)
    assert {value.dtype, *(g.dtype for g in grads)} == {np.dtype(np.float32)}


def test_float64_target_rows_leave_float32_logits_alone():
    z = Tensor(draw(3, 5, 4).astype(np.float32), requires_grad=True)
    assert losses.cross_entropy(z, rows(4, 5, 4)).dtype == np.float32


EXTREME = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 999.0]])


@pytest.mark.parametrize("y", [[0, 1], [1, 0], [2, 2]])
def test_cross_entropy_is_right_at_a_thousand(y):
    value, (g,) = gradients(losses.cross_entropy, (EXTREME, np.array(y)), (0,))
    expected, (e,) = torch_gradients(F.cross_entropy, (EXTREME, np.array(y)), (0,))
    np.testing.assert_allclose(value, expected)
    np.testing.assert_allclose(g, e, atol=1e-300)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bce_keeps_all_its_digits_from_zero_to_a_thousand(dtype):
    for z in np.array([-1000, -20, 0, 20, 1000], dtype):
        for y in (0.0, 1.0):
            arguments = np.array([z]), np.array([y], dtype)
            value, (g,) = gradients(losses.bce_with_logits, arguments, (0,))
            expected, (e,) = torch_gradients(
                CASES["bce_with_logits"][1], arguments, (0,)
            )
            np.testing.assert_allclose(value, expected, rtol=1e-6)
            np.testing.assert_allclose(g, e, rtol=1e-6, atol=1e-8)


def test_kl_between_extreme_logits_is_finite():
    log_p, log_q = losses.log_softmax(EXTREME), losses.log_softmax(-EXTREME)
    theirs = CASES["kl"][1](torch.tensor(log_p), torch.tensor(log_q)).item()
    assert losses.kl(log_p, log_q) == pytest.approx(theirs)


def test_log_softmax_is_finite_at_a_thousand():
    expected = F.log_softmax(torch.tensor(EXTREME), dim=-1).numpy()
    np.testing.assert_allclose(losses.log_softmax(EXTREME), expected)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=3), seed=st.integers(0, 99)
)
def test_log_softmax_agrees_with_torch_in_every_shape(shape, seed):
    x, g = draw(seed, *shape), draw(seed + 1, *shape)
    z, t = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, expected = losses.log_softmax(z), F.log_softmax(t, dim=-1)
    y.backward(g)
    expected.backward(torch.tensor(g))
    np.testing.assert_allclose(y.data, expected.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(z.grad, t.grad.numpy(), atol=1e-12)


def test_the_gradient_of_cross_entropy_sums_to_zero_in_each_row():
    _, (g,) = gradients(losses.cross_entropy, CASES["cross_entropy"][2], (0,))
    np.testing.assert_allclose(g.sum(axis=1), 0, atol=1e-15)


def test_kl_of_a_one_hot_p_is_the_cross_entropy():
    z, y = draw(1, 5, 4), LABELS
    one_hot = np.where(np.eye(4)[y] > 0, 0.0, -1000.0)
    assert losses.kl(one_hot, losses.log_softmax(z)) == pytest.approx(
        losses.cross_entropy(z, y)
    )


@pytest.mark.parametrize("name", ["mse", "huber", "bce_with_logits", "kl"])
def test_shapes_that_would_broadcast_are_refused(name):
    with pytest.raises(
        ValueError, match=rf"{name} got shapes \(3,\) and \(3, 1\)\. Try a reshape"
    ):
        getattr(losses, name)(np.zeros(3), np.zeros((3, 1)))


@pytest.mark.parametrize("y", [np.zeros(4, int), np.zeros(5), np.zeros((5, 1), int)])
def test_labels_of_the_wrong_kind_are_refused(y):
    with pytest.raises(ValueError, match=r"cross_entropy got logits of shape \(5, 4\)"):
        losses.cross_entropy(draw(1, 5, 4), y)


@pytest.mark.parametrize("y", [[0, 1, 2, 3, 4], [0, 1, -1, 2, 3]])
def test_labels_that_are_no_class_are_refused(y):
    with pytest.raises(ValueError, match=r"fit 4 classes\. Try labels from 0 to 3"):
        losses.cross_entropy(draw(1, 5, 4), np.array(y))
