"""Penalties, decay, clipping, early stopping, augmentation, smoothing and mixup."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from chainrule import optim, regularize
from chainrule.tensor import Tensor


def rng():
    return np.random.default_rng(11)


def weights():
    return [Tensor(rng().normal(size=s), requires_grad=True) for s in [(3, 5), (4,)]]


def in_torch(ws):
    return [torch.tensor(w.data, requires_grad=True) for w in ws]


PENALTIES = {
    "l1": (regularize.l1, lambda ws: sum(w.abs().sum() for w in ws)),
    "l2": (regularize.l2, lambda ws: sum((w**2).sum() for w in ws) / 2),
}


@pytest.mark.parametrize("name", PENALTIES)
def test_every_penalty_and_its_gradient_agree_with_torch(name):
    ours, theirs = PENALTIES[name]
    ws = weights()
    ts = in_torch(ws)
    loss, expected = ours(ws, 0.3), 0.3 * theirs(ts)
    loss.backward()
    expected.backward()
    np.testing.assert_allclose(loss.data, expected.item())
    for w, t in zip(ws, ts, strict=True):
        np.testing.assert_allclose(w.grad, t.grad.numpy())


@pytest.mark.parametrize("name", PENALTIES)
def test_penalties_keep_float32(name):
    w = Tensor(np.ones(3, np.float32), requires_grad=True)
    loss = PENALTIES[name][0]([w], 0.3)
    loss.backward()
    assert (loss.data.dtype, w.grad.dtype) == (np.float32, np.float32)


def test_decoupled_decay_is_the_decay_of_adamw():
    ws, vs = weights(), weights()
    with_decay = optim.AdamW(ws, 0.1, weight_decay=0.2)
    without = optim.Adam(vs, 0.1)
    for t in range(5):
        for w, v in zip(ws, vs, strict=True):
            w.grad = v.grad = np.random.default_rng(t).normal(size=w.data.shape)
        with_decay.step()
        regularize.decay(vs, 0.1, 0.2)
        without.step()
    for w, v in zip(ws, vs, strict=True):
        np.testing.assert_allclose(w.data, v.data)


@pytest.mark.parametrize("limit", [0.5, 100.0])
def test_clipping_by_norm_agrees_with_torch(limit):
    ws = weights()
    ts = in_torch(ws)
    for w, t in zip(ws, ts, strict=True):
        w.grad = rng().normal(size=w.data.shape)
        t.grad = torch.tensor(w.grad)
    before = regularize.clip_norm(ws, limit)
    assert before == pytest.approx(torch.nn.utils.clip_grad_norm_(ts, limit).item())
    for w, t in zip(ws, ts, strict=True):
        np.testing.assert_allclose(w.grad, t.grad.numpy())


def test_clipping_by_value_agrees_with_torch():
    ws = weights()
    ts = in_torch(ws)
    for w, t in zip(ws, ts, strict=True):
        w.grad = rng().normal(size=w.data.shape)
        t.grad = torch.tensor(w.grad)
    regularize.clip_value(ws, 0.4)
    torch.nn.utils.clip_grad_value_(ts, 0.4)
    for w, t in zip(ws, ts, strict=True):
        np.testing.assert_array_equal(w.grad, t.grad.numpy())


@pytest.mark.parametrize("clip", [regularize.clip_norm, regularize.clip_value])
def test_clipping_keeps_float32(clip):
    p = SimpleNamespace(grad=np.full(3, 9, np.float32))
    clip([p], 1.0)
    assert p.grad.dtype == np.float32


@pytest.mark.parametrize("clip", [regularize.clip_norm, regularize.clip_value])
def test_clipping_names_a_missing_gradient(clip):
    with pytest.raises(ValueError, match=r"parameter 0 of shape \(3, 5\) has no grad"):
        clip(weights(), 1.0)


def test_the_norm_of_huge_float32_gradients_is_finite():
    p = SimpleNamespace(grad=np.full(4, 1e30, np.float32))
    assert regularize.clip_norm([p], 1.0) == pytest.approx(2e30)
    np.testing.assert_allclose(p.grad, 0.5)


def test_a_norm_that_is_not_finite_cannot_be_clipped():
    p = SimpleNamespace(grad=np.array([1.0, np.nan]))
    with pytest.raises(FloatingPointError, match=r"clip_norm: the gradient's norm is"):
        regularize.clip_norm([p], 1.0)


class Model:
    """A model whose weights are the number of the check."""

    at = 0

    def state(self):
        return {"at": self.at}

    def restore(self, state):
        self.at = state["at"]


def checks_until_stop(losses, **options):
    model = Model()
    stopping = regularize.EarlyStopping(model, **options)
    for model.at, loss in enumerate(losses, start=1):
        if stopping.update(loss):
            break
    stopped = model.at
    stopping.restore_best()
    return stopped, model.at


@pytest.mark.parametrize(
    ("losses", "options", "stopped", "best"),
    [
        ([5, 4, 3, 2, 1], {"patience": 2}, 5, 5),
        ([5, 4, 6, 6, 6], {"patience": 2}, 4, 2),
        ([5, 6, 4, 6, 3, 6], {"patience": 2}, 6, 5),
        ([5, 6, 1], {"patience": 1}, 2, 1),
        ([5, 5, 5], {"patience": 2}, 3, 1),
        ([5, 4.9, 4.8, 4.7], {"patience": 3, "min_delta": 0.5}, 4, 1),
        ([5, 4.7, 4.4, 4.1], {"patience": 3, "min_delta": 0.5}, 4, 3),
        ([5, 4, float("nan"), 1], {"patience": 9}, 3, 2),
        ([float("inf"), 1], {"patience": 9}, 1, 0),
    ],
)
def test_early_stopping_follows_the_script(losses, options, stopped, best):
    assert checks_until_stop(losses, **options) == (stopped, best)


def test_early_stopping_on_nan_says_what_to_try():
    stopping = regularize.EarlyStopping(Model(), patience=3)
    stopping.update(float("nan"))
    assert stopping.reason.startswith("The validation loss is nan. Try a smaller")


def test_early_stopping_says_how_long_it_waited():
    stopping = regularize.EarlyStopping(Model(), patience=1)
    stopping.update(0.25)
    stopping.update(0.5)
    assert stopping.reason == "No gain in 1 checks; best 0.25."


IMAGES = {"n h w": (4, 7, 9), "n c h w": (4, 3, 7, 9)}


@pytest.mark.parametrize("shape", IMAGES.values(), ids=IMAGES)
def test_a_shift_moves_every_pixel_by_the_same_whole_number(shape):
    x = rng().normal(size=shape)
    moved = regularize.shift(x, 2, rng())
    wide = np.pad(x, [(0, 0)] * (x.ndim - 2) + [(2, 2)] * 2)
    for image, source in zip(moved, wide, strict=True):
        windows = np.lib.stride_tricks.sliding_window_view(source, (7, 9), (-2, -1))
        places = windows.reshape(-1, 25, 7, 9)
        assert any((image == places[:, k]).all() for k in range(25))


def test_shifts_differ_between_images():
    x = np.ones((20, 5, 5))
    assert len({image.tobytes() for image in regularize.shift(x, 1, rng())}) > 4


@pytest.mark.parametrize("channels", [1, 3])
def test_a_rotation_agrees_with_torch(channels):
    x = rng().normal(size=(4, channels, 8, 8))
    angle = np.deg2rad(rng().uniform(-30, 30, 4))
    c, s, zero = np.cos(angle), np.sin(angle), 0 * angle
    turn = torch.tensor(np.array([[c, -s, zero], [s, c, zero]])).permute(2, 0, 1)
    grid = F.affine_grid(turn, list(x.shape), align_corners=True)
    expected = F.grid_sample(torch.tensor(x), grid, align_corners=True)
    turned = regularize.rotate(x, 30, rng())
    np.testing.assert_allclose(turned, expected.numpy(), atol=1e-12)


@pytest.mark.parametrize("change", ["shift", "rotate", "noise"])
@pytest.mark.parametrize("shape", IMAGES.values(), ids=IMAGES)
def test_augmentation_of_nothing_changes_nothing(change, shape):
    x = rng().normal(size=shape).astype(np.float32)
    np.testing.assert_array_equal(getattr(regularize, change)(x, 0, rng()), x)


@pytest.mark.parametrize("change", ["shift", "rotate", "noise"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_augmentation_keeps_shape_and_dtype(change, dtype):
    x = rng().normal(size=(3, 8, 8)).astype(dtype)
    y = getattr(regularize, change)(x, 1, rng())
    assert (y.shape, y.dtype) == (x.shape, dtype)


def test_noise_has_the_deviation_that_was_asked_for():
    assert regularize.noise(np.zeros(40_000), 0.3, rng()).std() == pytest.approx(
        0.3, rel=0.02
    )


def test_smoothed_labels_agree_with_torch():
    z, y = rng().normal(size=(6, 4)), np.array([0, 3, 1, 1, 2, 0])
    rows = regularize.smooth_labels(y, 4, 0.1)
    expected = F.cross_entropy(torch.tensor(z), torch.tensor(y), label_smoothing=0.1)
    ours = F.cross_entropy(torch.tensor(z), torch.tensor(rows))
    assert ours.item() == pytest.approx(expected.item())


def test_mixup_blends_examples_and_targets_by_the_same_share():
    x = rng().normal(size=(8, 5))
    rows = np.eye(8)
    blended, shares = regularize.mixup(x, rows, 0.4, rng())
    np.testing.assert_allclose(shares @ x, blended)
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_mixup_keeps_float32():
    x = np.ones((4, 2), np.float32)
    assert regularize.mixup(x, x, 0.4, rng())[0].dtype == np.float32
