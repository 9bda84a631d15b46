"""Training loops: five with one error each, and one without."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import (
    cases,
    exchanged,
    mistakes,
    own_value,
    tensors,
)
from chainrule.questions.networks import runs
from chainrule.questions.networks.epochs import EVALUATION, OWN_MODE_ALONE, TRAINING
from chainrule.questions.probes.networks import trained_weights, training_losses

# ---- which loop is it? ----


def shuffled_runs(rng):
    """What was measured of five runs, A to E, each by one of the five loops."""
    order = rng.permutation(5) + 1
    while (order == np.arange(1, 6)).any() or (order == np.argsort(order) + 1).all():
        order = rng.permutation(5) + 1
    return {"measured": ", ".join(runs.MEASURED)} | {
        letter: runs.measured(int(loop), rng)
        for letter, loop in zip("ABCDE", order, strict=True)
    }


def told_apart(measured, **rows):
    """The loop behind each run, from what was measured of it."""
    seen = [dict(zip(runs.MEASURED, row, strict=True)) for row in rows.values()]
    return np.array([loop_of(run) for run in seen])


def loop_of(seen):
    if not seen["largest move of a weight"]:
        return 2 if seen["length of the remaining gradients"] else 5
    if not seen["difference of two forward passes"]:
        return 4
    return 1 if seen["length of the remaining gradients"] > 2 else 3


which_loop = own_value(
    "which_loop",
    "your own five runs",
    Oracle("what was measured", told_apart),
    shuffled_runs,
    {
        "Three are right. In the other two runs no weight moves. One of them has "
        "gradients at its end, the other has none.": exchanged(2, 5),
        "Three are right. In one of the other two runs the gradients of all steps add "
        "up: look at the length of the remaining gradients.": exchanged(1, 3),
        "Three are right. In one of the other two runs, two forward passes agree "
        "although the network has dropout.": exchanged(3, 4),
        "That is the run of each loop, 1 to 5. The question asks for the loop of each "
        "run, A to E.": lambda right: np.argsort(right) + 1.0,
    },
    hints=[
        "Start with the runs in which no weight moves. Which two loops move no weight?",
        "Dropout makes two forward passes differ, in training mode only. Which loop is "
        "in evaluation mode while it trains?",
        "Two runs are left. In one of them the gradients of all steps add up, so the "
        "remaining gradients are long. In the other run the loss stays above 0.55.",
    ],
    points=2,
)

# ---- a loop without any of the five errors ----


SCALES = {"eval": EVALUATION, "own mode alone": OWN_MODE_ALONE}


def losses_and_weights(X, labels, W1, b1, W2, b2, steps, rate, fault=""):
    """The losses before each step and all weights at the end, by torch.optim.SGD."""
    import torch

    X, labels, *weights = tensors([X, labels, W1, b1, W2, b2])
    weights = [w.clone().requires_grad_() for w in weights]
    optimizer = torch.optim.SGD(weights, lr=rate, maximize=fault == "sign")
    losses, found = [], [w.detach().numpy().ravel() for w in weights]
    for _ in range(steps):
        hidden = torch.tanh(X @ weights[0].T + weights[1])
        scores = SCALES.get(fault, TRAINING) * hidden @ weights[2].T + weights[3]
        scores = scores.softmax(1) if fault == "softmax" else scores
        loss = torch.nn.functional.cross_entropy(scores, labels)
        if fault != "kept":
            optimizer.zero_grad()
        loss.backward()
        if fault != "unmoved":
            optimizer.step()
        losses.append(loss.item())
    return np.array(losses), np.concatenate(found)


def weights_after(fault=""):
    return lambda **args: losses_and_weights(**args, fault=fault)[1]


def losses_of(fault=""):
    return lambda **args: losses_and_weights(**args, fault=fault)[0]


def to_classify(rng):
    n, hidden = int(rng.integers(9, 14)), int(rng.integers(4, 7))
    return {
        "X": numbers_of(rng, n, 2),
        "labels": rng.permutation(np.arange(n) % 3),
        "W1": numbers_of(rng, hidden, 2),
        "b1": numbers_of(rng, hidden),
        "W2": numbers_of(rng, 3, hidden),
        "b2": numbers_of(rng, 3),
        "steps": int(rng.integers(4, 8)),
        "rate": float(rng.uniform(0.2, 0.5)),
    }


STEPS_AGREE = close(1e-8, 1e-9)  # a loss near 0 is a difference of large numbers
FAULTS = {
    "The gradients of all steps are added up: backward adds to what is in .grad. Set "
    "the gradients to zero before each backward.": "kept",
    "No weight has moved: the step is missing, or zero_grad stands between backward "
    "and step, or new tensors were made, and the model has kept its own.": "unmoved",
    "Softmax is applied twice: cross_entropy takes scores, and applies softmax "
    "itself.": "softmax",
    "The model was trained in evaluation mode. It may come in any mode: call "
    "model.train() first.": "eval",
    "Only the model's own `training` was set. Its parts, such as dropout, are still in "
    "evaluation mode: call model.train().": "own mode alone",
    "The weights go uphill. Which sign does a step of gradient descent have?": "sign",
}

fit_classifier = Question(
    "fit_classifier",
    Part(
        1,
        Oracle("torch.optim.SGD", weights_after()),
        cases({"some steps": to_classify, "other steps": to_classify}),
        mistakes({says: weights_after(fault) for says, fault in FAULTS.items()}),
        probe=trained_weights,
        agree=STEPS_AGREE,
    ),
    Part(
        1,
        Oracle("torch.optim.SGD", losses_of()),
        cases({"the losses": to_classify, "other losses": to_classify}),
        mistakes(
            {
                "All losses are the same: either no weight has moved, or the first "
                "loss was appended in each step.": losses_of("unmoved"),
                "These are the losses after each step. Take each before its step.": (
                    lambda **args: np.append(
                        losses_of()(**args)[1:],
                        losses_of()(**args | {"steps": args["steps"] + 1})[-1],
                    )
                ),
            }
        ),
        probe=training_losses,
        agree=STEPS_AGREE,
    ),
    hints=[
        "Go through the five loops. For each error, write the right line into your "
        "own loop.",
        "Before the loop: model.train(), and torch.optim.SGD(model.parameters(), "
        "lr=rate). In the loop: zero_grad, forward, loss, backward, step.",
        "The loss is torch.nn.functional.cross_entropy(model(X), labels), without "
        "softmax. Append loss.item() to a list, and return the list.",
    ],
    seconds=5,
)
