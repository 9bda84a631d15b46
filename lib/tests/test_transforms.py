"""The transforms against torch.autograd.functional and torch.func."""

import numpy as np
import pytest
import torch
from chainrule import ops, tensor
from chainrule.tensor import Tensor, no_grad
from chainrule.transforms import (
    GradientTape,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    vjp,
)
from torch.autograd import functional

RNG = np.random.default_rng(5)
W, V = RNG.normal(size=(4, 3)), RNG.normal(size=4)
X, Y = RNG.normal(size=3), RNG.normal(size=3)


def number(x):
    return (ops.tanh(W @ x) * V).logsumexp()


def torch_number(x):
    return torch.logsumexp(torch.tanh(torch.tensor(W) @ x) * torch.tensor(V), 0)


def vector(x, y):
    return ops.sin(W @ x) * (y * y).sum()


def torch_vector(x, y):
    return torch.sin(torch.tensor(W) @ x) * (y * y).sum()


def t(array):
    return torch.tensor(array)


def agree(ours, theirs):
    theirs = theirs.numpy() if isinstance(theirs, torch.Tensor) else theirs
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)
    assert np.shape(ours) == np.shape(theirs)


def test_grad_agrees_with_torch():
    agree(grad(number)(X), torch.func.grad(torch_number)(t(X)))


def test_grad_takes_the_argument_it_is_told():
    def f(x, y):
        return vector(x, y).sum()

    theirs = torch.func.grad(lambda x, y: torch_vector(x, y).sum(), (0, 1))(t(X), t(Y))
    agree(grad(f)(X, Y), theirs[0])
    agree(grad(f, 1)(X, Y), theirs[1])


def test_grad_nests_to_any_order():
    def f(x):
        return ops.sin(x) * x**3

    def torch_f(x):
        return torch.sin(x) * x**3

    ours, theirs = f, torch_f
    for _ in range(4):
        ours, theirs = grad(ours), torch.func.grad(theirs)
        agree(ours(0.7), theirs(torch.tensor(0.7, dtype=torch.float64)))


def test_an_inner_derivative_may_use_the_outer_variable():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(2.0) == 1.0
    assert grad(lambda x: grad(lambda y: x * y)(1.0))(2.0) == 1.0
    assert grad(lambda x: grad(lambda y: x)(1.0) * x)(2.0) == 0.0


def test_vjp_agrees_with_torch_in_value_and_pullback():
    y, pull = vjp(vector, X, Y)
    their_y, theirs = functional.vjp(torch_vector, (t(X), t(Y)), t(V))
    agree(y, their_y)
    for ours, their in zip(pull(V), theirs, strict=True):
        agree(ours, their)


def test_vjp_can_be_pulled_more_than_once():
    _, pull = vjp(number, X)
    agree(pull(2.0), 2 * pull(1.0))


def test_jvp_agrees_with_torch():
    y, change = jvp(vector, (X, Y), (Y, X))
    theirs = functional.jvp(torch_vector, (t(X), t(Y)), (t(Y), t(X)))
    agree(y, theirs[0])
    agree(change, theirs[1])


def test_jvp_of_one_argument_takes_plain_arrays():
    agree(jvp(number, X, Y)[1], functional.jvp(torch_number, t(X), t(Y))[1])


def test_jacobian_agrees_with_torch_in_every_axis():
    def f(x):
        return ops.tanh(x @ W.T)

    x = RNG.normal(size=(2, 3))
    agree(jacobian(f)(x), functional.jacobian(lambda x: torch.tanh(x @ t(W).T), t(x)))


def test_hessian_agrees_with_torch():
    agree(hessian(number)(X), functional.hessian(torch_number, t(X)))


def test_hvp_agrees_with_torch():
    agree(hvp(number, X, Y), functional.hvp(torch_number, t(X), t(Y))[1])


def test_hvp_takes_several_arguments():
    def loss(w, b):
        return ops.tanh(w @ X + b).logsumexp()

    def torch_loss(w, b):
        return torch.logsumexp(torch.tanh(w @ t(X) + b), 0)

    theirs = functional.hvp(torch_loss, (t(W), t(V)), (t(W * W), t(V + 1)))[1]
    found = hvp(loss, (W, V), (W * W, V + 1))
    for ours, their in zip(found, theirs, strict=True):
        agree(ours, their)


def test_transforms_can_be_differentiated():
    def curvature(x):
        return (hvp(number, x, Tensor(Y)) * Y).sum()

    def torch_curvature(x):
        hessian = functional.hessian(torch_number, x, create_graph=True)
        return t(Y) @ hessian @ t(Y)

    agree(grad(curvature)(X), functional.jacobian(torch_curvature, t(X)))


def test_jvp_can_be_differentiated():
    def f(x):
        return jvp(number, x, Y)[1]

    agree(grad(f)(X), functional.hvp(torch_number, t(X), t(Y))[1])


