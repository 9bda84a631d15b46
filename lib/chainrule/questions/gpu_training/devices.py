"""Where the work is done: a device is chosen, and a step runs on whichever it is."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.probes.gpu_training import (
    ATTACHED,
    FINE,
    KINDS,
    NO_BACKWARD,
    NOT_THERE,
    READ,
    TWO_DEVICES,
    chosen,
    stepped,
    stepped_on_meta,
)
from chainrule.verdict import disagreement


def machine(cuda=0, mps=0):
    return lambda rng: {"cuda": cuda, "mps": mps}


def several(rng):
    return {"cuda": int(rng.integers(2, 65)), "mps": 0}


def tell_kind(yours, right, **_):
    return f"    you say {KINDS[int(yours)]}, and it should be {KINDS[int(right)]}"


best_device = Question(
    "best_device",
    Part(
        1,
        closed_form(lambda cuda, mps: 1 if cuda else 2 * mps),
        cases(
            {
                "a machine with several GPUs of NVIDIA": [several] * 2,
                "a machine with one GPU of NVIDIA": machine(cuda=1),
                "a Mac with a GPU": machine(mps=1),
                "a machine without a GPU": machine(),
            }
        ),
        mistakes(
            {
                "It returns cuda on every machine. A function that isn't called counts "
                "as true: write `is_available()`.": lambda: 1,
                "It returns cpu on every machine. Ask with torch.cuda.is_available() "
                "and torch.backends.mps.is_available().": lambda: 0,
                "A Mac's GPU is not used. Return mps where torch finds it.": (
                    lambda cuda: 1 if cuda else 0
                ),
                "A GPU of NVIDIA is not used. Return cuda where torch finds it.": (
                    lambda mps: 2 * mps
                ),
            }
        ),
        probe=chosen,
        tell=tell_kind,
        entries=False,
    ),
    hints=[
        "torch.cuda.is_available() and torch.backends.mps.is_available() tell which "
        "GPU torch finds.",
        'Ask for cuda first, then for mps. If torch finds neither, return "cpu".',
        'Return a torch.device, such as torch.device("cuda"), or only its name.',
    ],
)


def a_step(**more):
    def make(rng):
        n, ins, hidden, classes = (int(k) for k in rng.permutation([3, 4, 5, 6]))
        return {
            "X": numbers_of(rng, n, ins),
            "y": rng.integers(0, classes, n),
            "W1": numbers_of(rng, hidden, ins),
            "b1": numbers_of(rng, hidden),
            "W2": numbers_of(rng, classes, hidden) / 2,
            "b2": numbers_of(rng, classes),
            "rate": float(rng.uniform(0.05, 0.2)),
            **more,
        }

    return make


def steps_by_torch(zeroed=True, moved=True, summed=1):
    """The losses and weights of torch's own steps, as a mistake leaves them."""

    def rule(X, y, W1, b1, W2, b2, rate, steps):
        import torch

        X, y, *weights = tensors([X, y, W1, b1, W2, b2])
        for w in weights:
            w.requires_grad_().grad = torch.ones_like(w)
        optimizer, losses = torch.optim.SGD(weights, lr=rate, momentum=0.9), []
        wanted = torch.nn.functional.one_hot(y, len(W2)).to(X.dtype)
        for _ in range(steps):
            hidden = torch.tanh(torch.nn.functional.linear(X, weights[0], weights[1]))
            scores = torch.nn.functional.linear(hidden, weights[2], weights[3])
            loss = torch.nn.functional.mse_loss(scores, wanted)
            if zeroed:
                optimizer.zero_grad()
            loss.backward()
            if moved:
                optimizer.step()
            losses.append(loss.item())
        numbers = [w.detach().numpy().ravel() for w in weights]
        return np.concatenate([losses, *numbers])

    return rule


def tell_step(yours, right, steps, **_):
    losses, found = np.ravel(yours)[:steps], np.ravel(right)[:steps]
    if not np.allclose(losses, found):
        where, lines = disagreement(losses, found, "torch.optim.SGD")
        return f"    in the losses of {steps} steps, {where}\n{lines}"
    where, lines = disagreement(np.ravel(yours)[steps:], right[steps:], "torch.optim")
    return f"    in the parameters after {steps} steps, {where}\n{lines}"


CAME_OF_IT = {
    FINE: "the step runs, and all of it is on the meta device",
    TWO_DEVICES: "the step stops: an operation gets tensors of two devices",
    READ: "the step stops: it reads the numbers of a tensor",
    NOT_THERE: "the step returns no tensor on the meta device: return loss.detach()",
    ATTACHED: "the step runs, and returns a loss with its graph behind it",
    NO_BACKWARD: "no gradient arrives at the last layer: call loss.backward()",
}


def tell_meta(yours, right, **_):
    return f"    {CAME_OF_IT[int(yours)]}"


MOVE = (
    "An operation gets tensors of two devices. `x.to(device)` returns a new tensor and "
    "leaves x where it is. A tensor that you make yourself needs device=device."
)
WAIT = (
    "The step reads numbers from the device, and the CPU has to wait for them. Look "
    "for .item(), float(), .cpu() and an `if` that asks a tensor. one_hot reads them "
    "too, unless you give it the number of classes. Return loss.detach(), a tensor."
)

train_step = Question(
    "train_step",
    Part(
        2,
        Oracle("torch.optim.SGD", steps_by_torch()),
        cases(
            {
                "one step on the CPU": a_step(steps=1),
                "three steps on the CPU": a_step(steps=3),
            }
        ),
        mistakes(
            {
                "The gradients of earlier steps are still in .grad: call "
                "optimizer.zero_grad() before backward.": steps_by_torch(zeroed=False),
                "The parameters don't change: optimizer.step() is missing, or "
                "zero_grad() stands between backward() and "
                "step().": steps_by_torch(moved=False),
            }
        ),
        probe=stepped,
        tell=tell_step,
    ),
    Part(
        1,
        closed_form(lambda **_: FINE),
        cases({"a model on the meta device": [a_step()] * 2}),
        mistakes(
            {
                MOVE: lambda: TWO_DEVICES,
                WAIT: lambda: READ,
                "The loss still has its graph behind it, and the nodes of the graph "
                "stay in memory as long as the loss (06_networks). Return "
                "loss.detach().": lambda: ATTACHED,
            }
        ),
        probe=stepped_on_meta,
        tell=tell_meta,
        entries=False,
    ),
    hints=[
        "First x, y = batch, then x = x.to(device), and then y = y.to(device).",
        "scores = model(x). The one-hot rows are torch.eye(scores.shape[1], "
        "device=device)[y].",
        "Then call zero_grad, backward and step, as in 06_networks. Return the "
        "loss with .detach(), because .item() would wait for the GPU.",
    ],
)
