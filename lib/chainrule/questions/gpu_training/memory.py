"""How many bytes a training step needs, by arithmetic, and by a count of torch's."""

from itertools import pairwise

import numpy as np

from chainrule.judge import AnswerError, Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.gpu_training import Kept
from chainrule.rules import NUMPY_ONLY
from chainrule.torch_side import known_state

NAMES = ("parameters", "gradients", "state", "kept")


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

    dtype = {2: torch.bfloat16, 4: torch.float32, 8: torch.float64}[itemsize]
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
    size=None,
):
    """The four numbers by arithmetic, as a mistake leaves them."""

    def rule(widths, rows, itemsize, optimizer, frozen):
        itemsize = size or itemsize
        frozen = 0 if thawed else frozen
        counts = [a * b + biases * b for a, b in pairwise(widths)]
        trained = sum(counts[frozen:]) * itemsize
        copies = {"SGD": 0, "momentum": momentum, "Adam": adam}[optimizer]
        tensors = 2 * (len(counts) - frozen) if optimizer == "Adam" else 0
        return np.array(
            [
                sum(counts) * itemsize,
                trained * gradients,
                copies * trained + counters * tensors,
                rows * kept(widths[frozen:]) * itemsize,
            ]
        )

    return rule


class Some:
    """Drives an answer that returns all four numbers, and uses some of them."""

    def __init__(self, first, last):
        self.places = slice(first, last)

    def __call__(self, answer, **args):
        found = answer(*args.values())
        if type(found) not in (tuple, list, np.ndarray) or len(found) != len(NAMES):
            raise AnswerError(
                f"    It should return four numbers, separated by commas: "
                f"{', '.join(NAMES)}."
            )
        return list(found[self.places])


def part(points, first, last, given, wrong):
    def some(rule):
        return lambda **args: rule(**args)[first:last]

    def tell(yours, right, **_):
        lines = [f"    {'':12}{'you say':>12}{'counted':>12}"]
        for name, a, b in zip(NAMES[first:last], yours, right, strict=True):
            lines.append(f"    {name:12}{a:>12,.8g}{b:>12,.8g}")
        return "\n".join(lines)

    return Part(
        points,
        Oracle("counted in torch", some(measured)),
        cases(given),
        mistakes({says: some(rule) for says, rule in wrong.items()}),
        drive=Some(first, last),
        tell=tell,
    )


BITS = "That takes four bytes for every number. Here a number takes `itemsize` bytes."
NUMBERS = "Those are numbers, and bytes were asked for: each takes `itemsize` bytes."

training_bytes = Question(
    "training_bytes",
    part(
        1,
        0,
        2,
        {"SGD": [network("SGD")] * 3, "Adam": network("Adam")},
        {
            "The biases are missing: each layer has one for each of its outputs.": (
                on_paper(biases=False)
            ),
            "The gradients are missing: they take as much as the parameters.": (
                on_paper(gradients=False)
            ),
            NUMBERS: on_paper(size=1),
            BITS: on_paper(size=4),
        },
    ),
    part(
        1,
        2,
        3,
        {
            "SGD": network("SGD"),
            "momentum": network("momentum"),
            "Adam": [network("Adam")] * 2,
        },
        {
            "Adam keeps two numbers for each parameter, m and v.": on_paper(adam=1),
            "The optimizer's state is missing: Adam keeps two numbers for each "
            "parameter, momentum keeps one.": on_paper(adam=0, momentum=0, counters=0),
            "Adam's counters are missing: 4 bytes for each weight matrix and for each "
            "bias vector.": on_paper(counters=0),
            "Momentum keeps one number for each parameter.": on_paper(momentum=0),
            "The parameters themselves are counted once more: of Adam's state only m, "
            "v and the counters are asked for.": on_paper(adam=3),
        },
    ),
    part(
        1,
        3,
        4,
        {"what backward keeps": [network("SGD")] * 3},
        {
            "Each hidden layer is counted twice. ReLU keeps its result, and the next "
            "layer keeps its input: that is the same array.": on_paper(
                kept=lambda widths: sum(widths[:-1]) + sum(widths[1:-1])
            ),
            "The result of the last layer is counted too. No operation after it needs "
            "it here.": on_paper(kept=sum),
            "The input is missing: the first layer keeps it, for the gradient of its "
            "weights.": on_paper(kept=lambda widths: sum(widths[1:-1])),
            "That counts the results of all layers. Each layer keeps what goes into "
            "it.": (on_paper(kept=lambda widths: sum(widths[1:]))),
            NUMBERS: on_paper(size=1),
            BITS: on_paper(size=4),
        },
    ),
    part(
        1,
        0,
        4,
        {"the first layers frozen": [network("Adam", frozen=True)] * 3},
        {
            "That is as if no layer were frozen. A frozen layer has parameters, but no "
            "gradients and no state, and backward stops behind the first layer that is "
            "trained.": on_paper(thawed=True),
        },
    ),
    off=NUMPY_ONLY,
    hints=[
        "A layer from a to b units has a · b + b parameters. Gradients take as much as "
        "the parameters that are trained; so does each of Adam's two copies.",
        "Backward keeps the input of each layer, rows × a numbers. The result of ReLU "
        "is the input of the next layer: count it once. Nothing keeps the last result.",
        "Frozen layers count among the parameters, and nowhere else: take "
        "widths[frozen:] for the other three. Adam adds 4 bytes for each of the two "
        "tensors of a trained layer.",
    ],
)
