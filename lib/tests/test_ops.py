"""Every operation against torch.autograd and against central differences."""

import operator
from typing import NamedTuple

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from chainrule import ops
from chainrule.ops import convolution
from chainrule.tensor import Tensor
from chainrule.transforms import gradients
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

QUICK = settings(max_examples=40, deadline=None, derandomize=True)


class Case(NamedTuple):
    name: str
    ours: object
    theirs: object
    shapes: list
    low: float = -2.0  # arguments are drawn from low to 2


def unary(name, theirs=None, low=-2.0):
    theirs = theirs or getattr(torch, name)
    return Case(name, getattr(ops, name), theirs, [(3, 4)], low)


def binary(name, op, a, b, low=-2.0):
    return Case(f"{name}{a}{b}", op, op, [a, b], low)


def reduced(name, theirs, axis, keepdims, **more):
    def ours(x):
        return getattr(ops, name)(x, axis, keepdims, **more)

    def torchs(x):
        dims = range(x.ndim) if axis is None else axis
        more_ = {"correction": more.get("ddof", 0)} if name == "var" else {}
        return theirs(x, dim=tuple(dims) if np.ndim(dims) else dims, **more_).reshape(
            np.sum(np.empty(x.shape), axis, keepdims=keepdims).shape
        )

    return Case(f"{name} over {axis}, {keepdims}", ours, torchs, [(3, 4, 2)])


MATMULS = [
    [(3,), (3,)],
    [(2, 3), (3,)],
    [(3,), (3, 4)],
    [(2, 3), (3, 4)],
    [(5, 2, 3), (3,)],
    [(3,), (5, 3, 4)],
    [(5, 2, 3), (3, 4)],
    [(2, 3), (5, 3, 4)],
    [(6, 1, 2, 3), (5, 3, 4)],
]
REDUCTIONS = {
    "sum": torch.sum,
    "mean": torch.mean,
    "var": torch.var,
    "max": torch.amax,
    "min": torch.amin,
    "logsumexp": torch.logsumexp,
}
LABELS, ROWS = np.array([0, 2, 1, 2]), np.array([0, 2, 0, 1, 2])
SOFT = np.random.default_rng(1).dirichlet(np.ones(3), 4)
GRID = np.array([[0, 1, 1], [2, 2, 3], [0, 0, 0]])
MASK = np.arange(12).reshape(3, 4) % 3 > 0


def typed(like, array):
    return torch.as_tensor(array).to(like.dtype)


