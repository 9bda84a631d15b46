"""The few lines that differ between a CPU and a GPU."""

import pytest
import torch
from chainrule import device

GPU = "cuda" if torch.cuda.is_available() else "mps"
needs_gpu = pytest.mark.skipif(
    not (torch.cuda.is_available() or torch.backends.mps.is_available()),
    reason="torch sees no GPU on this machine",
)
each_device = pytest.mark.parametrize(
    "where", ["cpu", pytest.param(GPU, marks=[pytest.mark.gpu, needs_gpu])]
)


@each_device
def test_after_synchronizing_a_result_is_there(where):
    x = torch.ones(500, 500, device=where)
    y = x @ x
    device.synchronize(where)
    assert y.cpu().eq(500).all()


@each_device
def test_replayed_random_numbers_are_the_same_ones(where):
    state = device.random_state(where)
    first = torch.rand(5, device=where)
    with device.replayed(state, where):
        assert torch.rand(5, device=where).equal(first)


@each_device
def test_a_replay_leaves_the_generator_as_it_was(where):
    state = device.random_state(where)
    torch.rand(5, device=where)
    before = device.random_state(where)
    with pytest.raises(KeyError), device.replayed(state, where):
        torch.rand(5, device=where)
        raise KeyError
    assert device.random_state(where).equal(before)


@each_device
def test_a_device_has_a_name(where):
    assert device.in_words(where)


def test_the_meta_device_has_nothing_to_wait_for():
    device.synchronize("meta")
    assert device.in_words("meta") == "meta"
