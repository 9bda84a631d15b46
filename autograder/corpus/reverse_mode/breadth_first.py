"""A graph that defeats breadth-first search."""

from corpus.answers import Answers
from corpus.measures import near
from corpus.reverse_mode.programs import Recorded

ANSWERS = {}


def defeats_breadth_first(student, rng):
    """Both walks on the student's graph, from the left and from the right."""
    tape = []
    x = Recorded(tape, rng.uniform(0.3, 3))
    end = student.defeats_breadth_first(x)
    right = passed_on(tape, [n for n in tape[::-1] if n in below(end)], x, end)
    found = [passed_on(tape, below(end, side), x, end) for side in (1, -1)]
    return x in below(end) and not any(near(f, right) for f in found)


def below(end, side=1):
    """Nodes in breadth-first order, operands read from one side."""
    order = [end]
    for node in order:
        order.extend(z for z in dict.fromkeys(node._inputs[::side]) if z not in order)
    return order


def passed_on(tape, order, x, end):
    held = dict.fromkeys(tape, 0.0) | {end: 1.0}
    for node in order:
        for z, slope in zip(node._inputs, node.slopes, strict=True):
            held[z] += held[node] * slope
    return held[x]


ANSWERS["defeats_breadth_first"] = Answers(
    args="x",
    decider=defeats_breadth_first,
    right=[
        """
a = x * x
b = a + 1
c = b * b
return c - a""",
        """
early = 3 * x
late = early
for _ in range(4):
    late = late * 2 + 1
return late * early""",
    ],
    wrong=[
        "2 * x + 3",
        "(2 * x).data + (2 * x).data",
        """
a = 2 * 3
return a + a""",
        """
a = 0 * x
b = a + 1
c = b * 0
return c * 0 + a * 0""",
        """
x.data = 3.0
a = x + x
return a * a""",
        """
a = 2 * x
a + 3 * (3 * a)
""",
    ],
    mistakes={
        "Your graph uses no node in between": [
            "x * x * x + x",
            "x + (x + (x + (x * x)))",
        ],
        "Your graph uses a node twice, but": [
            """
a = x * x
return a * a""",
            """
a = x * 3
return a * 2 + a * 5""",
        ],
        "Your longer path is longer": """
a = x + 1
return (a * a) + a""",
        "Your graph defeats the search by luck": """
a = 2 * x
b = 3 * a
return a + b""",
    },
)
