"""`Value` against torch.autograd and central differences, and what it says."""

import gc
import math
import operator
import tracemalloc

import pytest
import torch
from chainrule import scalar
from chainrule.scalar import Value
from chainrule.tensor import Tensor

UNARY = ["exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "abs"]
BINARY = ["add", "sub", "mul", "truediv", "pow"]


def torch_slopes(f, *at):
    xs = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in at]
    y = f(*xs)
    return y.item(), [g.item() for g in torch.autograd.grad(y, xs)]


def central_slopes(f, *at, h=1e-6):
    def moved(i, step):
        return f(*(Value(a + step * (i == j)) for j, a in enumerate(at))).data

    return [(moved(i, h) - moved(i, -h)) / (2 * h) for i in range(len(at))]


def our_slopes(f, *at):
    xs = [Value(a) for a in at]
    y = f(*xs)
    y.backward()
    return y.data, [x.grad for x in xs]


def upstream(op):
    """The op inside a function that multiplies its gradient by something not 1."""
    return lambda *xs: op(*xs) * 1.7


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("at", [0.3, 1.9, -0.8, -2.5])
def test_every_function_agrees_with_both_oracles(name, at):
    at = abs(at) if name in ("log", "sqrt") else at
    f = upstream(operator.methodcaller(name))
    y, (slope,) = our_slopes(f, at)
    their_y, (theirs,) = torch_slopes(f, at)
    assert y == pytest.approx(their_y, rel=1e-12)
    assert slope == pytest.approx(theirs, rel=1e-12)
    assert [slope] == pytest.approx(central_slopes(f, at), rel=1e-7)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("at", [(0.3, 1.9), (2.5, -0.8)])
def test_every_operator_agrees_with_both_oracles_in_both_arguments(name, at):
    f = upstream(getattr(operator, name))
    y, slopes = our_slopes(f, *at)
    their_y, theirs = torch_slopes(f, *at)
    assert y == pytest.approx(their_y, rel=1e-12)
    assert slopes == pytest.approx(theirs, rel=1e-12)
    assert slopes == pytest.approx(central_slopes(f, *at), rel=1e-7)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("swap", [False, True])
def test_numbers_may_stand_on_either_side(name, swap):
    op = getattr(operator, name)
    f = (lambda x: op(2, x)) if swap else (lambda x: op(x, 2))
    y, slopes = our_slopes(f, 1.3)
    their_y, theirs = torch_slopes(f, 1.3)
    assert y == pytest.approx(their_y, rel=1e-12)
    assert slopes == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize(
    "f",
    [operator.neg, abs, lambda x: x**3, lambda x: x**-2, lambda x: x**0],
)
def test_negative_numbers_have_the_slopes_of_torch(f):
    y, slopes = our_slopes(f, -1.3)
    their_y, theirs = torch_slopes(lambda x: f(x) + 0 * x, -1.3)
    assert y == pytest.approx(their_y, rel=1e-12)
    assert slopes == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (lambda x: x.relu(), 0.0),
        (lambda x: x.abs(), 0.0),
        (lambda x: x**2, 0.0),
        (lambda x: x**1, 0.0),
        (lambda x: x**0.5, 0.0),
        (lambda x: x.sqrt(), 0.0),
        (lambda x: x.sigmoid(), 800.0),
        (lambda x: x.sigmoid(), -800.0),
    ],
)
def test_kinks_and_extremes_have_the_slopes_of_torch(f, at):
    y, slopes = our_slopes(f, at)
    their_y, theirs = torch_slopes(f, at)
    assert y == pytest.approx(their_y, rel=1e-12)
    assert slopes == pytest.approx(theirs, rel=1e-12)


def test_a_power_of_zero_is_flat_at_zero_and_in_the_exponent():
    assert our_slopes(lambda x: x**0, 0.0) == (1.0, [0.0])
    assert our_slopes(operator.pow, 0.0, 2.0)[1] == [0.0, 0.0]


def test_a_negative_base_has_no_slope_in_the_exponent():
    assert math.isnan(our_slopes(operator.pow, -2.0, 2.0)[1][1])


