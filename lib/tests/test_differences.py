import numpy as np
import pytest
import torch
from chainrule.differences import (
    best_step,
    central,
    complex_step,
    directional_check,
    forward,
    gradient,
    richardson,
)
from hypothesis import given, settings
from hypothesis import strategies as st

DIFFERENCES = [forward, central, complex_step, richardson]
quick = settings(derandomize=True, max_examples=25, deadline=None)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def wave(x):
    return x * np.sin(5 * x)


def slope(x):
    return np.sin(5 * x) + 5 * x * np.cos(5 * x)


def relative_error(difference, x, h):
    exact = slope(np.float64(x))
    return abs(np.float64(difference(wave, x, h)) - exact) / abs(exact)


def bowl(x):
    return np.sum(np.sin(x) * np.cumsum(x.ravel()).reshape(x.shape))


def torch_bowl_gradient(x):
    leaf = torch.tensor(x, requires_grad=True)
    sums = torch.cumsum(leaf.ravel(), 0).reshape(leaf.shape)
    (torch.sin(leaf) * sums).sum().backward()
    return leaf.grad.numpy()


class Counter:
    def __init__(self, f):
        self.f, self.calls = f, 0

    def __call__(self, x):
        self.calls += 1
        return self.f(x)


@pytest.mark.parametrize(
    "difference, x, h, bound",
    [
        (forward, np.float64(0.7), 1e-8, 3e-9),
        (central, np.float64(0.7), 10**-6.5, 3e-12),
        (central, np.float32(0.7), 1e-3, 6.5e-6),
        (complex_step, np.float64(0.7), 1e-20, 3e-16),
    ],
)
def test_the_best_error_of_each_scheme_is_the_one_the_lesson_quotes(
    difference, x, h, bound
):
    assert relative_error(difference, x, h) < bound


@pytest.mark.parametrize("difference, order", [(forward, 1), (central, 2)])
def test_halving_the_step_divides_the_truncation_error_by_two_to_the_order(
    difference, order
):
    ratio = relative_error(difference, 0.7, 1e-3) / relative_error(
        difference, 0.7, 5e-4
    )
    assert ratio == pytest.approx(2**order, rel=1e-2)


def test_richardson_reaches_from_a_wide_step_what_central_cannot():
    assert relative_error(richardson, 0.7, 0.05) < 1e-3 * min(
        relative_error(central, 0.7, h) for h in (0.05, 0.025, 0.0125)
    )


@pytest.mark.parametrize("difference", DIFFERENCES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_a_slope_has_the_shape_and_precision_of_its_point(difference, dtype, shape):
    x = np.full(shape, 0.7, dtype=dtype)
    result = difference(wave, x, np.float64(1e-3))
    assert (result.shape, result.dtype) == (shape, dtype)


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_a_slope_at_an_integer_is_a_float(difference):
    assert difference(np.exp, 1, 1e-5) == pytest.approx(np.e, rel=1e-4)


def test_the_step_divided_by_is_the_step_that_was_taken():
    assert forward(lambda x: 3 * x, np.float32(1000.3), 1e-2) == pytest.approx(3)


@pytest.mark.parametrize("difference", [forward, central])
def test_a_step_lost_in_rounding_says_so(difference):
    with pytest.raises(ValueError, match=r"float32 x \+ h is x again. Try a larger h"):
        difference(wave, np.float32(0.7), 1e-9)


def test_complex_step_refuses_a_function_that_drops_the_imaginary_part():
    with pytest.raises(TypeError, match="without abs, maximum or comparisons"):
        complex_step(abs, 0.7)


@quick
@given(
    shape=st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple),
    seed=st.integers(0, 1000),
    scheme=st.sampled_from(["forward", "central"]),
)
def test_gradient_agrees_with_torch(shape, seed, scheme):
    x = np.random.default_rng(seed).standard_normal(shape)
    h = {"forward": 1e-8, "central": 1e-5}[scheme]
    np.testing.assert_allclose(
        gradient(bowl, x, h, scheme), torch_bowl_gradient(x), rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("scheme, calls", [("forward", 12 + 1), ("central", 2 * 12)])
def test_gradient_calls_f_as_often_as_promised(scheme, calls, rng):
    f = Counter(bowl)
    gradient(f, rng.standard_normal((3, 4)), 1e-6, scheme)
    assert f.calls == calls


@pytest.mark.parametrize("scheme", ["forward", "central"])
def test_gradient_leaves_its_point_alone(scheme, rng):
    x = rng.standard_normal((2, 3))
    before = x.copy()
    gradient(bowl, x, 1e-6, scheme)
    np.testing.assert_array_equal(x, before)


def test_gradient_of_float32_is_float32():
    assert gradient(np.sum, np.ones((2, 3), np.float32), 1e-2).dtype == np.float32


def test_an_unknown_scheme_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="Try one of \\('forward', 'central'\\)"):
        gradient(bowl, np.ones(3), 1e-6, "backward")


