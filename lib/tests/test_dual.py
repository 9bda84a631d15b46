"""Forward mode against reverse mode and torch: they must say the same."""

import numpy as np
import pytest
import torch
from chainrule import dual, ops, transforms
from chainrule.dual import Dual

RNG = np.random.default_rng(6)
ONE_NUMBER = ["abs", "cos", "exp", "gelu", "leaky_relu", "log", "relu", "sigmoid"]
ONE_NUMBER += ["sin", "softplus", "sqrt", "tanh", "neg"]


@pytest.mark.parametrize("name", ONE_NUMBER)
def test_every_function_agrees_with_reverse_mode(name):
    f = getattr(ops, name)
    assert dual.derivative(f)(0.7) == pytest.approx(transforms.grad(f)(0.7), rel=1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: a + b,
        lambda a, b: a - 2 * b,
        lambda a, b: a * b,
        lambda a, b: a / b,
        lambda a, b: a**b,
        lambda a, b: 2**a + b**3,
        ops.maximum,
        lambda a, b: ops.where(a > b, a * b, b),
        lambda a, b: a.clip(0.6, 1.0) - b,
        lambda a, b: a @ b.T,
        lambda a, b: a[0] @ b[1],
        lambda a, b: (a * b).sum(1) + b.mean(1),
        lambda a, b: a.reshape(3, 2) + b.transpose() + b.swapaxes(0, 1),
        lambda a, b: a.broadcast_to((4, 2, 3)) * b,
    ],
)
def test_changes_along_a_direction_agree_with_torch(f):
    a, b, da, db = (RNG.uniform(0.5, 1.5, (2, 3)) for _ in range(4))
    y, change = dual.jvp(f, (a, b), (da, db))
    expected, theirs = transforms.jvp(f, (a, b), (da, db))
    np.testing.assert_allclose(y, expected, rtol=1e-12)
    np.testing.assert_allclose(change, theirs, rtol=1e-10)
    assert np.shape(y) == np.shape(change)


def test_a_whole_formula_agrees_with_torch():
    w, x, v = RNG.normal(size=(4, 3)), RNG.normal(size=3), RNG.normal(size=3)
    _, change = dual.jvp(lambda x: ops.tanh(w @ x).sum(), (x,), (v,))
    _, theirs = torch.autograd.functional.jvp(
        lambda x: torch.tanh(torch.tensor(w) @ x).sum(),
        torch.tensor(x),
        torch.tensor(v),
    )
    assert change == pytest.approx(theirs.item(), rel=1e-12)


def test_a_loop_is_followed_as_it_runs():
    def halved(x):
        while x > 5:
            x = x / 2
        return x

    assert dual.derivative(halved)(37.0) == 0.125


def test_a_constant_does_not_change():
    assert dual.derivative(lambda x: 3.0)(2) == 0.0


def test_float32_stays_float32():
    x = Dual(np.float32(2), 1)
    assert (x * x + 3).slope.dtype == np.float32


def test_repr_shows_value_and_slope():
    assert repr(Dual(2.0, 1.0) * 3) == "Dual(6.0, slope=3.0)"


def test_what_has_no_forward_rule_says_so():
    with pytest.raises(TypeError, match=r"logsumexp has no forward rule. Try .*jvp"):
        dual.jvp(lambda x: x.logsumexp(), (np.ones(3),), (np.ones(3),))