def test_the_local_derivatives_stay_on_the_node():
    a, b = Value(3.0, "a"), Value(4.0, "b")
    y = a * b
    assert (y.op, y.inputs, y.slopes) == ("*", (a, b), (4.0, 3.0))
    assert (a.op, a.inputs, a.slopes, a.label) == ("", (), (), "a")


@pytest.mark.parametrize("name", BINARY)
def test_the_inputs_stand_in_the_order_they_were_given(name):
    a, b = Value(3.0), Value(4.0)
    assert getattr(operator, name)(a, b).inputs == (a, b)


def test_inner_gradients_can_be_read_after_backward():
    x = Value(3.0)
    y = x * 2
    (y * y).backward()
    assert y.grad == 12.0


def test_comparisons_look_at_the_numbers():
    a, b = Value(2.0), Value(3.0)
    assert a < b and b > a and a <= 2 and b >= 3.0
    assert not (b < a or a > b or b <= a or a >= b)


def test_data_is_always_a_float():
    assert type(Value(3).data) is float and type((Value(3) + True).data) is float


def test_repr_shows_number_gradient_and_label():
    assert repr(Value(2, "x")) == "Value(2, grad=0, label='x')"
    assert repr(Value(0.5)) == "Value(0.5, grad=0)"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Value([1, 2]), TypeError, "one number, and list is not one. Try"),
        (lambda: Value("a"), TypeError, "str is not one"),
        (lambda: Value(2) + None, TypeError, "NoneType is not one"),
        (lambda: Value(-1).log(), ValueError, "log of -1 is not a real number. Try"),
        (lambda: Value(0).log(), ValueError, "log of 0 is not a real number"),
        (lambda: Value(-1).sqrt(), ValueError, "sqrt of -1"),
        (lambda: Value(-1) ** 0.5, ValueError, r"\*\* of -1, 0.5 is not a real"),
        (lambda: Value(0) ** -1, ValueError, r"\*\* of 0, -1 is not a real"),
        (lambda: Value(1000).exp(), OverflowError, "exp of 1000 is larger"),
        (lambda: Value(1) / 0, ZeroDivisionError, "divides 1 by a Value of 0. Try"),
        (lambda: Value(math.inf).sin(), ValueError, "sin of inf is not a real"),
        (lambda: Value(math.inf).cos(), ValueError, "cos of inf is not a real"),
        (lambda: Value(2) * Tensor(3.0, True), TypeError, "cut a Tensor out of its"),
    ],
)
def test_what_cannot_be_computed_is_said_in_a_sentence(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize(
    ("f", "numbers", "slopes"),
    [
        (operator.truediv, [1e300, 1e200], [1e-200, -1e-100]),
        (operator.truediv, [1e-300, 1e-200], [1e200, -1e100]),
        (operator.truediv, [1.0, -1e-200], [-1e200, -math.inf]),
        (lambda a: a**-1, [1e-200], [-math.inf]),
        (lambda a: a**-1, [-1e-200], [-math.inf]),
        (lambda a: a**-2, [-1e-150], [math.inf]),
        (operator.pow, [1e-200, -1.0], [-math.inf, 1e200 * math.log(1e-200)]),
        (operator.pow, [0.0, 2.0], [0.0, 0.0]),
        (lambda a: a**0, [5e-324], [0.0]),
    ],
)
def test_a_slope_may_be_far_larger_or_smaller_than_its_value(f, numbers, slopes):
    leaves = [Value(number) for number in numbers]
    f(*leaves).backward()
    assert [leaf.grad for leaf in leaves] == pytest.approx(slopes, rel=1e-15)


@pytest.mark.parametrize("name", ["relu", "abs", "exp", "sigmoid", "tanh", "sqrt"])
def test_nan_is_never_hidden(name):
    assert math.isnan(getattr(Value(math.nan), name)().data)


def test_the_collector_gets_its_threshold_back_even_after_an_error():
    before = gc.get_threshold()
    with pytest.raises(KeyError), scalar.fewer_collections():
        assert gc.get_threshold()[0] > before[0]
        raise KeyError
    assert gc.get_threshold() == before


def test_a_node_of_a_long_chain_takes_at_most_200_bytes():
    tracemalloc.start()
    x = y = Value(1.0)
    for _ in range(10_000):
        y = y + x
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used / 10_000 <= 200