CASES = [
    *map(unary, ["abs", "cos", "exp", "neg", "relu", "sigmoid", "sin", "tanh"]),
    unary("log", low=0.3),
    unary("sqrt", low=0.3),
    unary("identity", lambda x: x * 1),
    unary("softplus", F.softplus),
    unary("gelu", lambda x: F.gelu(x, approximate="tanh")),
    unary("leaky_relu", F.leaky_relu),
    Case(
        "leaky_relu 2",
        lambda x: ops.leaky_relu(x, 2.0),
        lambda x: F.leaky_relu(x, 2),
        [(3, 4)],
    ),
    binary("add", operator.add, (3, 4), (4,)),
    binary("sub", operator.sub, (3, 1), (2, 3, 4)),
    binary("mul", operator.mul, (3, 4), (3, 1)),
    binary("div", operator.truediv, (4,), (3, 4), 0.3),
    binary("power", operator.pow, (3, 4), (3, 1), 0.3),
    binary("mul", operator.mul, (), (3, 4)),
    Case("x + 2", lambda x: x + 2, lambda x: x + 2, [(3, 4)]),
    Case("2 - x", lambda x: 2 - x, lambda x: 2 - x, [(3, 4)]),
    Case("2 * x", lambda x: 2 * x, lambda x: 2 * x, [(3, 4)]),
    Case("2 / x", lambda x: 2 / x, lambda x: 2 / x, [(3, 4)], 0.3),
    Case("x / 2", lambda x: x / 2, lambda x: x / 2, [(3, 4)]),
    Case("x ** 3", lambda x: x**3, lambda x: x**3, [(3, 4)]),
    Case("x ** 2", lambda x: x**2, lambda x: x**2, [(3, 4)]),
    Case("x ** -1.5", lambda x: x**-1.5, lambda x: x**-1.5, [(3, 4)], 0.3),
    Case("2 ** x", lambda x: 2**x, lambda x: 2**x, [(3, 4)]),
    Case("maximum", ops.maximum, torch.maximum, [(3, 4), (2, 1, 4)]),
    Case("minimum", ops.minimum, torch.minimum, [(3, 4), (2, 1, 4)]),
    Case("clip", lambda x: ops.clip(x, -1, 0.5), lambda x: x.clamp(-1, 0.5), [(3, 4)]),
    Case("clip below", lambda x: ops.clip(x, 0.2), lambda x: x.clamp(0.2), [(3, 4)]),
    Case(
        "where",
        lambda a, b: ops.where(MASK, a, b),
        lambda a, b: torch.where(torch.tensor(MASK), a, b),
        [(3, 4), (4,)],
    ),
    *(
        reduced(name, theirs, axis, keepdims)
        for name, theirs in REDUCTIONS.items()
        for axis, keepdims in [(None, False), (1, False), (-1, True), ((0, 2), False)]
    ),
    reduced("sum", torch.sum, None, True),
    reduced("var", torch.var, (0, -1), False, ddof=1),
    Case(
        "normalize",
        lambda x: ops.normalize(x, (1, 2), 1e-3),
        lambda x: F.layer_norm(x, (4, 2), eps=1e-3),
        [(3, 4, 2)],
    ),
    *(Case(f"matmul{a}{b}", ops.matmul, torch.matmul, [a, b]) for a, b in MATMULS),
    *(
        Case(f"linear {x}", ops.linear, F.linear, [x, (4, 3), (4,)])
        for x in [(3,), (2, 3), (5, 2, 3)]
    ),
    Case("linear without b", ops.linear, F.linear, [(2, 3), (4, 3)]),
    Case(
        "softmax_cross_entropy",
        lambda x: ops.softmax_cross_entropy(x, LABELS),
        lambda x: F.cross_entropy(x, torch.tensor(LABELS)),
        [(4, 3)],
    ),
    Case(
        "softmax_cross_entropy of probabilities",
        lambda x: ops.softmax_cross_entropy(x, SOFT.astype(x.dtype)),
        lambda x: F.cross_entropy(x, typed(x, SOFT)),
        [(4, 3)],
    ),
    Case(
        "reshape", lambda x: ops.reshape(x, 2, -1), lambda x: x.reshape(2, -1), [(3, 4)]
    ),
    Case(
        "transpose",
        lambda x: ops.transpose(x, (1, -1, 0)),
        lambda x: x.permute(1, 2, 0),
        [(3, 4, 2)],
    ),
    Case("T", ops.transpose, lambda x: x.T, [(3, 4)]),
    Case(
        "swapaxes",
        lambda x: ops.swapaxes(x, 0, -1),
        lambda x: x.swapaxes(0, -1),
        [(3, 4, 2)],
    ),
    Case(
        "broadcast_to",
        lambda x: ops.broadcast_to(x, (2, 3, 4)),
        lambda x: x.expand(2, 3, 4),
        [(3, 1)],
    ),
    Case(
        "concatenate",
        lambda a, b, c: ops.concatenate([a, b, c], -1),
        lambda a, b, c: torch.cat([a, b, c], -1),
        [(3, 4), (3, 2), (3, 1)],
    ),
    Case(
        "stack",
        lambda a, b: ops.stack([a, b], -1),
        lambda a, b: torch.stack([a, b], -1),
        [(3, 4), (3, 4)],
    ),
    Case("slices", lambda x: x[1:, None, ::2], lambda x: x[1:, None, ::2], [(3, 4)]),
    Case("one row", lambda x: x[-1], lambda x: x[-1], [(3, 4)]),
    Case("repeated rows", lambda x: x[ROWS], lambda x: x[torch.tensor(ROWS)], [(3, 4)]),
    Case(
        "repeated pairs",
        lambda x: x[ROWS, ROWS],
        lambda x: x[torch.tensor(ROWS), torch.tensor(ROWS)],
        [(3, 4)],
    ),
    Case("mask", lambda x: x[MASK], lambda x: x[torch.tensor(MASK)], [(3, 4)]),
    Case(
        "gather",
        lambda x: ops.gather(x, GRID, 1),
        lambda x: x.gather(1, torch.tensor(GRID)),
        [(3, 4)],
    ),
    Case(
        "pad",
        lambda x: ops.pad(x, ((1, 0), (2, 3)), 2.0),
        lambda x: F.pad(x, (2, 3, 1, 0), value=2.0),
        [(3, 4)],
    ),
    *(
        Case(
            f"conv2d, stride {stride}, padding {padding}",
            lambda x, w, b, s=stride, p=padding: ops.conv2d(x, w, b, s, p),
            lambda x, w, b, s=stride, p=padding: F.conv2d(x, w, b, s, p),
            [(2, 3, 5, 6), (4, 3, 3, 2), (4,)],
        )
        for stride, padding in [(1, 0), (2, 1)]
    ),
    *(
        Case(
            f"conv2d, dilation 2, stride {stride}",
            lambda x, w, b, s=stride: ops.conv2d(x, w, b, s, 1, 2),
            lambda x, w, b, s=stride: F.conv2d(x, w, b, s, 1, 2),
            [(2, 2, 6, 5), (3, 2, 3, 2), (3,)],
        )
        for stride in [1, 3]
    ),
    *(
        Case(
            f"conv_transpose2d, stride {s}, padding {p}, {more} more, dilation {d}",
            lambda x, w, b, s=s, p=p, more=more, d=d: ops.conv_transpose2d(
                x, w, b, s, p, more, d
            ),
            lambda x, w, b, s=s, p=p, more=more, d=d: F.conv_transpose2d(
                x, w, b, s, p, more, 1, d
            ),
            [(2, 3, 3, 2), (3, 2, 3, 2), (2,)],
        )
        for s, p, more, d in [(1, 0, 0, 1), (2, 1, 1, 1), (3, 1, 2, 2)]
    ),
    Case(
        "conv_transpose2d without b",
        ops.conv_transpose2d,
        F.conv_transpose2d,
        [(2, 1, 3, 3), (1, 2, 2, 2)],
    ),
    Case("conv2d without b", ops.conv2d, F.conv2d, [(2, 1, 4, 3), (2, 1, 2, 2)]),
    *(
        Case(
            f"{name} {size}, stride {stride}",
            lambda x, f=name, k=size, s=stride: getattr(ops, f)(x, k, s),
            lambda x, f=name, k=size, s=stride: getattr(F, f)(x, k, s),
            [(2, 3, 5, 6)],
        )
        for name in ["max_pool2d", "avg_pool2d"]
        for size, stride in [(2, None), (3, 1)]
    ),
    Case(
        "astype",
        lambda x: ops.astype(x, np.float64) * np.float64(1.5),
        lambda x: x.to(torch.float64) * 1.5,
        [(3, 4)],
    ),
]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def drawn(case, dtype=np.float64):
    rng = np.random.default_rng(7)
    return [rng.uniform(case.low, 2.0, shape).astype(dtype) for shape in case.shapes]


