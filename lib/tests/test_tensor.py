"""The engine around the rules: recording, walking, adding up, and what it refuses."""

import gc
import operator
import tracemalloc

import numpy as np
import pytest
import torch
from chainrule import ops
from chainrule.tensor import Tensor, conform, no_grad, recording, unbroadcast


def leaf(*shape, dtype=np.float64):
    array = np.random.default_rng(3).normal(size=shape).astype(dtype)
    return Tensor(array, requires_grad=True)


# ---- what a Tensor is ----
def test_lists_and_numbers_become_float64_and_arrays_keep_their_type():
    assert Tensor([1.0, 2.0]).dtype == Tensor(3.0).dtype == np.float64
    assert Tensor(np.ones(2, np.float32)).dtype == np.float32
    assert Tensor([1, 2], requires_grad=True).dtype == Tensor(2).dtype == np.float64
    assert Tensor(np.array([1, 2])).dtype.kind == "i"


def test_a_tensor_shows_shape_type_and_the_way_it_was_made():
    x = Tensor(np.ones((2, 3)), requires_grad=True, label="x")
    y = x * 2
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3), 2, 6, 2)
    assert (x.label, x.op, x.inputs) == ("x", "", ())
    assert (y.op, y.inputs, y.args) == ("mul", (x,), (x, 2))
    assert y.T.shape == (3, 2)
    assert (x @ y.T).inputs[0] is x


def test_a_single_number_converts_to_python():
    x = Tensor([2.5])
    assert (x.item(), float(x.sum()), bool(x[0] > 2)) == (2.5, 2.5, True)


def test_repr_shows_numbers_label_and_operation():
    assert repr(Tensor([1.0, 2.0], label="x")) == "Tensor([1., 2.], label='x')"
    assert repr(Tensor([1.0], requires_grad=True).exp()) == "Tensor([2.7183], op=exp)"


def test_rows_can_be_iterated():
    x = leaf(3, 2)
    total = sum((row * row).sum() for row in x)
    total.backward()
    np.testing.assert_allclose(x.grad, 2 * x.data)


def test_comparisons_give_arrays_of_bools_and_record_nothing():
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([2.0, 2.0])
    assert (x < y).tolist() == [True, False] and (x >= y).tolist() == [False, True]
    assert (x == y).tolist() == [False, True] and (x != 1.0).tolist() == [False, True]
    assert (x <= 1).tolist() == [True, False] and (x > 1).tolist() == [False, True]


def test_tensors_serve_as_keys_whatever_they_hold():
    x, y = Tensor([1.0, 2.0]), Tensor([1.0, 2.0])
    assert {x: "x", y: "y"}[x] == "x"


@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul])
def test_an_array_on_the_left_is_left_to_the_tensor(op):
    x = leaf(3)
    y = op(np.arange(3.0), x)
    assert isinstance(y, Tensor)
    np.testing.assert_allclose(y.data, op(np.arange(3.0), x.data))


def test_numpy_numbers_and_matrices_on_the_left_are_left_to_the_tensor():
    x = leaf(3)
    assert isinstance(np.float64(2) * x, Tensor)
    assert isinstance(np.ones((2, 3)) @ x, Tensor)


def test_methods_are_the_functions_of_the_table():
    assert Tensor.exp is ops.exp and Tensor.sum is ops.sum


# ---- what is recorded ----
def test_only_what_a_gradient_can_reach_is_recorded():
    constant, x = Tensor([1.0]), leaf(1)
    assert not (constant * 2).requires_grad and (constant * 2).inputs == ()
    assert (constant * x).requires_grad


def test_nothing_is_recorded_under_no_grad_also_when_nested():
    x = leaf(2)
    with no_grad():
        with no_grad():
            pass
        assert not (x * 2).requires_grad
        with recording(True):
            assert (x * 2).requires_grad
    assert (x * 2).requires_grad


def test_recording_resumes_after_an_error():
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (leaf(2) * 2).requires_grad


def test_detach_cuts_the_past_and_copies_the_array():
    x = leaf(2)
    y = x * 2
    cut = y.detach()
    (cut * x).sum().backward()
    np.testing.assert_allclose(x.grad, y.data)
    assert not np.shares_memory(cut.data, y.data) and cut.inputs == ()