def test_derivatives_of_a_constant_are_zero():
    assert grad(lambda x: 3.0)(1.0) == 0.0
    assert jvp(lambda x: Tensor(3.0), 1.0, 1.0)[1] == 0.0
    agree(hessian(lambda x: x.sum())(X), np.zeros((3, 3)))


def test_whole_numbers_are_taken_as_floats():
    assert grad(lambda x: x**2)(3) == 6.0


def test_float32_stays_float32():
    x = X.astype(np.float32)
    w = W.astype(np.float32)

    def f(x):
        return ops.tanh(w @ x).logsumexp()

    for found in (grad(f)(x), hessian(f)(x), hvp(f, x, x), jvp(f, x, x)[1]):
        assert found.dtype == np.float32


def test_transforms_record_even_under_no_grad():
    with no_grad():
        assert grad(lambda x: x**2)(3.0) == 6.0


def test_arrays_give_arrays_and_tensors_give_tensors():
    assert isinstance(grad(number)(X), np.ndarray)
    assert isinstance(grad(number)(Tensor(X)), Tensor)


def test_grad_leaves_the_grad_of_leaves_alone():
    x = Tensor(X, requires_grad=True)
    grad(number)(x)
    assert x.grad is None


def test_grad_of_many_results_is_refused_with_their_shape():
    with pytest.raises(ValueError, match=r"one number .* \(3,\).* Try jacobian"):
        grad(lambda x: x * 2)(X)


# ---- the tape ----
def test_a_tape_gives_the_gradient_of_what_it_watched():
    x = Tensor(X)
    with GradientTape() as tape:
        tape.watch(x)
        y = number(x)
    agree(tape.gradient(y, x).data, grad(number)(X))
    assert not x.requires_grad


def test_a_tape_follows_leaves_that_require_gradients_without_being_told():
    w, b = Tensor(W, requires_grad=True), Tensor(V, requires_grad=True)
    with GradientTape() as tape:
        y = ops.tanh(w @ X + b).sum()
    dw, db = tape.gradient(y, [w, b])
    theirs = torch.func.grad(
        lambda w, b: torch.tanh(w @ t(X) + b).sum(), argnums=(0, 1)
    )(t(W), t(V))
    agree(dw.data, theirs[0])
    agree(db.data, theirs[1])
    assert w.grad is None


def test_a_second_gradient_from_a_tape_is_refused():
    x = Tensor(2.0)
    with GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="Try GradientTape\\(persistent=True\\)"):
        tape.gradient(y, x)


def test_a_persistent_tape_gives_gradients_of_inner_nodes_too():
    x = Tensor(2.0)
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    assert tape.gradient(z, x).item() == 32.0
    assert tape.gradient(z, y).item() == 8.0
    assert [g.item() for g in tape.gradient(z, [x, y])] == [32.0, 8.0]


def test_tapes_nest_to_second_derivatives():
    x = Tensor(2.0)
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = x**3
        slope = inner.gradient(y, x)
    assert (slope.item(), outer.gradient(slope, x).item()) == (12.0, 12.0)


def test_what_happens_after_the_tape_is_not_on_it():
    x = Tensor(2.0, requires_grad=True)
    with GradientTape(persistent=True) as tape:
        y = x * x
    late = y * 3
    with pytest.raises(ValueError, match=r"no path .* Try tape.watch"):
        tape.gradient(late, x)
    assert tape.gradient(y, x).item() == 4.0


def test_a_tape_takes_an_upstream_gradient():
    x = Tensor(X)
    with GradientTape() as tape:
        tape.watch(x)
        y = W @ x
    agree(tape.gradient(y, x, V).data, W.T @ V)


def test_a_gradient_taken_inside_the_tape_leaves_no_tape_open():
    x = Tensor(2.0)
    with GradientTape() as tape:
        tape.watch(x)
        assert tape.gradient(x * x, x).item() == 4.0
    assert tensor.tapes == []


@pytest.mark.parametrize("x", [3.0, np.ones(2), Tensor(np.arange(2))])
def test_a_tape_watches_nothing_but_tensors_of_floats(x):
    with GradientTape() as tape, pytest.raises(TypeError, match=r"not a .* Try Tensor"):
        tape.watch(x)


def test_an_error_inside_closes_the_tape():
    x = Tensor(2.0)
    with pytest.raises(KeyError), GradientTape() as tape:
        tape.watch(x)
        raise KeyError
    assert not x.requires_grad and not (x * x).requires_grad


def test_gradients_take_what_they_are_asked_for_as_independent():
    x = Tensor(2.0, requires_grad=True)
    y = x * x
    z = y * y
    assert gradients(z, [x]) == [32.0]
    assert gradients(z, [x, y]) == [0.0, 8.0]
