"""The bytes of a training step."""

import numpy as np

from corpus.answers import Answers

ANSWERS = {}


def training_bytes(student, rng):
    """Each number of a step is made, and its bytes are added."""
    widths = [int(n) for n in rng.integers(2, 30, rng.integers(3, 6))]
    rows, itemsize = int(rng.integers(2, 60)), int(rng.choice([2, 4, 8]))
    optimizer = str(rng.choice(["SGD", "momentum", "Adam"]))
    frozen = int(rng.integers(0, len(widths) - 1))
    held = np.zeros(4)
    for k in range(len(widths) - 1):
        for shape in [(widths[k + 1], widths[k]), (widths[k + 1],)]:
            made = np.empty(shape, f"f{itemsize}").nbytes
            copies = {"SGD": 0, "momentum": made, "Adam": 2 * made + 4}[optimizer]
            held += [made, 0, 0, 0] if k < frozen else [made, made, copies, 0]
        if k >= frozen:
            held[3] += np.empty((rows, widths[k]), f"f{itemsize}").nbytes
    found = student.training_bytes(widths, rows, itemsize, optimizer, frozen)
    return len(found) == 4 and np.array_equal(np.asarray(found, float), held)


STATE = "{'SGD': 0, 'momentum': trained, 'Adam': 2 * trained + 8 * layers}[optimizer]"


KEPT = "rows * sum(widths[frozen:-1])"
WEIGHTS = "sum(a * b for a, b in zip(widths[frozen + 1:], widths[frozen + 2:]))"


def arithmetic(
    sizes="[(a + 1) * b for a, b in zip(widths, widths[1:])]",
    all_of="sum(sizes) * itemsize",
    trained="sum(sizes[frozen:]) * itemsize",
    state=STATE,
    kept="rows * sum(widths[frozen:-1]) * itemsize",
    result="parameters, trained, state, kept",
):
    return f"""
sizes = {sizes}
layers = len(sizes) - frozen
parameters = {all_of}
trained = {trained}
state = {state}
kept = {kept}
return {result}""".strip()


LOOP = """
parameters = gradients = state = kept = 0
for k in range(len(widths) - 1):
    size = itemsize * (widths[k] * widths[k + 1] + widths[k + 1])
    parameters += size
    if k >= frozen:
        gradients += size
        if optimizer == "Adam":
            state += 2 * size + 4 + 4
        if optimizer == "momentum":
            state += size
        kept += rows * widths[k] * itemsize
return [parameters, gradients, state, kept]"""

ANSWERS["training_bytes"] = Answers(
    args="widths, rows, itemsize, optimizer, frozen",
    decider=training_bytes,
    right=[
        LOOP,
        arithmetic(),
        arithmetic(result="np.array([parameters, trained, state, kept])"),
    ],
    wrong=[
        LOOP.replace("k >= frozen", "k > frozen"),
        arithmetic(result="parameters, trained, kept, state"),
        arithmetic(result="parameters + trained + state + kept"),
        arithmetic(kept="sum(widths[frozen:-1]) * itemsize"),
        arithmetic(all_of="sum(sizes[frozen:]) * itemsize"),
        arithmetic(state="2 * trained"),
        arithmetic(state="trained if optimizer == 'momentum' else 2 * trained"),
        arithmetic(sizes="[a * (b + 1) for a, b in zip(widths, widths[1:])]"),
    ],
    told={
        arithmetic(kept="rows * max(widths) * itemsize"): {
            "Every entry is too small.",
            "",
        },
        arithmetic(all_of="8 * sum(sizes) * itemsize"): (
            "Entries are off in the first place, and right elsewhere."
        ),
    },
    mistakes={
        "The saved arrays of frozen layers": arithmetic(
            kept="rows * sum(widths[:-1]) * itemsize"
        ),
        "The weights that the backward pass": arithmetic(
            kept=f"({KEPT} + {WEIGHTS}) * itemsize"
        ),
    },
)
