"""What runs on a GPU where there is one; what a notebook asks Colab for."""

import json

import pytest
import torch
from chainrule.device import random_state, replayed
from corpus.lessons import lesson
from proctor.source import build

NAME = "12_gpu_training"
(SOURCE,) = [path for path in build.sources() if path.stem == NAME]
GPU = "cuda" if torch.cuda.is_available() else "mps"
needs_gpu = pytest.mark.skipif(
    not (torch.cuda.is_available() or torch.backends.mps.is_available()),
    reason="torch sees no GPU on this machine",
)


def test_colab_opens_with_a_gpu_what_the_course_says_and_nothing_else():
    for path in build.sources():
        asked = build.notebook(path).metadata.get("accelerator")
        assert asked == ("GPU" if path.stem == NAME else None)
    assert build.student(SOURCE).metadata["colab"] == {"gpuType": "T4"}


@pytest.mark.gpu
@needs_gpu
def test_the_solved_notebook_runs_on_the_gpu_and_all_of_it_is_right():
    shown = json.dumps(build.solution(SOURCE), ensure_ascii=False)
    assert f"the device is {GPU}" in shown and "25 of 25 points" in shown


@pytest.mark.gpu
@needs_gpu
def test_the_reference_step_and_loop_run_on_the_gpu():
    names = lesson(NAME)
    net = names["DigitNet"]().to(GPU)
    x, y = torch.rand(70, 8, 8), torch.arange(70) % 10
    names["fit"](net, x, y, torch.device(GPU))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    loss = torch.nn.functional.mse_loss
    found = names["train_step"](net, loss, optimizer, (x, y), torch.device(GPU))
    assert found.device.type == GPU and torch.isfinite(found)


@pytest.mark.gpu
@needs_gpu
def test_a_checkpoint_draws_the_same_dropout_twice_on_the_gpu():
    block = torch.nn.Sequential(torch.nn.Linear(50, 50), torch.nn.Dropout(0.5)).to(GPU)
    x = torch.rand(20, 50, device=GPU, requires_grad=True)
    state = random_state(GPU)
    Checkpoint = lesson(NAME)["Checkpoint"]
    Checkpoint.apply(block, x, *block.parameters()).sum().backward()
    found, x.grad = x.grad, None
    with replayed(state, GPU):
        block(x).sum().backward()
    assert torch.allclose(found, x.grad)
