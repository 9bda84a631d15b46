"""Three walks by hand, on a graph with the student's own numbers."""

import numpy as np

from chainrule.lessons.walks import breadth_first, every_path, pass_on
from chainrule.oracle import Oracle
from chainrule.questions.kinds import own_value
from chainrule.questions.reverse_mode.graphs import Graph, consumers_first

GRAPH = "x: 1, a: {p} * x, b: {q} * a, c: {r} * b, y: a + c"
WALKS = {
    "topological": consumers_first,
    "breadth first": breadth_first,
    "every path": every_path,
}


def own_factors(rng):
    p, q, r = rng.choice(np.arange(2, 10), 3, replace=False).tolist()
    return {"p": p, "q": q, "r": r}


def played(**factors):
    """What x holds after each of the walks."""

    def at_x(walk):
        graph = Graph(GRAPH.format(**factors))
        pass_on(walk(graph.end))
        return graph.named["x"].grad

    return np.array([at_x(walk) for walk in WALKS.values()])


def tell_hand(yours, right, **factors):
    if yours.shape != right.shape:
        return "    three numbers belong here, in one tuple: (1, 2, 3)"
    i = int(np.argmax(yours != right))
    return (
        f"    x after the walk: {[*WALKS][i]}\n"
        f"    you say   {yours[i]:g}\n"
        "    the walk on your graph says otherwise"
    )


turns_by_hand = own_value(
    "turns_by_hand",
    "your own graph",
    Oracle("the walks", played),
    own_factors,
    {
        "Your number for breadth first is off. y has two inputs, and both are listed "
        "before c has its turn: what does a hold when its own turn comes?": (
            lambda right: right[[0, 0, 2]]
        ),
        "Your number for every path is off. Two paths lead to a, so a has two turns, "
        "and at each it passes on all that it holds by then.": (
            lambda right: right[[0, 1, 0]]
        ),
        "Your three numbers are equal. The first is right, but one of the walks passes "
        "on too little, and one too much. Write down the turns.": (
            lambda right: right[[0, 0, 0]]
        ),
        "Your number for every path is that of the walk with c + a. In a + c the first "
        "operand is a, so its first turn comes early.": (
            lambda right: [*right[:2], 2 * right[0]]
        ),
        "Your number for the topological walk is off: y uses a directly and through c. "
        "Both shares are added at a before its turn.": (
            lambda right: [right[0] - right[1], *right[1:]]
        ),
    },
    hints=[
        "Draw the five arrows from y down to x, and beside each its slope. Then write "
        "three lists of turns, one for each walk.",
        "On a node's turn, multiply what it holds *at that moment* by the slope. What "
        "comes to it later is passed on only if it has another turn.",
        "Topological: y, c, b, a. Breadth first: y, a, c, b. Every path: y, a, c, "
        "b, a.",
    ],
    tell=tell_hand,
)
