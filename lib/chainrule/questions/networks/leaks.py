"""How many nodes of its graphs a training loop keeps alive."""

import numpy as np

from chainrule.oracle import Oracle
from chainrule.questions.kinds import own_value

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
        "You counted new ends, the AccumulateGrad nodes, in each step. All steps have "
        "the same parameters, so all graphs have the same ends.": (
            expected(leaves_each=True)
        ),
        "The ends of the graph are missing: each parameter has one AccumulateGrad.": (
            expected(leaves=False)
        ),
        "The additions are missing: each `+=` makes a node too.": expected(sums=False),
        "The second number is wrong: what `.item()` gives has no graph behind it.": (
            expected(item="one")
        ),
        "The third number counts all steps. Behind this total are only the steps since "
        "its last reset.": (expected(reset="all")),
        "You counted only the last step. `backward` frees the saved arrays, but the "
        "nodes of all steps stay as long as the total points to them.": expected(
            total="one", reset="one"
        ),
        "The fourth number is wrong. The forward pass makes the nodes, so the loop "
        "without `backward` has as many as the first.": (expected(no_backward="none")),
    },
    hints=[
        "Begin with one step of your own model. Which nodes does a step add? A linear "
        "layer adds two, AddmmBackward0 and TBackward0.",
        "One step adds 2 for each linear layer, 1 for each ReLU, 1 for the loss and 1 "
        "for the sum. The AccumulateGrad nodes are shared by all steps.",
        "Which steps are behind the total at the end? In the order of the table: all, "
        "none, the steps since the last reset, all.",
    ],
    points=2,
)
