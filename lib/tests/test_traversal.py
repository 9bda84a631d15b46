"""The graphs on which wrong walks give wrong gradients, for both engines."""

import gc
import sys
import weakref

import numpy as np
import pytest
from chainrule.scalar import Value, topological_order, zero_grad
from chainrule.tensor import Tensor


def value(x):
    return Value(x)


def tensor(x):
    return Tensor(np.array([x, x]), requires_grad=True)


def total(y):
    """One number to start from; of two equal entries each counts half."""
    return y if isinstance(y, Value) else y.sum() * 0.5


def slopes(*leaves):
    return [float(np.sum(x.grad)) for x in leaves]


def lines_run(call):
    """How many lines of Python a call takes, however busy the machine is."""
    lines = 0

    def trace(frame, event, _):
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines


both_engines = pytest.mark.parametrize("make", [value, tensor])


def source_two(x, y, z):
    return (x + y) * z


def source_four(a, b):
    return (a + b) * (b + 1)


def long_arm_last(x):
    a = 2 * x
    b = 3 * a
    return a + b


def long_arm_first(x):
    a = 2 * x
    b = 3 * a
    return b + a


def crossed(a, b):
    c, d = a + b, a * b
    return (c + d) + c * d


def crossed_back(a, b):
    c, d = a + b, a * b
    return d * c + (d + c)


def both_factors(x):
    return (2 * x) * (3 * x)


def squared_twice(x):
    y = x * x
    return y * y


def deep_and_shallow(x):
    a = x * 2
    b = (a * 3) * (a + 1)
    return b * a + (x + b)


def deep_and_shallow_back(x):
    a = x * 2
    b = (a + 1) * (a * 3)
    return (b + x) + a * b


ZOO = [
    (source_two, (-2.0, 5.0, -4.0)),
    (source_four, (2.0, 1.0)),
    (long_arm_last, (1.0,)),
    (long_arm_first, (1.0,)),
    (crossed, (2.0, 3.0)),
    (crossed_back, (2.0, 3.0)),
    (both_factors, (1.0,)),
    (squared_twice, (3.0,)),
    (deep_and_shallow, (0.7,)),
    (deep_and_shallow_back, (0.7,)),
]
zoo = pytest.mark.parametrize(
    ("f", "at"), ZOO, ids=lambda a: getattr(a, "__name__", "")
)


def by_complex_step(f, at):
    """The partial derivatives without any graph, exact to rounding."""
    h = 1e-30
    steps = np.eye(len(at)) * 1j * h
    return [
        f(*(a + s for a, s in zip(at, step, strict=True))).imag / h for step in steps
    ]


@both_engines
@zoo
def test_the_zoo_has_the_gradients_of_the_complex_step(make, f, at):
    leaves = [make(a) for a in at]
    total(f(*leaves)).backward()
    assert slopes(*leaves) == pytest.approx(by_complex_step(f, at), rel=1e-12)


@both_engines
@zoo
def test_leaves_add_up_over_calls_and_inner_nodes_start_again(make, f, at):
    leaves = [make(a) for a in at]
    y = total(f(*leaves))
    for calls in (1, 2, 3):
        y.backward() if make is value else y.backward(retain_graph=True)
        expected = [calls * g for g in by_complex_step(f, at)]
        assert slopes(*leaves) == pytest.approx(expected, rel=1e-12)


@both_engines
@zoo
def test_the_order_lists_every_node_once_and_after_its_inputs(make, f, at):
    order = topological_order(f(*map(make, at)))
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert all(place[x] < place[node] for node in order for x in node.inputs)


@both_engines
def test_the_order_begins_behind_what_is_known(make):
    x = make(2.0)
    a = x * x
    b = a * a
    order = topological_order(b * x, known=[a])
    assert b in set(order) and a not in set(order)


@both_engines
def test_a_graph_of_sixty_doublings_is_walked_in_steps_not_in_ways(make):
    x = y = make(1.0)
    for _ in range(60):
        y = y + y
    assert lines_run(total(y).backward) < 60 * 100
    assert slopes(x) == [2.0**60]


@both_engines
def test_a_chain_deeper_than_any_recursion_is_walked_and_freed(make):
    x = y = make(1.0)
    for _ in range(50_000):
        y = y + 0.0
    y = total(y)
    y.backward()
    assert slopes(x) == [1.0]
    del y


@both_engines
def test_the_work_grows_in_step_with_the_chain(make):
    def work(length):
        y = make(1.0)
        for _ in range(length):
            y = -y
        return lines_run(total(y).backward)

    assert work(2_000) == pytest.approx(10 * work(200), rel=0.05)


@both_engines
def test_a_graph_is_freed_without_the_collector(make):
    gc.disable()
    try:
        x = make(1.0)
        y = x * x
        seen = weakref.ref(y)
        z = total(y * x)
        z.backward()
        del y, z
        assert seen() is None
    finally:
        gc.enable()


def test_the_known_trap_gives_216_and_not_324():
    x = Value(3.0)
    y = (x**2) ** 2
    y.backward()
    y.backward()
    assert x.grad == 216.0
    zero_grad([x])
    assert x.grad == 0.0


@both_engines
def test_a_loop_that_depends_on_the_numbers_is_differentiated(make):
    x = make(37.0)
    y = x
    while (abs(y) > 5) if make is value else (abs(y) > 5).all():
        y = y / 2
    total(y).backward()
    assert slopes(x) == [0.125]


@both_engines
def test_a_leaf_alone_has_slope_one_which_adds_up(make):
    x = make(2.0) if make is value else Tensor(2.0, requires_grad=True)
    x.backward()
    x.backward()
    assert x.grad == 2.0
