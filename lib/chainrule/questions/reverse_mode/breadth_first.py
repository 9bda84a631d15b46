"""A graph of the student's own that defeats breadth-first search."""

import numpy as np

from chainrule.judge import Part, Question, TextQuestion
from chainrule.lessons.walks import breadth_first, pass_on
from chainrule.oracle import Oracle
from chainrule.questions.draws import signed
from chainrule.questions.kinds import cases, mistakes
from chainrule.questions.probes.recordings import traced
from chainrule.questions.reverse_mode.graphs import consumers_first, random_dag
from chainrule.questions.reverse_mode.traces import retraced, torch_slope, trace_of


def both_walks(rows, x, left):
    """d end/dx as breadth-first search has it, and as torch.autograd has it."""
    end = retraced(rows, x)
    if end is None:
        return None
    pass_on(breadth_first(end, left))
    return end.graph[0].grad, torch_slope(rows, x)


def apart(rows, both, x):
    """Whether the walks differ by more than rounding: by the size of what they add.

    Where every slope counts with its size alone, x holds all shares without a sign.
    """
    end = retraced(rows, x)
    for node in end.graph:
        node.slopes = tuple(map(abs, node.slopes))
    pass_on(consumers_first(end))
    size = end.graph[0].grad
    finite = np.isfinite([*both, size]).all()
    return finite and abs(both[0] - both[1]) > 1e-9 + 1e-6 * size


def defeated(left):
    """Whether breadth-first search is wrong, reading operands from this side."""

    def agree(yours, right, x):
        both = both_walks(yours, x, left)
        return bool(both and apart(yours, both, x))

    return agree


def right_by_luck(found, right):
    if not np.isfinite([found, right]).all():
        return "    No graph can be judged by such numbers: make them smaller."
    if np.isclose(found, right, 1e-6, 1e-9):
        return "    They agree: on this graph the search is right."
    return "    They differ by rounding only: the search itself is right."


def tell_walks(left):
    def tell(yours, right, x):
        both = both_walks(yours, x, left)
        if both is None:
            return (
                "    No path leads from x to the node you return, or a number is huge."
            )
        swapped = "" if left else " with the operands of every operation swapped"
        return (
            f"    your graph at x = {x}{swapped}\n"
            f"    breadth first     {both[0]:.8g}\n"
            f"    torch.autograd    {both[1]:.8g}\n{right_by_luck(*both)}"
        )

    return tell


def found_by_chance(x):
    """A graph that defeats breadth-first search from both sides, met at random."""
    rng = np.random.default_rng(1)
    while True:
        rows = trace_of(random_dag(rng))
        if all(defeated(left)(rows, None, x) for left in (True, False)):
            return rows


def depths(end):
    """(uses, the lengths of all paths from the end) of each node that passes on."""
    lengths = {node: set() for node in end.graph} | {end: {0}}
    uses = dict.fromkeys(end.graph, 0)
    for node in consumers_first(end):
        for y in node.inputs:
            lengths[y] |= {n + 1 for n in lengths[node]}
            uses[y] += 1
    return [(uses[n], lengths[n]) for n in end.graph if n.inputs and n is not end]


def never_used_twice(nodes):
    return all(uses < 2 for uses, _ in nodes)


def longest_detour(steps):
    """Whether a path to a node is longer than another by so many steps, at most."""

    def when(nodes):
        spans = [max(lengths) - min(lengths) for _, lengths in nodes if lengths]
        return max(spans, default=0) == steps

    return when


def shaped(text, when):
    """A graph that doesn't do, and whether another doesn't for the same reason."""

    def agree(yours, wrong, x):
        end = retraced(yours, x)
        return end is not None and when(depths(end))

    return lambda: trace_of(text), agree


NO_LATE_SHARE = {
    "Your graph uses no node in between twice, and x itself passes nothing on: it only "
    "collects. Let a node that was made from x be used twice.": shaped(
        "x: 2, a: x * x, y: a + x", never_used_twice
    ),
    "Your graph uses a node twice, but the paths to it are equally long, so all its "
    "shares arrive in time. Make one path longer.": shaped(
        "x: 2, a: 2 * x, b: a * 3, c: a * a, y: b + c", longest_detour(0)
    ),
}
SAVED = {
    "Your longer path is longer by one step only, and with the operands in this order "
    "the search is right by luck. Make the path two steps longer.": shaped(
        "x: 2, a: 2 * x, b: 3 * a, y: b + a", longest_detour(1)
    ),
}
LUCK = {
    "Your graph defeats the search by luck: with the operands swapped, breadth first "
    "is right. Make the long path longer by two steps or more.": shaped(
        "x: 2, a: 2 * x, b: 3 * a, y: a + b", longest_detour(1)
    ),
}


def defeat_part(points, left, wrong):
    return Part(
        points,
        Oracle("both walks on your graph", found_by_chance),
        cases({"your graph": lambda rng: {"x": signed(rng, 0.6, 1.9)}}),
        mistakes({**NO_LATE_SHARE, **wrong}),
        probe=traced,
        agree=defeated(left),
        entries=False,
        tell=tell_walks(left),
    )


defeats_breadth_first = Question(
    "defeats_breadth_first",
    defeat_part(2, True, SAVED),
    defeat_part(2, False, LUCK),
    hints=[
        "The search goes wrong at a node that passes on what it holds before its last "
        "share has come. So it needs two shares, and one of them late.",
        "Make a node from x. Use it in the root itself, and also at the beginning of a "
        "longer path to the root.",
        "Name the node a. The root uses it at once, and also something that is two or "
        "more steps from a. Try it: when has a its turn, and when comes the rest?",
    ],
)

turn_too_early = TextQuestion(
    "turn_too_early",
    points=1,
    hints=(
        "Go through breadth first on your graph, step by step. Which node has its turn "
        "while a share for it has yet to arrive?",
        "Write down what that node holds on its turn, and what it holds in the end. "
        "The difference came, and was never passed on.",
        "Shares come from the nodes that use it. In a topological order, where do all "
        "of these stand?",
    ),
)