# ---- what backward leaves ----
def test_gradients_add_up_over_calls():
    x = leaf(2, 3)
    for times in (1, 2):
        (x * x).sum().backward()
        np.testing.assert_allclose(x.grad, times * 2 * x.data)


def test_a_gradient_added_later_leaves_the_array_handed_out_before():
    x = leaf(2)
    (x * 3).sum().backward()
    first = x.grad
    (x * 3).sum().backward()
    assert first.tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    "join",
    [
        lambda a, b: a + b,
        lambda a, b: b + a,
        lambda a, b: a.reshape(-1) + b,
        lambda a, b: b + a.transpose(),
        lambda a, b: ops.concatenate([a, b]),
    ],
)
def test_no_two_leaves_share_a_gradient_array(join):
    a, b = leaf(3), leaf(3)
    y = join(a, b)
    g = np.ones(y.shape)
    y.backward(g)
    assert not np.shares_memory(a.grad, b.grad)
    assert not np.shares_memory(a.grad, g) and not np.shares_memory(b.grad, g)
    a.grad -= 7
    assert b.grad.tolist() == [1.0] * 3 and g[0] == 1.0


@pytest.mark.parametrize(
    "f", [lambda x: x.sum(), lambda x: x.mean(), lambda x: x.T.sum(0).sum()]
)
def test_every_gradient_can_be_written_to(f):
    x = leaf(2, 3)
    f(x).backward()
    x.grad *= 0.5
    assert x.grad.flags.writeable and x.grad.flags.c_contiguous


def test_a_shared_node_adds_its_paths_out_of_place():
    x = leaf(3)
    y = x * 1
    a, b = y + 0, y + 0
    (a * 2 + b * 3 + a).sum().backward()
    assert x.grad.tolist() == [6.0] * 3


def test_gradients_are_arrays_of_the_leafs_type_and_shape_even_for_one_number():
    x = Tensor(np.float32(2.0), requires_grad=True)
    (x * x).backward()
    (x * x).backward()
    assert isinstance(x.grad, np.ndarray)
    assert (x.grad.dtype, x.grad.shape, x.grad.item()) == (np.float32, (), 8.0)


def test_a_float32_leaf_gets_float32_from_a_float64_graph():
    x = leaf(3, dtype=np.float32)
    (x * np.arange(3.0)).sum().backward()
    assert x.grad.dtype == np.float32


def test_a_result_of_one_entry_needs_no_upstream_gradient():
    x = leaf(1, 1)
    (x * 3).backward()
    assert x.grad.tolist() == [[3.0]]


def test_the_upstream_gradient_may_be_a_tensor_or_a_list():
    x = leaf(2)
    (x * 1).backward(Tensor([1.0, 2.0]))
    (x * 1).backward([10.0, 20.0])
    assert x.grad.tolist() == [11.0, 22.0]


def test_a_kept_graph_keeps_the_gradients_of_its_inner_nodes():
    x = leaf(2)
    y = x * 3
    z = (y * y).sum()
    z.backward(retain_graph=True)
    z.backward(retain_graph=True)
    np.testing.assert_allclose(y.grad, 2 * y.data)
    np.testing.assert_allclose(x.grad, 2 * 6 * y.data)
    assert y.inputs == (x,) and z.grad == 1.0


def test_a_freed_graph_holds_its_leaves_no_longer():
    x = leaf(2)
    y = x * 3
    y.sum().backward()
    assert y.inputs == () and y.grad is None


def test_a_list_of_losses_holds_no_graphs():
    x, losses = leaf(1000), []

    def step():
        loss = (x * 2).sum()
        loss.backward()
        losses.append(loss)

    step()
    tracemalloc.start()
    for _ in range(50):
        step()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 50 * 1000  # an array of 1000 numbers would take 8000 bytes each


def test_a_node_of_a_long_chain_takes_at_most_400_bytes():
    gc.collect()
    tracemalloc.start()
    y = leaf()
    for _ in range(10_000):
        y = -y
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used / 10_000 <= 400


# ---- broadcasting ----
@pytest.mark.parametrize(
    "shape", [(2, 3, 4), (3, 4), (4,), (), (1,), (3, 1), (2, 1, 4), (1, 1, 1)]
)
def test_unbroadcast_sums_over_what_was_repeated(shape):
    g = np.random.default_rng(0).normal(size=(2, 3, 4))
    x = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    x.expand(2, 3, 4).backward(torch.tensor(g))
    np.testing.assert_allclose(unbroadcast(g, shape), x.grad.numpy())