def ours_of(case, arrays, g=None):
    """Our result, the upstream gradient (drawn if None) and our gradients."""
    xs = [Tensor(a, requires_grad=True) for a in arrays]
    y = case.ours(*xs)
    g = np.random.default_rng(8).normal(size=y.shape).astype(y.dtype)
    y.backward(g)
    return y.data, g, [x.grad for x in xs]


def torchs_of(case, arrays, g):
    xs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y = case.theirs(*xs)
    grads = torch.autograd.grad(y, xs, torch.tensor(g))
    return y.detach().numpy(), [x.numpy() for x in grads]


def central_difference(f, arrays, i, h=1e-6):
    """The gradient of a scalar function by the i-th of its arrays."""
    slope = np.zeros_like(arrays[i])
    for place in np.ndindex(slope.shape):
        step = np.zeros_like(slope)
        step[place] = h
        up = f(*arrays[:i], arrays[i] + step, *arrays[i + 1 :])
        down = f(*arrays[:i], arrays[i] - step, *arrays[i + 1 :])
        slope[place] = (up - down) / (2 * h)
    return slope


def agree(found, expected, rtol=1e-9):
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol)
    assert np.shape(found) == np.shape(expected)


@every_case
def test_every_op_agrees_with_torch(case):
    arrays = drawn(case)
    y, g, grads = ours_of(case, arrays)
    their_y, their_grads = torchs_of(case, arrays, g)
    agree(y, their_y)
    for ours, theirs in zip(grads, their_grads, strict=True):
        agree(ours, theirs)


