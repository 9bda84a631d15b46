"""What a training loop keeps alive, and loops that keep nothing."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.draws import numbers_of
from chainrule.questions.kinds import cases, mistakes, own_value, tensors
from chainrule.questions.probes.networks import epoch, graphs_kept, traces, validated

# ---- nodes that a total keeps alive ----


def counted(steps, reset_every, hidden_layers):
    """The nodes behind the total of each loop, as torch has them after all steps."""
    return np.array(
        [count(kind, steps, reset_every, hidden_layers) for kind in range(4)]
    )


def count(kind, steps, reset_every, hidden_layers):
    import torch
    from torch import nn

    layers = [nn.Linear(4, 3), nn.ReLU()]
    for _ in range(hidden_layers - 1):
        layers += [nn.Linear(3, 3), nn.ReLU()]
    model, total = nn.Sequential(*layers, nn.Linear(3, 2)), 0.0
    for step in range(steps):
        loss = nn.functional.mse_loss(model(torch.ones(5, 4)), torch.ones(5, 2))
        if kind < 3:
            loss.backward()
        total = total + (loss.item() if kind == 1 else loss)
        if kind == 2 and (step + 1) % reset_every == 0:
            total = 0.0
    return float(nodes_behind(total))


def nodes_behind(total):
    waiting, found = [getattr(total, "grad_fn", None)], set()
    while waiting:
        node = waiting.pop()
        if node and node not in found:
            found.add(node)
            waiting += [input for input, _ in node.next_functions]
    return len(found)


def expected(leaves_each=False, leaves=True, sums=True, **changes):
    """The four counts on paper, with something counted wrongly."""

    def rule(steps, reset_every, hidden_layers):
        per_step = 3 * hidden_layers + 3 + sums
        ends = 2 * (hidden_layers + 1) * leaves

        def after(k):
            return k * (per_step + ends) if leaves_each else k * per_step + ends

        all_steps = after(steps)
        known = {"all": all_steps, "none": 0, "one": after(1), "rest": steps}
        usual = {"total": all_steps, "item": 0, "reset": after(steps % reset_every)}
        usual["no_backward"] = all_steps
        usual |= {loop: known[what] for loop, what in changes.items()}
        return np.array([*usual.values()], dtype=float)

    return rule


def own_lab(rng):
    while True:
        steps, every = int(rng.integers(20, 70)), int(rng.integers(6, 13))
        if steps % every > 1:
            return {
                "steps": steps,
                "reset_every": every,
                "hidden_layers": int(rng.integers(1, 4)),
            }


nodes_after = own_value(
    "nodes_after",
    "your own four loops",
    Oracle("a count of torch's nodes", counted),
    own_lab,
    {
        "The ends of the graph, one AccumulateGrad for each parameter, are counted anew "
        "in each step. The parameters are the same in all steps, and so are these.": (
            expected(leaves_each=True)
        ),
        "The ends of the graph are missing: each parameter has one AccumulateGrad.": (
            expected(leaves=False)
        ),
        "The additions are missing: each `+=` makes a node too.": expected(sums=False),
        "A number that `.item()` gives has no graph behind it.": expected(item="one"),
        "The loop that starts its total anew lets go of all that was behind it.": (
            expected(reset="all")
        ),
        "After `backward`, the arrays that were saved are gone. The nodes are still "
        "there as long as something points to them.": expected(
            total="one", reset="one"
        ),
        "A loop without `backward` makes the same nodes: the forward pass does.": (
            expected(no_backward="none")
        ),
    },
    hints=[
        "Print the nodes of one step of your own model, and count what a step adds: a "
        "linear layer has two, AddmmBackward0 and TBackward0.",
        "One step adds 2 for each linear layer, 1 for each ReLU, 1 for the loss and 1 "
        "for the sum. The AccumulateGrad nodes are shared by all steps.",
        "Which steps are still behind the total at the end? All of them, none, those "
        "since the last reset, all of them.",
    ],
    points=2,
)

# ---- repaired loops ----


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


def to_validate(training):
    return lambda rng: a_task(rng) | {"training": training}


def batch_losses(X, Y, W1, b1, W2, b2, size, rate=0.0, scale=1.0):
    """The loss and the length of each batch, and the weights after all their steps."""
    import torch

    X, Y, *weights = tensors([X, Y, W1, b1, W2, b2])
    weights = [w.clone().requires_grad_() for w in weights]
    optimizer, losses, sizes = torch.optim.SGD(weights, lr=rate), [], []
    for x, y in zip(X.split(size), Y.split(size), strict=True):
        hidden = torch.tanh(x @ weights[0].T + weights[1])
        loss = (scale * hidden @ weights[2].T + weights[3] - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(x))
    numbers = np.concatenate([w.detach().numpy().ravel() for w in weights])
    return np.array(losses), np.array(sizes), numbers


def trained(mean):
    """The mean loss of an epoch in one sense, and the weights after it."""

    def rule(**args):
        losses, sizes, weights = batch_losses(**args)
        return np.append(mean(losses, sizes), weights)

    return rule


def per_example(losses, sizes):
    return np.average(losses, weights=sizes)


def validation(mean=per_example, in_training=False):
    def rule(training, **args):
        scale = 1.0 if in_training else 0.5
        losses, sizes, _ = batch_losses(**args, scale=scale)
        return np.float64(mean(losses, sizes))

    return rule


MEAN_OF_MEANS = (
    "That is the mean of the batches' losses. The last batch is smaller, so its examples "
    "count more than the others: weigh each loss by the length of its batch."
)
SUM = "That is the sum of the batches' losses, not a mean loss per example."
OVER_BATCHES = (
    "That is divided by the number of batches. Divide by the number of examples."
)
MEANS = {
    MEAN_OF_MEANS: lambda losses, sizes: losses.mean(),
    SUM: lambda losses, sizes: losses.sum(),
    OVER_BATCHES: lambda losses, sizes: (losses * sizes).sum() / len(sizes),
}

epoch_loss = Question(
    "epoch_loss",
    Part(
        0.5,
        Oracle("torch.optim.SGD", trained(per_example)),
        cases({"one epoch": to_train, "another": to_train}),
        mistakes({says: trained(mean) for says, mean in MEANS.items()}),
        probe=epoch,
    ),
    Part(
        0.5,
        Oracle("a count of graphs", lambda **_: np.zeros(2)),
        cases({"what is kept": to_train}),
        mistakes(
            {
                "Every graph is kept alive until the end: a sum or a list of losses "
                "points to all of them. Take the number alone.": (
                    lambda X, size: np.array([-(-len(X) // size) - 2.0, 0])
                ),
                "What is returned still has all graphs behind it. Take the number "
                "alone.": lambda X, size: np.array([-(-len(X) // size) - 2.0, 1]),
            }
        ),
        probe=graphs_kept,
        entries=False,
        tell=lambda yours, right, **_: (
            f"    at one time {yours[0] + 2:g} graphs are alive; 2 will do"
        ),
    ),
    hints=[
        "For each batch: zero_grad, forward, loss, backward, step. What do you keep of "
        "the loss?",
        "loss.item() is a Python number, and no graph is behind it.",
        "Add loss.item() * len(X) for each batch, and divide the total by the number of "
        "examples in the end.",
    ],
    seconds=5,
)

validation_loss = Question(
    "validation_loss",
    Part(
        1,
        Oracle("torch", validation()),
        cases(
            {
                "a model in training mode": to_validate(True),
                "a model in evaluation mode": to_validate(False),
            }
        ),
        mistakes({says: validation(mean) for says, mean in MEANS.items()}),
        probe=validated,
    ),
    Part(
        1,
        Oracle("a count of graphs", lambda **_: np.zeros(2)),
        cases(
            {
                "what is left of a model in training mode": to_validate(True),
                "what is left of a model in evaluation mode": to_validate(False),
            }
        ),
        mistakes(
            {
                "A graph was recorded for every batch, and nobody will walk it. "
                "Compute under torch.no_grad().": (
                    lambda X, size: np.array([-(-len(X) // size), 0.0])
                ),
                "The model is left in evaluation mode, whatever it was in before. "
                "Put it back into the mode that it had.": (
                    lambda training: np.array([0.0, training])
                ),
            }
        ),
        probe=traces,
        entries=False,
        tell=lambda yours, right, **_: (
            f"    batches with a graph: {yours[0]:g}; the model's mode is "
            f"{'another than before' if yours[1] else 'as before'}"
        ),
    ),
    hints=[
        "Nothing is trained here: no optimizer, no backward, and no graph.",
        "model.eval() before, `with torch.no_grad():` around the batches, and afterwards "
        "the mode that model.training said at first.",
        "before = model.training at the beginning, model.train(before) at the end. In "
        "between, add loss.item() * len(X).",
    ],
    seconds=5,
)
