"""The bytes of a training step: counted in torch, and on paper."""

from itertools import pairwise

import numpy as np

from chainrule.questions.probes.gpu_training import Kept
from chainrule.torch_side import known_state

NAMES = ("parameters", "gradients", "state", "saved arrays")


def network(optimizer, frozen=False):
    """Widths, rows, bytes of a number and an optimizer; how many layers are frozen."""

    def make(rng):
        layers = int(rng.integers(3, 5))
        return {
            "widths": [int(n) for n in rng.choice(np.arange(3, 40), layers + 1, False)],
            "rows": int(rng.integers(40, 60)),
            "itemsize": int(rng.choice([2, 8])),
            "optimizer": optimizer,
            "frozen": int(rng.integers(1, layers)) if frozen else 0,
        }

    return make


def measured(widths, rows, itemsize, optimizer, frozen):
    """The same numbers, counted while torch takes a step."""
    import torch

    dtype = {2: torch.float16, 4: torch.float32, 8: torch.float64}[itemsize]
    with known_state(torch.float32, 0):
        layers = [torch.nn.Linear(a, b, dtype=dtype) for a, b in pairwise(widths)]
        for layer in layers[:frozen]:
            layer.requires_grad_(False)
        steps = [step for layer in layers for step in (layer, torch.nn.ReLU())]
        model = torch.nn.Sequential(*steps[:-1])
        trained = [p for p in model.parameters() if p.requires_grad]
        kept = Kept(model.parameters())
        with torch.autograd.graph.saved_tensors_hooks(kept.note, lambda t: t):
            y = model(torch.ones(rows, widths[0], dtype=dtype))
        y.backward(torch.ones_like(y))
        make = {"SGD": (torch.optim.SGD, {}), "Adam": (torch.optim.Adam, {})}
        make["momentum"] = torch.optim.SGD, {"momentum": 0.9}
        kind, options = make[optimizer]
        moved = kind(trained, lr=0.1, **options)
        moved.step()
    state = [t for own in moved.state.values() for t in own.values() if t is not None]
    counted = [model.parameters(), (p.grad for p in trained), state]
    return np.array([*(sum(t.nbytes for t in of) for of in counted), kept.bytes])


def on_paper(
    biases=True,
    gradients=True,
    adam=2,
    momentum=1,
    counters=4,
    kept=lambda widths: sum(widths[:-1]),
    thawed=False,
    through=False,
    weights=False,
    size=None,
):
    """The four numbers by arithmetic, as a mistake leaves them.

    through: the saved arrays of frozen layers count; weights: those that are saved, all
    but the first trained layer's, count too.
    """

    def rule(widths, rows, itemsize, optimizer, frozen):
        itemsize = size or itemsize
        frozen = 0 if thawed else frozen
        first = 0 if through else frozen
        counts = [a * b + biases * b for a, b in pairwise(widths)]
        trained = sum(counts[frozen:]) * itemsize
        copies = {"SGD": 0, "momentum": momentum, "Adam": adam}[optimizer]
        beyond = sum(a * b for a, b in pairwise(widths[frozen + 1 :]))
        tensors = 2 * (len(counts) - frozen) if optimizer == "Adam" else 0
        return np.array(
            [
                sum(counts) * itemsize,
                trained * gradients,
                copies * trained + counters * tensors,
                (rows * kept(widths[first:]) + weights * beyond) * itemsize,
            ]
        )

    return rule