@every_case
def test_every_op_agrees_with_central_differences(case):
    arrays = drawn(case)
    _, g, grads = ours_of(case, arrays)
    for i, found in enumerate(grads):
        slope = central_difference(lambda *a: (case.ours(*a) * g).sum(), arrays, i)
        agree(found, slope, rtol=1e-6)


@every_case
def test_every_op_keeps_float32_in_values_and_gradients(case):
    arrays = drawn(case, np.float32)
    y, g, grads = ours_of(case, arrays)
    assert y.dtype == np.float32 or case.name == "astype"
    _, their_grads = torchs_of(case, arrays, g)
    for found, expected in zip(grads, their_grads, strict=True):
        assert found.dtype == np.float32
        agree(found, expected, rtol=2e-4)


@every_case
def test_every_op_has_second_derivatives_that_agree_with_torch(case):
    arrays, rng = drawn(case), np.random.default_rng(9)
    xs = [Tensor(a, requires_grad=True) for a in arrays]
    y = case.ours(*xs)
    g = rng.normal(size=y.shape)
    vs = [rng.normal(size=a.shape) for a in arrays]
    slopes = gradients(y * y, xs, g, graph=True)
    along = sum((s * v).sum() for s, v in zip(slopes, vs, strict=True))
    ours = gradients(along, xs)

    ts = [torch.tensor(a, requires_grad=True) for a in arrays]
    ty = case.theirs(*ts)
    slopes = torch.autograd.grad(ty * ty, ts, torch.tensor(g), create_graph=True)
    along = sum((s * torch.tensor(v)).sum() for s, v in zip(slopes, vs, strict=True))
    theirs = torch.autograd.grad(along, ts)
    for found, expected in zip(ours, theirs, strict=True):
        agree(found, expected.numpy(), rtol=1e-8)


@every_case
def test_plain_arrays_give_plain_arrays_of_the_same_value(case):
    arrays = drawn(case)
    y = case.ours(*arrays)
    assert isinstance(y, np.ndarray | np.floating)
    agree(y, ours_of(case, arrays)[0])


# ---- shapes and axes drawn by hypothesis ----
@QUICK
@given(
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    st.sampled_from([operator.add, operator.sub, operator.mul, ops.maximum]),
)
def test_broadcasting_is_undone_for_any_shapes(shapes, op):
    case = Case("", op, torch.maximum if op is ops.maximum else op, shapes.input_shapes)
    arrays = drawn(case)
    _, g, grads = ours_of(case, arrays)
    for ours, theirs in zip(grads, torchs_of(case, arrays, g)[1], strict=True):
        agree(ours, theirs)


@QUICK
@given(st.data(), st.sampled_from(sorted(REDUCTIONS)), st.booleans())
def test_sums_over_any_axes_agree_with_torch(data, name, keepdims):
    shape = data.draw(hnp.array_shapes(max_dims=4, max_side=3))
    axis = data.draw(hnp.valid_tuple_axes(len(shape), min_size=1))
    case = reduced(name, REDUCTIONS[name], axis, keepdims)._replace(shapes=[shape])
    arrays = drawn(case)
    y, g, grads = ours_of(case, arrays)
    their_y, theirs = torchs_of(case, arrays, g)
    agree(y, their_y)
    agree(grads[0], theirs[0])


