"""How often chance decides on `train_pairs`, whose nets begin with drawn numbers."""

from math import erfc, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from chainrule.questions.sequences.reversing import (
    BOUND,
    SHARE,
    SPREAD,
    held_out,
    share_reversed,
)


def right(model, batches, epochs, rate, limit):
    adam = torch.optim.Adam(model.parameters(), lr=rate)
    for X, Y_in, Y in epochs * batches:
        adam.zero_grad()
        scores = model(X, Y_in).movedim(-1, 1)
        torch.nn.functional.cross_entropy(scores, Y).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), limit)
        adam.step()


def unshifted(model, batches, *settings):
    right(model, [(X, Y, Y) for X, _, Y in batches], *settings)


def untrained(model, batches, *settings):
    pass


def share(train, seed):
    student = SimpleNamespace(train_pairs=train)
    answer = SimpleNamespace(probe=lambda probe, *args: probe(student, *args))
    return share_reversed(answer, **held_out(np.random.default_rng(seed)))


def test_a_right_loop_is_rejected_less_than_once_in_10_000_checks():
    """The tail that its spread leaves, were it normal, with a hundredfold allowance."""
    errors = (SHARE - BOUND) / SPREAD
    assert 100 * erfc(errors / sqrt(2)) / 2 < 1e-4


def test_right_loops_come_out_as_the_bank_says():
    found = [share(right, seed) for seed in range(4)]
    assert np.abs(np.array(found) - SHARE).max() < 5 * SPREAD


@pytest.mark.parametrize("train", [unshifted, untrained])
def test_a_loop_that_teaches_nothing_writes_next_to_nothing(train):
    assert max(share(train, seed) for seed in range(3)) < 0.1
