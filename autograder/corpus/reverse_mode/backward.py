"""A walk back through a graph."""

import numpy as np

from corpus.answers import Answers
from corpus.measures import near, slopes
from corpus.reverse_mode.engine import RECURSIVE, WITH_ORDER, passing
from corpus.reverse_mode.programs import any_program, on_tape

ANSWERS = {}


def backward(student, rng):
    """Complex steps at the leaves, a nudge carried upward at some nodes in between."""
    program = any_program(rng)
    tape = on_tape(program, rng)
    at = np.array([node.data for node in tape[:2]])
    held = rng.integers(0, 3, 2)
    right = held + slopes(lambda v: program(*v)[-1], at)
    for node, number in zip(tape, held, strict=False):
        node.grad = float(number)
    between = [node for node in tape[2:] if node._inputs]
    between = [between[i] for i in rng.integers(0, len(between), 3)]
    student.backward(tape[-1])
    return near([node.grad for node in tape[:2]], right) and near(
        [node.grad for node in between], [carried(tape, node) for node in between]
    )


def carried(tape, nudged):
    """How fast the end moves with a node: its nudge, carried from inputs to results."""
    speed = {}
    for node in tape:
        pairs = zip(node._inputs, node.slopes, strict=True)
        speed[node] = sum(speed[x] * slope for x, slope in pairs)
        if node is nudged:
            speed[node] = 1.0
    return speed[tape[-1]]


ANSWERS["backward"] = Answers(
    args="root",
    above=WITH_ORDER,
    decider=backward,
    right=[
        """
grads = {root: 1.0}
for node in topo_order(root):
    node.grad += grads[node]
    for i in range(len(node.inputs)):
        x = node.inputs[i]
        grads[x] = grads.get(x, 0) + node.slopes[i] * node.grad""",
        """
order = topo_order(root)
for node in order:
    if node.inputs:
        node.grad = 1.0 if node is root else 0.0
for node in order:
    for x, slope in zip(node.inputs, node.slopes):
        x.grad = x.grad + slope * node.grad""",
    ],
    wrong=[
        passing(start="root.grad = 2.0"),
        passing(line="x.grad -= slope * node.grad"),
        passing(slopes="node.slopes[::-1]"),
        passing() + "\n    return root.grad",
        passing(order="topo_order(root)[1:]"),
        passing(line="x.gradient = slope * node.gradient"),
    ],
    told={
        passing(start="root.grad = root.data"): (
            "In a case all entries are off by the same factor."
        ),
        passing(line="x.grad += slope * node.grad / len(node.inputs)"): "",
        passing(start="root.grad = -1.0"): "Every entry is -1 times the right one.",
        passing(line="x.grad += slope + node.grad"): "",
        passing(line="x.grad += round(slope * node.grad, 2)"): (
            "It agrees with the right result to 2 digits.",
            "Every sign is right, but not every size.",
        ),
    },
    mistakes={
        "Your gradients are all 0": passing(start="pass"),
        "You walk from the inputs to the root": passing(order="topo_order(root)[::-1]"),
        "Your nodes have their turns in breadth-first order": """
order = [root]
for node in order:
    order.extend(x for x in dict.fromkeys(node.inputs) if x not in order)"""
        + passing(order="order"),
        "Your nodes have their turns in preorder": """
seen = set()
def visit(node):
    if node in seen:
        return
    seen.add(node)
    for x, slope in zip(node.inputs, node.slopes):
        x.grad += slope * node.grad
    for x in node.inputs:
        visit(x)
root.grad = 1.0
visit(root)""",
        "You give two turns to a node": """
def visit(node):
    for x, slope in zip(node.inputs, node.slopes):
        x.grad += slope * node.grad
    for x in node.inputs:
        visit(x)
root.grad = 1.0
visit(root)""",
        "You ignore the upstream gradient": passing(line="x.grad += slope"),
        "You ignore the slopes": passing(line="x.grad += node.grad"),
        "Your leaf that is used twice": passing(line="x.grad = slope * node.grad"),
        "Your function loses what a leaf held": [
            """
for node in topo_order(root):
    node.grad = 0.0"""
            + passing(),
            """
grads = {root: 1.0}
for node in topo_order(root):
    node.grad = grads[node]
    for x, slope in zip(node.inputs, node.slopes):
        grads[x] = grads.get(x, 0) + slope * node.grad""",
        ],
        "Your leaves are right, but": passing()
        + """
for node in topo_order(root):
    if node.inputs and node is not root:
        node.grad = 0.0""",
        "Your steps down are calls": RECURSIVE.replace(
            "return order[::-1]", passing(order="order[::-1]").strip()
        ),
        "You walk each path down anew": """
todo = [(root, 1.0)]
while todo:
    node, share = todo.pop()
    node.grad += share
    for x, slope in zip(node.inputs, node.slopes):
        todo.append((x, share * slope))""",
    },
)
