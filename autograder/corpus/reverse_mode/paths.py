"""Paths through a graph."""

from corpus.answers import Answers
from corpus.measures import near
from corpus.reverse_mode.engine import WITH_BACKWARD
from corpus.reverse_mode.programs import Recorded, any_program, on_tape

ANSWERS = {}


def count_paths(student, rng):
    """Paths counted upward: into a node lead those of all that use it."""
    tape = on_tape(any_program(rng), rng)
    ways = dict.fromkeys(tape, 0) | {tape[-1]: 1}
    for node in tape[::-1]:
        for z in node._inputs:
            ways[z] += ways[node]
    reached = [node for node in tape if ways[node]]
    x = reached[rng.integers(min(len(reached), 8))]
    kind = rng.integers(5)
    if kind == 0:
        x = tape[-1]
    if kind == 1:  # no path leads to it
        x = Recorded([], 1.0)
    return near(student.count_paths(tape[-1], x), ways.get(x, 0))


def handed_on(
    first="0",
    line="ways[below] += ways[node]",
    inputs="node.inputs",
    result="ways.get(x, 0)",
):
    """Each node hands its number on, a line of it written otherwise."""
    return f"""
ways = dict.fromkeys(topo_order(root), {first})
ways[root] = 1
for node in ways:
    for below in {inputs}:
        {line}
return {result}"""


ANSWERS["count_paths"] = Answers(
    args="root, x",
    above=WITH_BACKWARD,
    decider=count_paths,
    right=[
        handed_on(),
        """
below = {x: 1}
for node in reversed(topo_order(root)):
    if node is not x:
        below[node] = sum(below[i] for i in node.inputs)
return float(below[root])""",
    ],
    wrong=[
        "len(topo_order(root))",
        "sum(len(node.inputs) for node in topo_order(root))",
        handed_on(first="1"),
        """
backward(root)
return x.grad""",
        handed_on(result="ways"),
        handed_on(line="ways[below] = ways[node]"),
        handed_on(result="ways[x]"),
        handed_on(result="ways.get(x, 1)"),
        "int(x in topo_order(root))",
        """
if root is x:
    return 0
return sum(1 + count_paths(node, x) for node in root.inputs)""",
    ],
    told={
        handed_on(result="2 * ways.get(x, 0) + 1"): "Every entry is too large.",
        handed_on(result="ways.get(x, 0) + 1"): "Every entry is the right one plus 1.",
        handed_on(result="list(ways.values())"): "Return one number.",
    },
    mistakes={
        "You count two edges of one operation": handed_on(inputs="set(node.inputs)"),
        "You count the edges that arrive": (
            "sum(n is x for node in topo_order(root) for n in node.inputs)"
        ),
        "Your number is the length of the longest path": handed_on(
            line="ways[below] = max(ways[below], ways[node] + 1)",
            result="ways.get(x, 1) - 1",
        ),
        "Your number is always 1": "1",
        "Your number is right except where x is the root": (
            "\nif x is root:\n    return 0" + handed_on()
        ),
        "You walk each path down anew": """
if root is x:
    return 1
return sum(count_paths(node, x) for node in root.inputs)""",
    },
)
