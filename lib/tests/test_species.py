"""The engines of the lesson that names penguins: one right, one broken in two rules."""

from types import SimpleNamespace

import numpy as np
import pytest
from chainrule.lessons import species

X, T, X_held, y_held = species.divided(0)
WEIGHTS = [SimpleNamespace(data=w) for w in species.fresh_weights(1)]


def test_every_measured_bird_is_in_one_of_the_two_parts():
    assert len(X) + len(X_held) == len(species.PENGUINS.y)
    assert len(T) == len(X) and len(y_held) == len(X_held)
    assert np.allclose(X.mean(0), 0) and np.allclose(X.std(0), 1)


def moved(k, place, by):
    arrays = [w.data.copy() for w in WEIGHTS]
    arrays[k][place] += by
    return [SimpleNamespace(data=w) for w in arrays]


@pytest.mark.parametrize("k, place", [(0, (2, 1)), (1, 3), (2, (1, 4)), (3, 2)])
def test_torch_s_engine_agrees_with_differences(k, place):
    gradient = species.torch_engine(WEIGHTS, X, T)[1 + k][place]
    high, low = (
        species.torch_engine(moved(k, place, by), X, T)[0] for by in (1e-5, -1e-5)
    )
    assert np.isclose(gradient, (high - low) / 2e-5, rtol=1e-6, atol=1e-9)


def test_the_broken_engine_has_the_right_loss_and_one_right_gradient():
    loss, *grads = species.torch_engine(WEIGHTS, X, T)
    broken_loss, *broken = species.broken_engine(WEIGHTS, X, T)
    assert np.isclose(loss, broken_loss)
    assert [np.allclose(a, b) for a, b in zip(grads, broken, strict=True)] == [
        *(False, False, True, False)
    ]
    assert np.allclose(broken[3] * len(X), grads[3])


def test_degrees_apart_are_those_of_the_whole_gradients():
    a, b = [np.array([1.0, 0]), np.array([0.0])], [np.array([0.0, 0]), np.array([2.0])]
    assert np.isclose(species.degrees_apart(a, b), 90)
    assert np.isclose(species.degrees_apart(a, [2 * d for d in a]), 0)
