"""What a training loop keeps alive: nodes of its graphs, and arrays saved in them."""

import weakref

import numpy as np


class Held:
    """A saved tensor, for as long as a graph holds on to it."""

    def __init__(self, tensor):
        self.tensor = tensor


def nodes_behind(total):
    """How many graph nodes a tensor keeps alive; 0 for a plain number."""
    waiting, found = [getattr(total, "grad_fn", None)], set()
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found.add(node)
            waiting += [source for source, _ in node.next_functions]
    return len(found)


def lab(one_step, steps=305, rows=500):
    """Nodes behind a loop's total, and megabytes of saved arrays, after each step.

    one_step: from (total, loss, step) to the next total.
    """
    import torch
    from torch import nn

    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2))
    held, total, seen = weakref.WeakSet(), 0.0, []

    def pack(tensor):
        kept = Held(tensor)
        held.add(kept)
        return kept

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda kept: kept.tensor):
        for step in range(steps):
            X, Y = torch.randn(rows, 4), torch.randn(rows, 2)
            total = one_step(total, nn.functional.mse_loss(model(X), Y), step)
            arrays = {h.tensor.data_ptr(): h.tensor.nbytes for h in held}
            seen.append((nodes_behind(total), sum(arrays.values()) / 1e6))
    return np.array(seen)
