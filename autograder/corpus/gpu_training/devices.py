"""A device is chosen, and a step runs on whichever it is."""

from unittest import mock

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from corpus.answers import Answers
from corpus.measures import near, some

ANSWERS = {}


def best_device(student, rng):
    """On a machine that says at random what it has."""
    cuda, mps = rng.random(2) < 0.5
    said = mock.patch.object
    with (
        said(torch.cuda, "is_available", lambda: bool(cuda)),
        said(torch.cuda, "device_count", lambda: int(cuda)),
        said(torch.backends.mps, "is_available", lambda: bool(mps)),
    ):
        found = torch.device(student.best_device()).type
    return found == ("cuda" if cuda else "mps" if mps else "cpu")


CUDA, MPS = "torch.cuda.is_available()", "torch.backends.mps.is_available()"

ANSWERS["best_device"] = Answers(
    args="",
    decider=best_device,
    right=[
        f"""
def best_device():
    return "cuda" if {CUDA} else "mps" if {MPS} else "cpu"
""",
        """
def best_device():
    kinds = {"cuda": torch.cuda.device_count() > 0,
             "mps": torch.backends.mps.is_available(), "cpu": True}
    return torch.device([kind for kind in kinds if kinds[kind]][0])
""",
    ],
    wrong=[
        'def best_device():\n    return "mps"',
        f'def best_device():\n    return "cpu" if {CUDA} else "cuda"',
        f'def best_device():\n    return "gpu" if {CUDA} else "cpu"',
        f"def best_device():\n    return {CUDA}",
        "def best_device():\n    return torch.zeros(1)",
        f'def best_device():\n    return "mps" if {CUDA} else "cuda" if {MPS} else 0',
        'def best_device():\n    return "meta"',
    ],
    mistakes={
        "It returns cuda on every machine": """
def best_device():
    return "cuda" if torch.cuda.is_available else "cpu"
""",
        "It returns cpu on every machine": 'def best_device():\n    return "cpu"',
        "A Mac's GPU is not used": f"""
def best_device():
    return "cuda" if {CUDA} else "cpu"
""",
        "A GPU of NVIDIA is not used": f"""
def best_device():
    return "mps" if {MPS} else "cpu"
""",
    },
)


def train_step(student, rng):
    """A linear model, whose gradient is worked out on paper; then on meta."""
    n, ins, classes = rng.integers(2, 6, 3)
    W, b, X = some(rng, classes, ins), some(rng, classes), some(rng, n, ins)
    y, rate = rng.integers(0, classes, n), rng.uniform(0.01, 0.3)
    model = torch.nn.Linear(ins, classes, dtype=torch.float64)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(W))
        model.bias.copy_(torch.tensor(b))
    for p in model.parameters():
        p.grad = torch.full_like(p, rng.normal())

    def step(device):
        optimizer = torch.optim.SGD(model.parameters(), lr=rate)
        batch = torch.tensor(X), torch.tensor(y)
        device = torch.device(device)
        loss = student.train_step(model, summed, optimizer, batch, device)
        return loss if isinstance(loss, torch.Tensor) else torch.tensor(loss)

    loss = step("cpu")
    off = X @ W.T + b - np.eye(classes)[y]
    pairs = [
        (loss.detach(), np.sum(off**2)),
        (model.weight.detach(), W - rate * 2 * off.T @ X),
        (model.bias.detach(), b - rate * 2 * off.sum(0)),
    ]
    model.to("meta")
    with Together() as together:
        on_meta = step("meta")
    there = not together.mixed and on_meta.is_meta and not on_meta.requires_grad
    return there and all(near(a.numpy(), r, 1e-5) for a, r in pairs)


class Together(TorchFunctionMode):
    """Notes whether a call of torch gets tensors of two devices; an index may be on
    the CPU."""

    mixed = False

    def __torch_function__(self, func, types, args=(), kwargs=None):
        met = args[:1] if func is torch.Tensor.__getitem__ else args
        places = {t.is_meta for t in met if isinstance(t, torch.Tensor)}
        self.mixed = self.mixed or len(places) > 1
        return func(*args, **kwargs or {})


def summed(scores, wanted):
    return (scores - wanted).square().sum()


def step(
    move="x, y = x.to(device), y.to(device)",
    wanted="torch.eye(scores.shape[1], device=device)[y]",
    zero="optimizer.zero_grad()",
    middle="",
    move_on="optimizer.step()",
    result="found.detach()",
):
    lines = [
        "x, y = batch",
        move,
        "scores = model(x)",
        f"wanted = {wanted}",
        "found = loss_fn(scores, wanted)",
        zero,
        "found.backward()",
        middle,
        move_on,
        f"return {result}",
    ]
    return "\n".join(line for line in lines if line)


ANSWERS["train_step"] = Answers(
    args="model, loss_fn, optimizer, batch, device",
    decider=train_step,
    right=[
        step(wanted="torch.nn.functional.one_hot(y, scores.shape[1]).to(scores.dtype)"),
        """
optimizer.zero_grad()
scores = model(batch[0].to(device))
wanted = torch.zeros_like(scores)
wanted[torch.arange(len(wanted), device=device), batch[1].to(device)] = 1
value = loss_fn(scores, wanted)
value.backward()
optimizer.step()
return value.detach()""",
        step(
            zero="for p in model.parameters():\n    p.grad = None",
            result="found.detach().clone()",
        ),
    ],
    wrong=[
        step(result="found.item() * len(x)"),
        step(wanted="torch.ones_like(scores)"),
        step(wanted="y"),
        step(wanted="1 - torch.eye(scores.shape[1], device=device)[y]"),
        step(middle="optimizer.step()"),
        step(result="loss_fn(model(x), wanted).detach()"),
        step(middle="for p in model.parameters():\n    p.grad.clamp_(-0.1, 0.1)"),
        step(result="None"),
        step().replace("found.backward()", "(2 * found).backward()"),
    ],
    mistakes={
        "The gradients of earlier steps": step(zero=""),
        "The parameters don't change": [
            step(move_on=""),
            step(zero="", middle="optimizer.zero_grad()"),
        ],
        "An operation gets tensors of two": [
            step(move="x.to(device), y.to(device)"),
            step(
                move="x = x.to(device)",
                wanted="torch.zeros_like(scores).scatter_(1, y[:, None], 1.0)",
            ),
        ],
        "The step reads numbers": step(result="found.item()"),
        "The loss still has its graph": step(result="found"),
    },
)
