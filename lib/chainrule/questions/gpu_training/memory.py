"""How many bytes a training step needs, by arithmetic."""

import numpy as np

from chainrule.judge import AnswerError, Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.gpu_training.counting import NAMES, measured, network, on_paper
from chainrule.questions.kinds import cases, mistakes
from chainrule.rules import NUMPY_ONLY


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


BITS = "That counts four bytes for a number. Here a number takes `itemsize` bytes."
NUMBERS = "That counts numbers. Return bytes: a number takes `itemsize` bytes."

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
            "The gradients are missing: they take as many bytes as the parameters.": (
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
            "That counts one number for each parameter in the state. Adam keeps two, m "
            "and v.": on_paper(adam=1),
            "The optimizer's state is missing: Adam keeps two numbers for each "
            "parameter, momentum keeps one.": on_paper(adam=0, momentum=0, counters=0),
            "Adam's counters are missing: 4 bytes for each weight matrix and for each "
            "bias vector.": on_paper(counters=0),
            "Adam's counters take 4 bytes for each weight matrix and 4 for each bias "
            "vector: 8 for a layer. That counts 4.": on_paper(counters=2),
            "That counts no state for momentum. Momentum keeps one number for each "
            "parameter.": on_paper(momentum=0),
            "The parameters themselves are counted in the state. Adam's state holds "
            "only m, v and the counters.": on_paper(adam=3),
        },
    ),
    part(
        1,
        3,
        4,
        {"saved arrays": [network("SGD")] * 3},
        {
            "Each hidden layer is counted twice. ReLU saves its result, and the next "
            "layer saves its input. Both are the same array: count it once.": on_paper(
                kept=lambda widths: sum(widths[:-1]) + sum(widths[1:-1])
            ),
            "The result of the last layer is counted too. No layer saves it: leave "
            "it out.": on_paper(kept=sum),
            "The weights that the backward pass needs are counted too. They are among "
            "the parameters already: leave them out.": on_paper(weights=True),
            "The input is missing: the first layer saves it, for the gradient of its "
            "weights.": on_paper(kept=lambda widths: sum(widths[1:-1])),
            "That counts the results of all layers. A layer saves its input.": (
                on_paper(kept=lambda widths: sum(widths[1:]))
            ),
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
            "That counts frozen layers as trained. A frozen layer has parameters, but "
            "no gradients and no state. The backward pass stops at the input of the "
            "first layer that is trained, and this input is saved.": on_paper(
                thawed=True
            ),
            "The saved arrays of frozen layers are counted. The backward pass stops at "
            "the input of the first layer that is trained: count from there.": (
                on_paper(through=True)
            ),
        },
    ),
    off=NUMPY_ONLY,
    hints=[
        "A layer from a to b units has a · b + b parameters. The gradients take as "
        "many bytes as the parameters that are trained. Adam's m and v each take as "
        "many bytes too.",
        "Each layer saves its input, rows × a numbers. The result of ReLU is the input "
        "of the next layer: count it once. No layer saves the last result.",
        "Frozen layers count only among the parameters. For the other three numbers "
        "take widths[frozen:]. Adam's counters take 8 bytes for each trained layer, 4 "
        "for its weights and 4 for its biases.",
    ],
)
