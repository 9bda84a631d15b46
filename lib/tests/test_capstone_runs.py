"""The small network of 15_capstone: its gradient, and what each fault does."""

import numpy as np
import pytest
import torch
from chainrule.lessons.gradchecked import gradchecked
from chainrule.questions.capstone import practice, runs
from chainrule.questions.capstone.broken import clear_run, fault_of
from chainrule.questions.capstone.changes import bench


def test_the_gradients_are_torchs():
    rng = np.random.default_rng(0)
    weights = [w + 0.1 for w in runs.first_weights(0, rng)]
    X, y = rng.normal(size=(7, runs.INPUTS)), np.arange(7) % runs.CLASSES
    loss, slopes = runs.backward(weights, X, y)
    at = [torch.tensor(w, requires_grad=True) for w in weights]
    scores = torch.relu(torch.tensor(X) @ at[0].T + at[1]) @ at[2].T + at[3]
    right = torch.nn.functional.cross_entropy(scores, torch.tensor(y))
    assert np.isclose(loss, right.item())
    for slope, wanted in zip(slopes, torch.autograd.grad(right, at), strict=True):
        np.testing.assert_allclose(slope, wanted, atol=1e-12)


@pytest.mark.parametrize("fault", runs.FAULTS)
def test_a_fault_is_known_by_its_losses(fault):
    for seed in range(5):
        assert fault_of(*clear_run(fault, np.random.default_rng(seed))) == fault


def test_a_right_run_learns():
    for seed in range(5):
        train, valid = runs.measured(0, np.random.default_rng(seed))
        assert np.mean(train[-10:]) < valid[-1] < 0.7


def close(engine, g, a, b):
    pairs = zip(engine(g, a, b), practice.right(g, a, b), strict=True)
    return all(x.shape == y.shape and np.allclose(x, y) for x, y in pairs)


def test_each_mutant_to_practise_on_can_be_killed():
    rng = np.random.default_rng(0)
    g, a, c, d = rng.normal(size=(4, 3, 4))

    def suite(engine):
        return (
            close(engine, g, a, d[0])
            and close(engine, g, a, c)
            and close(engine, a, g, d)
        )

    assert practice.kills(suite) == [True] * len(practice.MUTANTS)
    with pytest.raises(ValueError, match="refuses the correct engine"):
        practice.kills(lambda engine: False)


def test_torchs_gradcheck_passes_right_engines_and_few_others():
    passed = [change for change, make in bench(1) if gradchecked(make())]
    kinds = [change.kind for change in passed if change]
    assert passed.count(None) == 2
    assert set(kinds) == {"stretch", "shape", "digits"} and len(kinds) <= 6