@QUICK
@given(st.data())
def test_any_index_sends_each_gradient_back_to_its_entry(data):
    shape = data.draw(hnp.array_shapes(max_dims=3, max_side=4))
    index = data.draw(
        hnp.basic_indices(shape) | hnp.integer_array_indices(shape, dtype=np.int64)
    )
    x = Tensor(np.random.default_rng(7).normal(size=shape), requires_grad=True)
    y = x[index]
    g = np.random.default_rng(8).normal(size=y.shape)
    y.backward(g)
    expected = np.zeros(shape)
    np.add.at(expected, index, g)
    agree(x.grad, expected)


@QUICK
@given(hnp.array_shapes(min_dims=2, max_dims=4, max_side=3), st.randoms())
def test_any_order_of_axes_is_undone(shape, random):
    axes = random.sample(range(-len(shape), 0), len(shape))
    case = Case(
        "", lambda x: x.transpose(axes), lambda x: x.permute(tuple(axes)), [shape]
    )
    arrays = drawn(case)
    _, g, grads = ours_of(case, arrays)
    agree(grads[0], torchs_of(case, arrays, g)[1][0])


# ---- ties, kinks and edges ----
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_equal_arguments_share_the_gradient_as_in_torch(name):
    arrays = [np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, -1.0])]
    case = Case(name, getattr(ops, name), getattr(torch, name), [])
    _, g, grads = ours_of(case, arrays)
    for ours, theirs in zip(grads, torchs_of(case, arrays, g)[1], strict=True):
        agree(ours, theirs)


@pytest.mark.parametrize("name", ["max", "min"])
def test_equal_entries_share_the_gradient_as_in_torch(name):
    array = np.array([[2.0, 5.0, 5.0], [1.0, 1.0, 1.0], [0.0, 3.0, 2.0]])
    case = reduced(name, REDUCTIONS[name], 1, False)
    _, g, grads = ours_of(case, [array])
    agree(grads[0], torchs_of(case, [array], g)[1][0])


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (2, 1), (3, 2)])
def test_the_first_of_equal_entries_gets_a_pools_gradient_as_in_torch(size, stride):
    array = np.random.default_rng(0).integers(0, 2, (2, 2, 5, 6)).astype(float)
    case = Case(
        "",
        lambda x: ops.max_pool2d(x, size, stride),
        lambda x: F.max_pool2d(x, size, stride),
        [],
    )
    _, g, grads = ours_of(case, [array])
    agree(grads[0], torchs_of(case, [array], g)[1][0])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ops.relu, torch.relu),
        (ops.abs, torch.abs),
        (lambda x: ops.clip(x, 0.0, 1.0), lambda x: x.clamp(0.0, 1.0)),
        (lambda x: ops.leaky_relu(x), F.leaky_relu),
        (lambda x: x**2, lambda x: x**2),
        (lambda x: x**0, lambda x: x**0),
    ],
)
def test_slopes_at_kinks_and_corners_are_torchs(ours, theirs):
    array = np.array([-1.0, 0.0, 1.0, 2.0])
    _, g, grads = ours_of(Case("", ours, theirs, []), [array])
    agree(grads[0], torchs_of(Case("", ours, theirs, []), [array], g)[1][0])


def test_zero_to_a_power_has_slope_zero_in_the_exponent():
    arrays = [np.array([0.0, 0.0, 2.0]), np.array([1.0, 2.0, 3.0])]
    case = Case("", operator.pow, operator.pow, [])
    _, g, grads = ours_of(case, arrays)
    for ours, theirs in zip(grads, torchs_of(case, arrays, g)[1], strict=True):
        agree(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ops.sigmoid, torch.sigmoid),
        (ops.softplus, F.softplus),
        (ops.tanh, torch.tanh),
        (lambda x: ops.logsumexp(x, 0), lambda x: torch.logsumexp(x, 0)),
        (lambda x: ops.logsumexp(x * 0 + x, 0), lambda x: torch.logsumexp(x, 0)),
    ],
)
def test_stable_forms_are_exact_at_a_thousand(ours, theirs):
    array = np.array([-1000.0, -30.0, 0.0, 30.0, 1000.0])
    case = Case("", ours, theirs, [])
    y, g, grads = ours_of(case, [array])
    their_y, their_grads = torchs_of(case, [array], g)
    np.testing.assert_allclose(y, their_y, rtol=1e-12)
    np.testing.assert_allclose(grads[0], their_grads[0], rtol=1e-9)


