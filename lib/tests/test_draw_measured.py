"""Figures of measurements say in their titles and texts what was measured."""

import numpy as np
import pytest
from chainrule import draw

SIZES = [10, 100]


@pytest.mark.parametrize(
    ("on_gpu", "told"),
    [
        ([2.0, 3.0], "A GPU is faster than the CPU from n = 100 on"),
        ([0.5, 10.0], "A GPU is faster than the CPU at n = 10,"),
        ([0.5, 1.0], "A GPU is faster than the CPU at every size"),
        ([2.0, 30.0], "A GPU is slower at every size"),
    ],
)
def test_a_crossover_is_told_where_it_is(on_gpu, told):
    cpu, computed = {"the CPU": [1.0, 9.0]}, {"a GPU": on_gpu}
    assert told in draw.crossover(SIZES, cpu, computed).alt
    measured = cpu | {"A GPU": on_gpu}
    assert told in draw.crossover(SIZES, measured, {"a computed T4": [0.1, 0.1]}).alt


def test_a_roofline_compares_an_addition_with_the_fastest_product():
    known = {"another": (80, 30)}
    told = draw.roofline("a machine", {32: 40.0, 128: 50.0}, 1.0, known, True).alt
    assert "An addition reaches 2.0% of a product's speed" in told


def test_what_float16_loses_is_counted_before_and_after_scaling():
    told = draw.underflow(2.0 ** np.array([-50, -25, -24, 0]), 16).alt
    assert "loses 50% of these gradients, 25% after scaling" in told


def test_the_lowest_loss_is_named_and_equal_losses_share_a_line():
    told = draw.losses({"a": [1.0, 0.1], "b": [1.0, 0.9], "c": [1.0, 0.9]}).alt
    assert "The loss of a falls lowest" in told and "c at 0.9" in told


def test_what_each_loop_keeps_at_the_end_is_told():
    names = "sum_of_losses", "sum_of_numbers", "reset_every_ten", "without_backward"
    told = draw.leaks({name: [0, k] for k, name in enumerate(names)}, "t", "n").alt
    assert "reset_every_ten 2, without_backward 3" in told


def test_the_mlp_of_the_figure_says_yes_where_it_should():
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert "<img" in draw.xor(corners, [False, True, True, False]).html


def test_both_passes_are_told_step_by_step():
    assert "Forward: P" in draw.passes().html and "Shape ledger" in draw.passes().alt
