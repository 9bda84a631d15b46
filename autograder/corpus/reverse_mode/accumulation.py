"""A second call, and clearing gradients."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near, slopes
from corpus.reverse_mode.engine import WITH_BACKWARD, defined, passing
from corpus.reverse_mode.programs import Recorded, random_program

ANSWERS = {}


def accumulate(student, rng):
    """Complex steps, added up over calls from several ends that share nodes."""
    program = random_program(rng)
    tape, right = [], np.zeros(2)
    leaves = [Recorded(tape, v) for v in rng.uniform(0.4, 1.4, 2)]
    at = np.array([leaf.data for leaf in leaves])
    made = program(*leaves)
    for i in rng.integers(2, len(made), rng.integers(1, 5)):
        student.accumulate(made[i])
        right += slopes(lambda v, i=i: program(*v)[i], at)
    return near([leaf.grad for leaf in leaves], right)


ANSWERS["accumulate"] = Answers(
    args="root",
    above=WITH_BACKWARD,
    decider=accumulate,
    right=[
        """
order = topo_order(root)
grads = dict.fromkeys(order, 0.0)
grads[root] = 1.0
for node in order:
    for x, slope in zip(node.inputs, node.slopes):
        grads[x] += grads[node] * slope
    if not node.inputs:
        node.grad += grads[node]""",
        """
kept = [(n, n.grad) for n in topo_order(root) if not n.inputs]
for node in topo_order(root):
    node.grad = 0.0
backward(root)
for node, grad in kept:
    node.grad += grad""",
    ],
    wrong=[
        """
backward(root)
backward(root)""",
        """
for node in topo_order(root):
    if not node.inputs:
        node.grad = 0.0
backward(root)""",
        """
backward(root)
for node in topo_order(root):
    if node.inputs:
        node.grad = 1.0""",
        """
for x in root.inputs:
    x.grad = 0.0
backward(root)""",
        "2 * root.grad",
        """
for node in topo_order(root):
    node.grad = node.grad / 2
backward(root)""",
    ],
    told={
        """
backward(root)
for node in topo_order(root):
    node.grad = -node.grad""": "In a case all entries are off by the same factor.",
        """
for node in topo_order(root):
    node.grad = node.grad if not node.inputs else 0.0"""
        + passing(start="root.grad = 2.0"): "Every entry is 2 times the right one.",
    },
    mistakes={
        "You keep only the last call's gradient": [
            """
for node in topo_order(root):
    node.grad = 0.0
backward(root)""",
            """
deep = any(x.inputs for x in root.inputs)
for node in topo_order(root):
    if deep or node.inputs:
        node.grad = 0.0
backward(root)""",
        ],
        "Your nodes in between still hold what an earlier call left there, and pass it "
        "on once more. What": "backward(root)",
        "Your nodes in between still hold what an earlier call left there, and pass it "
        "on once more, and": defined("backward(root)", passing("root.grad += 1.0"))
        + """
def accumulate(root):
    if len(topo_order(root)) <= 3 and root.inputs[0] is not root.inputs[-1]:
        root.grad = 0.0
    backward(root)""",
        "Your root begins the next call": """
for node in topo_order(root):
    if node.inputs and node is not root:
        node.grad = 0.0"""
        + passing("root.grad += 1.0"),
    },
)


def zero_grad(student, rng):
    data = rng.uniform(-5, 5, rng.integers(1, 9))
    tape = []
    leaves = [Recorded(tape, v) for v in data]
    for leaf in leaves:
        leaf.grad = rng.uniform(-5, 5)
    student.zero_grad(leaves)
    return near([leaf.grad for leaf in leaves], 0 * data) and near(
        [leaf.data for leaf in leaves], data
    )


def for_each(line):
    return f"\nfor value in values:\n    {line}"


ANSWERS["zero_grad"] = Answers(
    args="values",
    decider=zero_grad,
    right=[
        """
for i in range(len(values)):
    values[i].grad = 0""",
        '[setattr(v, "grad", 0.0) for v in values]',
    ],
    wrong=[
        for_each("value.grad = None"),
        for_each("value.grad = 1.0"),
        for_each("value.grad = 0.0").replace("in values", "in values[1:]"),
        'setattr(values, "grad", 0.0)',
        for_each("value.grad -= 1.0"),
    ],
    told={
        for_each("value.grad = 1e-8"): "",
        for_each("value.grad = -value.grad"): "",
        for_each("value.grad = value.data"): "",
    },
    mistakes={
        "Your function changes nothing": for_each("grad = value.grad\n    grad = 0.0"),
        "You clear only the first one": for_each("value.grad = 0.0\n    return values"),
        "You clear the data.": for_each("value.data = 0.0"),
        "You clear the data as well": for_each("value.data = value.grad = 0.0"),
    },
)