@pytest.mark.parametrize("scheme", ["forward", "central"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "f, derivative, x",
    [
        (wave, slope, 0.7),
        (np.exp, np.exp, 1.5),
        (lambda x: x**3 - x, lambda x: 3 * x**2 - 1, -2.0),
        (lambda x: 1 / x, lambda x: -1 / x**2, 0.3),
        (lambda x: 1e6 * np.sin(x), lambda x: 1e6 * np.cos(x), 0.4),
    ],
)
def test_the_best_step_errs_at_most_ten_times_more_than_the_best_there_is(
    f, derivative, x, scheme, dtype
):
    difference = {"forward": forward, "central": central}[scheme]

    def worst_near(h):  # one h may be lucky: rounding errors jump about
        nearby = h * np.geomspace(0.7, 1.4, 9)
        x_here = dtype(x)
        exact = derivative(np.float64(x_here))
        return max(abs(np.float64(difference(f, x_here, k)) - exact) for k in nearby)

    reachable = min(
        worst_near(h) for h in np.geomspace(20 * np.finfo(dtype).eps, 0.1, 60)
    )
    assert worst_near(best_step(f, x, dtype, scheme)) <= 10 * reachable


@pytest.mark.parametrize("scheme, power", [("forward", 1 / 2), ("central", 1 / 3)])
def test_the_best_step_for_a_straight_line_is_the_rule_of_thumb(scheme, power):
    h = best_step(lambda x: 3 * x + 1, 5.0, np.float64, scheme)
    assert h == pytest.approx(5 * np.finfo(np.float64).eps ** power)


def test_the_best_step_is_chosen_for_each_entry():
    x = np.array([0.3, 0.7, 30.0])
    one_by_one = [best_step(wave, entry, np.float64) for entry in x]
    np.testing.assert_allclose(best_step(wave, x, np.float64), one_by_one)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_directional_check_accepts_the_right_gradient(dtype, rng):
    for _ in range(50):
        x = rng.standard_normal((3, 4))
        g = torch_bowl_gradient(x).astype(dtype)
        assert directional_check(bowl, g, x.astype(dtype), rng)


@pytest.mark.parametrize("spoil", [np.negative, np.zeros_like, lambda g: 1.01 * g])
def test_directional_check_rejects_a_wrong_gradient(spoil, rng):
    x = rng.standard_normal((3, 4))
    assert not directional_check(bowl, spoil(torch_bowl_gradient(x)), x, rng)


def test_directional_check_rejects_a_gradient_wrong_in_one_entry(rng):
    x = rng.standard_normal(20)
    g = torch_bowl_gradient(x)
    g[13] += 0.01
    assert not directional_check(bowl, g, x, rng)


def test_directional_check_costs_two_calls(rng):
    f, x = Counter(bowl), rng.standard_normal(500)
    directional_check(f, torch_bowl_gradient(x), x, rng)
    assert f.calls == 2


def test_directional_check_names_both_shapes_when_they_differ(rng):
    with pytest.raises(ValueError, match=r"shape \(2, 1\) and x has shape \(2, 3\)"):
        directional_check(bowl, np.ones((2, 1)), np.ones((2, 3)), rng)


def test_directional_check_works_on_a_number(rng):
    assert directional_check(np.sin, np.cos(0.7), 0.7, rng)