def test_cross_entropy_is_exact_at_a_thousand():
    logits = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, 1000.0]])
    labels = np.array([1, 2])
    case = Case(
        "",
        lambda x: ops.softmax_cross_entropy(x, labels),
        lambda x: F.cross_entropy(x, torch.tensor(labels)),
        [],
    )
    y, g, grads = ours_of(case, [logits])
    their_y, their_grads = torchs_of(case, [logits], g)
    agree(y, their_y)
    agree(grads[0], their_grads[0])


def test_logsumexp_of_nothing_but_minus_infinity_is_minus_infinity():
    assert ops.logsumexp(np.full((2, 3), -np.inf), 1).tolist() == [-np.inf] * 2


def test_where_keeps_an_infinite_slope_out_of_the_branch_not_taken():
    x = Tensor([0.0, 4.0], requires_grad=True)
    y = ops.where(x > 0, 2 * x, x)
    y.backward(np.array([np.inf, 1.0]))
    assert x.grad[0] == np.inf


def test_signs_have_slope_zero():
    x = Tensor([-2.0, 3.0], requires_grad=True)
    (ops.sign(x) * x).sum().backward()
    assert x.grad.tolist() == [-1.0, 1.0]


def test_a_convolution_does_not_depend_on_how_it_is_cut_into_blocks(monkeypatch):
    case = next(case for case in CASES if case.name.startswith("conv2d, stride 2"))
    whole = ours_of(case, drawn(case))
    monkeypatch.setattr(convolution, "BLOCK", 1)
    for found, expected in zip(ours_of(case, drawn(case))[2], whole[2], strict=True):
        agree(found, expected)


# ---- what is said when arguments do not fit ----
@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: x @ x, ["matmul", "(2, 3) and (2, 3)", "Try swapaxes"]),
        (lambda x: x + np.ones(4), ["add", "(2, 3) and (4,)", "Try reshape"]),
        (lambda x: ops.linear(x, np.ones((3, 4))), ["linear", "(3, 4)", "(out, in)"]),
        (lambda x: x.reshape(4, 2), ["reshape", "(2, 3)", "as many entries"]),
        (lambda x: x[5], ["getitem", "(2, 3)", "index 5", "Try"]),
        (lambda x: x.sum(3), ["sum", "(2, 3)", "axis 3", "Try"]),
        (
            lambda x: ops.conv2d(x[None, None], np.ones((1, 1, 3, 3))),
            ["conv2d", "3 x 3", "Try a smaller window"],
        ),
        (
            lambda x: ops.conv2d(x[None, None], np.ones((1, 2, 2, 2))),
            ["conv2d", "(1, 1, 2, 3) and (1, 2, 2, 2)", "Try"],
        ),
        (
            lambda x: ops.conv2d(x[None, None], np.ones((1, 1, 2, 2)), dilation=2),
            ["conv2d", "3 x 3", "Try a smaller window"],
        ),
        (
            lambda x: ops.conv_transpose2d(x[None, None], np.ones((2, 1, 2, 2))),
            ["conv_transpose2d", "(1, 1, 2, 3) and (2, 1, 2, 2)", "Try"],
        ),
        (
            lambda x: ops.conv_transpose2d(
                x[None, None], np.ones((1, 1, 2, 2)), stride=2, output_padding=2
            ),
            ["conv_transpose2d", "output_padding 2", "stride 2", "Try"],
        ),
        (lambda x: ops.max_pool2d(x[None, None], 3), ["3 x 3", "Try a smaller"]),
        (lambda x: ops.concatenate([x, x[:1]], 1), ["concatenate", "(1, 3)", "Try"]),
    ],
)
def test_a_misfit_names_the_operation_the_shapes_and_a_remedy(call, words):
    with pytest.raises((ValueError, IndexError)) as error:
        call(Tensor(np.ones((2, 3))))
    assert all(word in str(error.value) for word in words), str(error.value)
