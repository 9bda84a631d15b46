"""What each operation of a Value keeps."""

import numpy as np

from chainrule.judge import Part, Question
from chainrule.oracle import Oracle
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.recordings import OPERATE, recorded
from chainrule.questions.reverse_mode.graphs import tensor


def torch_record(first, op, second=0):
    """The result, a 1 for the inputs kept, and the slope to each, by torch.autograd."""
    import torch

    a, b = tensor(first), tensor(float(second))
    at = [a, b] if op in ("*", "* a number") else [a]
    y = a**second if op == "**" else OPERATE[op](a, b)
    slopes = torch.autograd.grad(y, at)
    return np.array([y.item(), 1.0, *(s.item() for s in slopes)])


def operation(op, first, **more):
    """A case of an operation: `first` is drawn between two numbers."""

    def make(rng):
        drawn = {"first": float(rng.uniform(*first)), "op": op}
        return drawn | {name: maker(rng) for name, maker in more.items()}

    return make


def far_below(rng):
    return float(rng.uniform(-4.9, -3.1))


def powers(*exponents):
    return lambda rng: int(rng.choice(exponents))


ABOVE, BELOW = (1.1, 2.9), (-2.9, -1.1)


def tell_record(yours, right, **_):
    if yours.shape != right.shape:
        wanted = "one slope belongs" if len(right) == 3 else "two slopes belong"
        return f"    {wanted} here, but {yours.size - 2} came"
    what = ["the value", "the inputs", "the first slope", "the second slope"]
    i = int(np.argmax(~np.isclose(yours, right, 1e-6, 1e-9)))
    if i == 1:
        return "    the inputs that you keep are not the operands, as a tuple, in order"
    return (
        f"    {what[i]}\n"
        f"    you say           {yours[i]:.8g}\n"
        f"    torch.autograd    {right[i]:.8g}"
    )


NOT_KEPT = {
    "The operands are not kept as inputs, in their order: without them there is no way "
    "back. Hand them to Value as `inputs`.": lambda right: [right[0], 0.0, *right[2:]],
    "No slopes are kept. They cost least on the way forward, when all numbers are at "
    "hand: hand them to Value as `slopes`.": lambda right: right[:2],
}


def record_part(points, given, wrong):
    return Part(
        points,
        Oracle("torch.autograd", torch_record),
        cases(given),
        mistakes({**wrong, **NOT_KEPT}),
        probe=recorded,
        tell=tell_record,
        entries=False,
    )


def products(op):
    return [operation(op, first, second=far_below) for first in (ABOVE, BELOW)]


value = Question(
    "Value",
    record_part(
        1,
        {"a product": products("*"), "a product with a number": products("* a number")},
        {
            "The two slopes are swapped. Hold b still and move a: how fast does a b "
            "rise?": lambda right: right[[0, 1, 3, 2]],
            "These are the slopes of a sum. Hold b still and move a: how fast does a b "
            "rise?": lambda right: [*right[:2], 1.0, 1.0],
        },
    ),
    record_part(
        1,
        {
            "a power": [
                operation("**", ABOVE, second=powers(2, 3, 4)),
                operation("**", BELOW, second=powers(3, 5)),
                operation("**", BELOW, second=powers(2, 4)),
            ]
        },
        {
            "The exponent is lost as a factor: a² at 3 rises by 6, not by 3.": (
                lambda right, second: [*right[:2], right[2] / second]
            ),
            "The power is not lowered: a² at 3 rises by 6, not by 18.": (
                lambda right, first: [*right[:2], right[2] * first]
            ),
        },
    ),
    record_part(
        0.5,
        {"sin": [operation("sin", (0.6, 1.4)), operation("sin", (-2.9, -1.8))]},
        {
            "That is sin itself. Its slope is largest at 0, where sin is 0.": (
                lambda right: [*right[:2], right[0]]
            ),
            "A sign is off: at 0, does sin rise or fall?": (
                lambda right: [*right[:2], -right[2]]
            ),
        },
    ),
    record_part(
        0.5,
        {"sigmoid": [operation("sigmoid", ABOVE), operation("sigmoid", BELOW)]},
        {
            "That is σ itself. Far to the right σ is 1 and flat: what is its slope?": (
                lambda right: [*right[:2], right[0]]
            ),
            "That is 1 − σ, which is 1 far to the left, where σ is flat. A factor is "
            "missing.": lambda right: [*right[:2], 1 - right[0]],
        },
    ),
    hints=[
        "Read __add__: a number, a name for the operation, the two operands, and two "
        "slopes. Each of yours ends in such a line.",
        "How fast does a b rise along a? And along b? These are the slopes of a "
        "product, in the order of the operands.",
        "math.sin, math.cos and math.exp work on self.data. A power has one input and "
        "one slope, and so have sin and sigmoid: (slope,) is a tuple of one.",
    ],
)