def test_unbroadcast_returns_the_very_gradient_when_shapes_agree():
    g = np.ones((2, 3))
    assert unbroadcast(g, (2, 3)) is g and conform(g, leaf(2, 3)) is g


# ---- what is refused, and how ----
def refused(error, call, *words):
    with pytest.raises(error) as raised:
        call()
    text = str(raised.value)
    assert all(word in text for word in words), text
    assert "Try" in text and "!" not in text


def test_backward_from_many_entries_asks_for_a_gradient():
    refused(ValueError, lambda: (leaf(2, 3) * 2).backward(), "(2, 3)", ".sum()")


def test_backward_with_a_gradient_of_another_shape_names_both():
    refused(ValueError, lambda: (leaf(2, 3) * 2).backward(np.ones(3)), "(3,)", "(2, 3)")


def test_a_second_backward_through_a_freed_graph_names_the_node():
    y = (leaf(2) * 3).sum()
    y.backward()
    refused(RuntimeError, y.backward, "sum", "freed", "retain_graph=True")


def test_a_graph_freed_from_another_end_is_named_before_anything_is_added():
    x, z = leaf(2), leaf(2)
    shared = x.exp()
    shared.sum().backward()
    before = x.grad
    refused(RuntimeError, lambda: (shared * z).sum().backward(), "exp", "(2,)", "freed")
    assert x.grad is before and z.grad is None


def assign(x):
    x.data = x.data + 1


def subtract(x):
    x.data -= 1


def write(x):
    x[0] = 5.0


@pytest.mark.parametrize("change", [assign, subtract, write])
@pytest.mark.parametrize("what", ["an input", "the result"])
def test_a_tensor_changed_after_it_was_recorded_is_caught(change, what):
    x = leaf(2)
    y = x.exp()
    change(x if what == "an input" else y)
    refused(RuntimeError, y.sum().backward, "exp", "(2,)", "changed in place")


def test_a_change_before_recording_or_elsewhere_is_no_error():
    x, other = leaf(2), leaf(2)
    x[0] = 5.0
    y = x.exp().sum()
    other[0] = 7.0
    y.backward()
    np.testing.assert_allclose(x.grad, np.exp(x.data))


def test_a_tensor_may_be_written_to_with_another_as_index_and_value():
    x = Tensor([1.0, 2.0, 3.0])
    x[Tensor(np.array([0, 2]))] = Tensor([7.0, 9.0])
    assert x.data.tolist() == [7.0, 2.0, 9.0]
    assert x[Tensor(np.array([2, 0]))].data.tolist() == [9.0, 7.0]


def test_writing_a_value_that_has_a_gradient_is_refused():
    x, v = Tensor([1.0, 2.0]), leaf()
    refused(RuntimeError, lambda: operator.setitem(x, 0, v), "setitem", "(2,)", "where")


def test_backward_from_a_constant_says_what_is_missing():
    refused(RuntimeError, Tensor([1.0]).sum().backward, "requires_grad=True")


@pytest.mark.parametrize("data", [np.array([1, 2]), np.array([True])])
def test_integer_and_bool_leaves_have_no_gradient(data):
    refused(TypeError, lambda: Tensor(data, requires_grad=True), "float")


@pytest.mark.parametrize("data", ["text", [1j]])
def test_what_is_not_a_real_number_is_refused(data):
    refused(TypeError, lambda: Tensor(data), "real numbers")


@pytest.mark.parametrize(
    "mix",
    [
        lambda x, t: x * t,
        lambda x, t: x + t,
        lambda x, t: t * x,
        lambda x, t: t + x,
        lambda x, t: x @ t,
        lambda x, t: ops.maximum(x, t),
        lambda x, t: Tensor(t),
    ],
)
def test_torch_tensors_are_refused_with_the_way_out(mix):
    t = torch.ones(3)
    refused(TypeError, lambda: mix(leaf(3), t), "torch tensor", "(3,)", ".numpy()")


def test_numpy_functions_do_not_cut_a_graph_silently():
    refused(RuntimeError, lambda: np.asarray(leaf(2)), "(2,)", "chainrule.ops")
    assert np.asarray(Tensor([1.0, 2.0])).tolist() == [1.0, 2.0]
