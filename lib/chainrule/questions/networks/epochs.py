"""An epoch of training that keeps no graph alive."""

import numpy as np

from chainrule.judge import Part, Question, close
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes, tensors
from chainrule.questions.probes.networks import epoch, epoch_and_graphs
from chainrule.verdict import disagreement


def a_task(rng):
    n = int(rng.integers(13, 17))
    return {
        "X": numbers_of(rng, n, 4),
        "Y": numbers_of(rng, n, 2),
        "W1": numbers_of(rng, 3, 4),
        "b1": numbers_of(rng, 3),
        "W2": numbers_of(rng, 2, 3),
        "b2": numbers_of(rng, 2),
        "size": 3 if n % 3 else 4,  # the last batch is smaller
    }


def to_train(rng):
    return a_task(rng) | {"rate": float(rng.uniform(0.05, 0.2))}


# What the probe's model multiplies its hidden values by: its own mode halves them, and
# that of its part.
TRAINING, OWN_MODE_ALONE, EVALUATION = 1.0, 0.5, 0.25


def batch_losses(X, Y, W1, b1, W2, b2, size, rate=0.0, scale=TRAINING, fault=""):
    """The loss and the length of each batch, and the weights after all their steps."""
    import torch

    X, Y, *weights = tensors([X, Y, W1, b1, W2, b2])
    weights = [w.clone().requires_grad_() for w in weights]
    optimizer, losses, sizes = torch.optim.SGD(weights, lr=rate), [], []

    def loss_of(x, y):
        hidden = torch.tanh(x @ weights[0].T + weights[1])
        return (scale * hidden @ weights[2].T + weights[3] - y).square().mean()

    for x, y in zip(X.split(size), Y.split(size), strict=True):
        loss = loss_of(x, y)
        if fault != "kept":
            optimizer.zero_grad()
        loss.backward()
        if fault != "unmoved":
            optimizer.step()
        losses.append((loss_of(x, y) if fault == "after" else loss).item())
        sizes.append(len(x))
    numbers = np.concatenate([w.detach().numpy().ravel() for w in weights])
    return np.array(losses), np.array(sizes), numbers


def batches(X, size):
    return -(-len(X) // size)


def per_example(losses, sizes):
    return np.average(losses, weights=sizes)


def trained(mean=per_example, **how):
    """The mean loss of an epoch in one sense, and the weights after it."""

    def rule(**args):
        losses, sizes, weights = batch_losses(**args, **how)
        return np.append(mean(losses, sizes), weights)

    return rule


def and_graphs(kept=False, attached=0):
    """The same, and a tally of graphs."""

    def rule(**args):
        more = batches(args["X"], args["size"]) - 2 if kept else 0
        return np.append(trained()(**args), [more, attached])

    return rule


def tell_epoch(yours, right, **_):
    """Which is off: the loss that was returned, or the weights that are left."""
    what, at = "the weights after the epoch", slice(1, None)
    if yours.shape != right.shape or close()(yours[at], right[at]):
        what, at = "the loss that it returns", 0
    return f"    in {what}\n{disagreement(yours[at], right[at], 'torch.optim.SGD')[1]}"


def tell_tally(says, counts=2):
    """What is off, the numbers first and then what was counted."""

    def tell(yours, right, **_):
        numbers, counted = np.split(np.ravel(yours), [-counts])
        if close()(numbers, right[:-counts]):
            return f"    {says(*counted)}"
        return disagreement(numbers, right[:-counts], "torch")[1]

    return tell


MEAN_OF_MEANS = (
    "That is the mean of the batches' losses. The last batch is smaller, so each of "
    "its examples counts too much: multiply each loss by the length of its batch."
)
EVALUATED = "The epoch was trained in evaluation mode. Leave the mode as it is."
SUM = "That is the sum of the batches' losses, not a mean loss per example."
OVER_BATCHES = (
    "That is divided by the number of batches. Divide by the number of examples."
)
FAULTS = {
    "The gradients of all batches are added up: backward adds to what is in .grad. Set "
    "the gradients to zero before each backward.": "kept",
    "No weight has moved: there is no step, or zero_grad stands between backward and "
    "step.": "unmoved",
    "Each loss was computed anew after its step. Take the loss from before the "
    "step.": "after",
}
MEANS = {
    MEAN_OF_MEANS: lambda losses, sizes: losses.mean(),
    SUM: lambda losses, sizes: losses.sum(),
    OVER_BATCHES: lambda losses, sizes: (losses * sizes).sum() / len(sizes),
}

epoch_loss = Question(
    "epoch_loss",
    Part(
        0.5,
        Oracle("torch.optim.SGD", trained()),
        cases({"one epoch": to_train, "another": to_train}),
        mistakes(
            {says: trained(mean) for says, mean in MEANS.items()}
            | {says: trained(fault=fault) for says, fault in FAULTS.items()}
            | {EVALUATED: trained(scale=EVALUATION)}
        ),
        probe=epoch,
        tell=tell_epoch,
    ),
    Part(
        0.5,
        Oracle("torch.optim.SGD", and_graphs()),
        cases({"what is kept": to_train}),
        mistakes(
            {
                "Every graph is kept alive until the end: a sum or a list of losses "
                "points to all graphs. Keep loss.item() instead.": and_graphs(True),
                "What is returned has all graphs behind it. Add up loss.item() "
                "instead.": and_graphs(True, attached=1),
            }
        ),
        probe=epoch_and_graphs,
        entries=False,
        tell=tell_tally(
            lambda more, attached: (
                f"graphs alive at one time: {more + 2:g}, and 2 are enough"
            )
        ),
    ),
    hints=[
        "For each batch: zero_grad, forward, loss, backward, step. What do you keep "
        "from the loss?",
        "loss.item() is a Python number, and no graph is behind it.",
        "Add loss.item() * len(X) for each batch. At the end, divide the total by the "
        "number of examples.",
    ],
    seconds=5,
)
