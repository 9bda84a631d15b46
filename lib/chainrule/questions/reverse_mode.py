"""Questions of 2-autodiff/03_reverse_mode.

An order is judged by its property, so that every valid order passes; a gradient by
torch.autograd on the same line of text; a count by powers of the adjacency matrix. The
walks that go wrong are played here on the judge's own graph, to know what they lead to.
"""

import functools

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import (
    AnswerError,
    Mistake,
    Part,
    Question,
    Written,
    close,
    draw,
    drawn,
    individual,
)
from chainrule.oracle import Oracle, closed_form
from chainrule.questions.probes import reverse_mode as probes
from chainrule.questions.probes.reverse_mode import (
    OPERATIONS,
    STOPPED,
    TOO_DEEP,
    Node,
    combine,
    nodes_of,
)
from chainrule.rules import NUMPY_ONLY
from chainrule.walks import (
    at_once,
    breadth_first,
    depth_first,
    every_way,
    give_turns,
    marked_early,
    pass_on,
)


def signed(rng, low, high):
    """A random number of either sign, not nearer to 0 than `low`."""
    return float(rng.uniform(low, high) * rng.choice([-1, 1]))


# The graphs of the course: a place in braces is filled with a fresh number.

ZOO = {
    "a sum times z": "x: {}, y: {}, z: {}, s: x + y, f: s * z",
    "(a + b)(b + 1)": "a: {}, b: {}, c: a + b, d: b + 1, e: c * d",
    "the long way second": "x: {}, a: 2 * x, b: 3 * a, y: a + b",
    "the long way first": "x: {}, a: 2 * x, b: 3 * a, y: b + a",
    "crossed": "a: {}, b: {}, c: a + b, d: a * b, e: c + d, f: c * d, y: e + f",
    "both factors": "x: {}, a: 2 * x, b: 3 * x, y: a * b",
    "used at once and later": "x: {}, a: x * x, y: a + x",
}
EXAMPLES = {
    "(x + y) z at -2, 5, -4": "x: -2, y: 5, z: -4, s: x + y, f: s * z",
    "(a + b)(b + 1) at 2, 1": "a: 2, b: 1, c: a + b, d: b + 1, e: c * d",
    "5x + sin(y + pi)": "x: 1, y: 0.5, a: 5 * x, b: y + 3.14159265, s: sin b, f: a + s",
    "a neuron's loss with weight decay": "x: 2, y: 1, w: 0.3, b: -0.2, p: w * x, "
    "z: p + b, u: sigmoid z, d: y - u, q: d ** 2, l: 0.5 * q, r: w ** 2, k: 0.1 * r, "
    "L: l + k",
}


def filled(text):
    """A graph's text with fresh numbers in its braces, of two decimals: it is read."""

    def make(rng):
        numbers = [round(signed(rng, 0.5, 3), 2) for _ in range(text.count("{}"))]
        return text.format(*numbers)

    return make


def zoo(**more):
    return [draw(name, graph=filled(text), **more) for name, text in ZOO.items()]


def random_dag(rng):
    """Six steps, each of two nodes made before, then a sum over all that is unused."""
    names, text, unused = ["x", "y"], [], {"x", "y"}
    for name in "abcdef":
        i, j = rng.choice(names, 2)
        sign = rng.choice(["+", "*", "-"])
        text.append(f"{name}: {i} {sign} {j}")
        names.append(name)
        unused = unused - {i, j} | {name}
    text += [f"f: f + {name}" for name in sorted(unused - {"f"})]
    x, y = (round(signed(rng, 0.5, 2), 2) for _ in "xy")
    return ", ".join([f"x: {x}, y: {y}", *text])


DEEP = "x: {}, y: 0.5 * x, 5000 times y: y + x"
DOUBLING = "x: {}, y: 0.5 * x, 60 times y: y + y"
RANDOM = [draw(f"a random graph, {i}", graph=random_dag) for i in ("one", "two")]


def tensor(number):
    import torch

    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


@functools.lru_cache(maxsize=16)
def torch_leaf_gradients(graph, end=None):
    """d end/d leaf by torch.autograd for each leaf; end: a name, the last if None."""
    import torch

    names, leaves = probes.build(graph, tensor)
    end = names[end] if end else list(names.values())[-1]
    found = torch.autograd.grad(
        end, [names[leaf] for leaf in leaves], allow_unused=True
    )
    return np.array([0.0 if g is None else g.item() for g in found])


# A graph crosses as rows, shuffled: neither the order in which nodes are made, nor a
# list that lies about, is of use to an answer. Only the judge knows who is who.


@functools.lru_cache(maxsize=16)
def known(graph):
    """A graph's nodes, its names and its leaves, to be looked at and not changed."""
    return nodes_of(graph)


@functools.lru_cache(maxsize=16)
def dealt(graph):
    """The place of each node after shuffling, and the rows of the shuffled graph."""
    nodes, _, _ = known(graph)
    place = np.random.default_rng(list(graph.encode())).permutation(len(nodes))
    order = [nodes[i] for i in np.argsort(place)]
    at = {id(node): k for k, node in enumerate(order)}
    inputs, slopes = [], []
    for i in (0, 1):
        inputs.append([at[id(x.inputs[i])] if len(x.inputs) > i else -1 for x in order])
        slopes.append([x.slopes[i] if len(x.slopes) > i else 0 for x in order])
    data = np.array([node.data for node in order])
    ops = ",".join(x.op for x in order)
    return place, (data, ops, np.array(inputs), np.array(slopes))


def ask(answer, probe, graph, count, *nodes):
    """The arrays that a probe brings back of a graph: `count`, of the given nodes."""
    place, rows = dealt(graph)
    found = answer.probe(probe, *(place[list(some)] for some in nodes), *rows)
    if type(found) not in (list, tuple) or len(found) != count:
        raise AnswerError("    It gave something else than was asked for.")
    arrays = [plain(one) for one in found]
    for _, problem in arrays:
        if problem:
            raise AnswerError(problem)
    return [array for array, _ in arrays]


def ends_of(graph):
    """The last node and the last named one before it: (number, name) of each."""
    nodes, names, _ = known(graph)
    return [(nodes.index(names[name]), name) for name in [*names][:-3:-1]]


def leaves_of(graph):
    nodes, names, leaves = known(graph)
    return [nodes.index(names[leaf]) for leaf in leaves]


def steady(first, right, *later):
    """The first result, unless it is right and one asked for later is not."""
    if right and not all(later):
        raise AnswerError(
            "    Asked once it is right. Asked again about nodes of the same graph it\n"
            "    is not. Does it keep something from one call to the next?"
        )
    return first


# Value: what each operation has to keep.


def torch_record(first, op, second=0):
    """The result, a 1 for the inputs kept, and the slope to each, by torch.autograd."""
    import torch

    a, b = tensor(first), tensor(float(second))
    y = {"*": a * b, "**": a**second, "sin": a.sin(), "sigmoid": a.sigmoid()}[
        op.split()[0]
    ]
    at = [a, b] if op.startswith("*") and op != "**" else [a]
    slopes = torch.autograd.grad(y, at)
    return np.array([y.item(), 1.0, *(s.item() for s in slopes)])


def operation(op, *first, **second):
    """A case of an operation on a number drawn between two."""
    name = {"*": "a product", "* a number": "a product with a number"}.get(op, op)
    name = "a power" if op == "**" else name
    return draw(name, first=between(*first), op=op, **second)


def between(low, high):
    return lambda rng: float(rng.uniform(low, high))


def powers(*exponents):
    return lambda rng: int(rng.choice(exponents))


ABOVE, BELOW, FAR_BELOW = (1.1, 2.9), (-2.9, -1.1), (-4.9, -3.1)


def keeping(says, rule):
    """The mistake that keeps `rule(right record, **args)`."""
    return Mistake(says, lambda oracle, **a: np.array(rule(oracle(**a), **a)))


def tell_record(yours, right, first, op, second=0):
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


def record_part(points, cases, mistakes):
    forgotten = keeping(
        "The operands are not kept as inputs, in their order: without them there is no "
        "way back. Hand them to Value as `inputs`.",
        lambda right, **_: [right[0], 0.0, *right[2:]],
    )
    no_slopes = keeping(
        "No slopes are kept. They cost least on the way forward, when all numbers are "
        "at hand: hand them to Value as `slopes`.",
        lambda right, **_: right[:2],
    )
    oracle = Oracle("torch.autograd", torch_record)
    mistakes = [*mistakes, forgotten, no_slopes]
    return Part(
        points,
        oracle,
        cases,
        mistakes,
        probe=probes.recorded,
        tell=tell_record,
        entries=False,
    )


value = Question(
    "Value",
    record_part(
        1,
        [
            operation(op, *first, second=between(*FAR_BELOW))
            for op in ("*", "* a number")
            for first in (ABOVE, BELOW)
        ],
        [
            keeping(
                "The two slopes are swapped. Hold b still and move a: how fast does "
                "a b rise?",
                lambda right, **_: right[[0, 1, 3, 2]],
            ),
            keeping(
                "These are the slopes of a sum. Hold b still and move a: how fast does "
                "a b rise?",
                lambda right, **_: [*right[:2], 1.0, 1.0],
            ),
        ],
    ),
    record_part(
        1,
        [
            operation("**", *ABOVE, second=powers(2, 3, 4)),
            operation("**", *BELOW, second=powers(3, 5)),
            operation("**", *BELOW, second=powers(2, 4)),
        ],
        [
            keeping(
                "The exponent is lost as a factor: a² at 3 rises by 6, not by 3.",
                lambda right, second, **_: [*right[:2], right[2] / second],
            ),
            keeping(
                "The power is not lowered: a² at 3 rises by 6, not by 18.",
                lambda right, first, **_: [*right[:2], right[2] * first],
            ),
        ],
    ),
    record_part(
        0.5,
        [operation("sin", 0.6, 1.4), operation("sin", -2.9, -1.8)],
        [
            keeping(
                "That is sin itself. Its slope is largest at 0, where sin is 0.",
                lambda right, **_: [*right[:2], right[0]],
            ),
            keeping(
                "A sign is off: at 0, does sin rise or fall?",
                lambda right, **_: [*right[:2], -right[2]],
            ),
        ],
    ),
    record_part(
        0.5,
        [operation("sigmoid", *ABOVE), operation("sigmoid", *BELOW)],
        [
            keeping(
                "That is σ itself. Far to the right σ is 1 and flat: what is its "
                "slope?",
                lambda right, **_: [*right[:2], right[0]],
            ),
            keeping(
                "That is 1 − σ, which is 1 far to the left, where σ is flat. "
                "A factor is missing.",
                lambda right, **_: [*right[:2], 1 - right[0]],
            ),
        ],
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


# Walks, right and wrong, as orders in which nodes pass on what they hold.


def places(order, graph):
    at = {id(node): i for i, node in enumerate(graph)}
    return np.array([at[id(node)] for node in order])


def inputs_first(end):
    """Each node after its inputs: made in this order, so listed in this order."""
    reached = set(depth_first(end))
    return [node for node in end.graph if node in reached]


def consumers_first(end):
    return inputs_first(end)[::-1]


# Three walks by hand, on a graph with the student's own numbers.

HAND = "x: 1, a: {p} * x, b: {q} * a, c: {r} * b, y: a + c"
BY_HAND = {
    "topological": consumers_first,
    "breadth first": breadth_first,
    "every way": every_way,
}


def own_factors(rng):
    p, q, r = rng.choice(np.arange(2, 10), 3, replace=False).tolist()
    return {"p": p, "q": q, "r": r}


def played(**factors):
    """What x holds after each of the walks."""

    def at_x(walk):
        nodes, names, _ = nodes_of(HAND.format(**factors))
        pass_on(walk(nodes[-1]))
        return names["x"].grad

    return np.array([at_x(walk) for walk in BY_HAND.values()])


def tell_hand(yours, right, **factors):
    if yours.shape != right.shape:
        return "    three numbers belong here, in one tuple: (1, 2, 3)"
    i = int(np.argmax(yours != right))
    return (
        f"    x after the walk: {[*BY_HAND][i]}\n"
        f"    you say   {yours[i]:g}\n"
        "    the walk on your graph says otherwise"
    )


def by_hand(says, rule):
    """The mistake that makes `rule(in order, breadth first, every way)` of them."""
    return Mistake(says, lambda oracle, **own: np.array(rule(*oracle(**own))))


turns_by_hand = Question(
    "turns_by_hand",
    Part(
        1,
        Oracle("the walks", lambda **factors: played(**factors)),
        [individual("your own graph", own_factors)],
        [
            by_hand(
                "Breadth first is off. y has two inputs, and both are listed before c "
                "has its turn: what does a hold when its own turn comes?",
                lambda order, breadth, every: (order, order, every),
            ),
            by_hand(
                "Every way is off. Two ways lead to a, so a has two turns, and at each "
                "it passes on all that it holds by then.",
                lambda order, breadth, every: (order, breadth, order),
            ),
            by_hand(
                "Your three numbers are equal. The first is right, but one of the "
                "walks passes too little on, and one too much. Write down the turns.",
                lambda order, breadth, every: (order, order, order),
            ),
            by_hand(
                "Every way is off: that is the walk with c + a. In a + c the first "
                "operand is a, so its first turn comes early.",
                lambda order, breadth, every: (order, breadth, 2 * order),
            ),
            by_hand(
                "The topological walk is off: y uses a directly and by way of c. "
                "Both shares are added at a before its turn.",
                lambda order, breadth, every: (order - breadth, breadth, every),
            ),
        ],
        tell=tell_hand,
    ),
    value=True,
    hints=[
        "Draw the five arrows from y down to x, and beside each its slope. Then write "
        "three lists of turns, one for each walk.",
        "On a node's turn, multiply what it holds *at that moment* by the slope. What "
        "comes to it later is passed on only if it has another turn.",
        "Topological: y, c, b, a. Breadth first: y, a, c, b. Every way: y, a, c, b, a.",
    ],
)


# A graph of the student's own, on which both walks are run.


def replayed(rows, leaf):
    """The nodes that rows of a trace describe, made by `leaf` and operations."""
    made = []
    for kind, i, j, number in rows:
        word = OPERATIONS[int(kind)]
        if not word:
            made.append(leaf(number))
        elif word == "**":
            made.append(combine(made[int(i)], word, number))
        elif word in probes.SIGNS:
            made.append(combine(made[int(i)], word, made[int(j)]))
        else:
            made.append(combine(word, made[int(i)]))
    return made


def is_trace(rows):
    """Whether rows are a graph: each node made from earlier ones, the end its last."""
    if rows.ndim != 2 or rows.shape[1:] != (4,) or not 2 <= len(rows) <= 201:
        return False
    if rows.dtype.kind != "f" or not np.isfinite(rows).all():
        return False
    kinds, i, j, number = rows[:-1].T
    binary = np.isin(kinds, [OPERATIONS.index(sign) for sign in ("+", "-", "*")])
    at, made = np.arange(len(kinds)), kinds > 0
    return bool(
        np.isin(kinds, range(len(OPERATIONS))).all()
        and ((i >= 0) & (i < at))[made].all()
        and ((j >= 0) & (j < at))[binary].all()
        and rows[-1, 0] in at
        and np.abs(number).max() < 1e12
        and (rows[:-1, :3] == rows[:-1, :3].astype(int)).all()
    )


def retraced(rows, x):
    """The graph that a trace describes: its Nodes, its end, its x; None if none."""
    if not is_trace(rows):
        return None
    graph, steps = [], rows[:-1].copy()
    steps[0, 3] = x
    try:
        with np.errstate(all="ignore"):
            replayed(steps, lambda number: Node(graph, number))
    except (ArithmeticError, TypeError):
        return None
    end = graph[int(rows[-1, 0])]
    return (graph, end) if graph[0] in consumers_first(end) else None


def torch_slope(rows, x):
    import torch

    steps = rows[:-1].copy()
    steps[0, 3] = x
    made = replayed(steps, tensor)
    return torch.autograd.grad(made[int(rows[-1, 0])], made[0])[0].item()


def both_walks(rows, x, left):
    """d end/dx as breadth-first search has it, and as torch.autograd has it."""
    found = retraced(rows, x)
    if found is None:
        return None
    graph, end = found
    pass_on(breadth_first(end, left))
    return graph[0].grad, torch_slope(rows, x)


def apart(rows, both, x):
    """Whether the walks differ by more than rounding: by the size of what they add.

    Where every slope counts with its size alone, x holds all shares without a sign.
    """
    graph, end = retraced(rows, x)
    for node in graph:
        node.grad, node.slopes = 0.0, tuple(map(abs, node.slopes))
    pass_on(consumers_first(end))
    sizes = [*both, graph[0].grad]
    return np.isfinite(sizes).all() and abs(both[0] - both[1]) > 1e-9 + 1e-6 * sizes[2]


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
                "    No way leads from x to the node you return, or a number is huge."
            )
        swapped = "" if left else " with the operands of every operation swapped"
        return (
            f"    your graph at x = {x}{swapped}\n"
            f"    breadth first     {both[0]:.8g}\n"
            f"    torch.autograd    {both[1]:.8g}\n{right_by_luck(*both)}"
        )

    return tell


def trace_of(text):
    nodes, _, _ = nodes_of(text)
    rows = [probes.row(node) for node in nodes]
    return np.array([*rows, [len(nodes) - 1, -1, -1, 0.0]], dtype=float)


def found_by_chance(x):
    """A graph that defeats breadth-first search from both sides, met at random."""
    rng = np.random.default_rng(1)
    while True:
        rows = trace_of(random_dag(rng))
        if all(defeated(left)(rows, None, x) for left in (True, False)):
            return rows


def depths(rows, x):
    """(node, the lengths of all ways from the end to it), for nodes that pass on."""
    graph, end = retraced(rows, x)
    lengths = {node: set() for node in graph} | {end: {0}}
    uses = dict.fromkeys(graph, 0)
    for node in consumers_first(end):
        for y in node.inputs:
            lengths[y] |= {n + 1 for n in lengths[node]}
            uses[y] += 1
    return [(uses[n], lengths[n]) for n in graph if n.inputs and n is not end]


def longest_detour(nodes):
    """By how many steps one way to a node is longer than another, at most."""
    spans = [max(lengths) - min(lengths) for _, lengths in nodes if lengths]
    return max(spans, default=0)


def shaped(says, text, when):
    """A graph that doesn't do, for a reason that its shape shows."""

    def agree(yours, wrong, x):
        return retraced(yours, x) is not None and when(depths(yours, x))

    return Mistake(says, lambda oracle, x: trace_of(text), agree)


SHAPES = [
    shaped(
        "No node in between is used twice, and x itself passes nothing on: it only "
        "collects. Let a node that was made from x be used twice.",
        "x: 2, a: x * x, y: a + x",
        lambda nodes: all(uses < 2 for uses, _ in nodes),
    ),
    shaped(
        "A node is used twice, but the ways to it are equally long, so all its shares "
        "arrive in time. Make one way longer.",
        "x: 2, a: 2 * x, b: a * 3, c: a * a, y: b + c",
        lambda nodes: longest_detour(nodes) == 0,
    ),
    shaped(
        "One way is longer, but only by one step, and the order of the operands saves "
        "the search. Make it two steps longer.",
        "x: 2, a: 2 * x, b: 3 * a, y: b + a",
        lambda nodes: longest_detour(nodes) == 1,
    ),
]
LUCK = shaped(
    "With the operands the other way round breadth-first search comes out right: its "
    "failure was luck. Make the long way longer by two steps or more.",
    "x: 2, a: 2 * x, b: 3 * a, y: a + b",
    lambda nodes: longest_detour(nodes) == 1,
)


def defeat_part(points, left, cases, mistakes):
    return Part(
        points,
        Oracle("both walks on your graph", found_by_chance),
        cases,
        mistakes,
        probe=probes.traced,
        agree=defeated(left),
        entries=False,
        tell=tell_walks(left),
    )


AT_X = draw("your graph", x=lambda rng: signed(rng, 0.6, 1.9))

defeats_breadth_first = Question(
    "defeats_breadth_first",
    defeat_part(1, True, [AT_X], SHAPES),
    defeat_part(2, False, [AT_X], [*SHAPES[:2], LUCK]),
    hints=[
        "The search goes wrong at a node that passes on what it holds before its last "
        "share has come. So it needs two shares, and one of them late.",
        "Make a node from x. Use it at the end of the graph, and also at the beginning "
        "of a longer way to the same end.",
        "Name the node a. The end uses it at once, and also something that is two or "
        "more steps from a. Play it: when has a its turn, and when comes the rest?",
    ],
)

turn_too_early = Written(
    "turn_too_early",
    points=1,
    hints=(
        "Play breadth first on your graph, step by step. Which node has its turn "
        "while a share for it is still on the way?",
        "Write down what that node holds on its turn, and what it holds in the end. "
        "The difference came, and was never passed on.",
        "Shares come from the nodes that use it. In a topological order, where do all "
        "of these stand?",
    ),
)


# topo_order: an order is right when it has the property.

MOST_LISTED = 50_000


def is_listing(yours, graph):
    """Whether a result can be a list of nodes at all."""
    if yours.ndim != 1 or yours.dtype.kind not in "iu" or not len(yours):
        return False
    return bool(((yours >= 0) & (yours < len(shape_of(graph)[0]))).all())


def is_order(yours, graph, end=-1):
    """Every node that the end was made from once, and each before its inputs."""
    nodes, reached = shape_of(graph, end)
    if not is_listing(yours, graph) or sorted(yours) != sorted(reached):
        return False
    return not early(yours, nodes)


@functools.lru_cache(maxsize=64)
def shape_of(graph, end=-1):
    """The nodes of a graph, and the places of those that this one was made from."""
    nodes, _, _ = known(graph)
    return nodes, places(consumers_first(nodes[end]), nodes)


def early(yours, nodes):
    """(node, consumer) for the first node that stands before one that uses it."""
    turn = {int(i): k for k, i in enumerate(yours)}
    at = {id(node): i for i, node in enumerate(nodes)}
    for i in yours:
        for x in nodes[i].inputs:
            if turn.get(at[id(x)], len(turn)) < turn[int(i)]:
                return x, nodes[i]
    return None


def name_of(node):
    return node.label or f"{node.data:g}"


def tell_stopped(yours, right, graph):
    """What a report says that stands for a walk that had to be stopped."""
    if np.array_equal(yours, TOO_DEEP):
        return "    RecursionError: the walk goes deeper than Python lets a call go"
    if np.array_equal(yours, STOPPED):
        count = len(nodes_of(graph)[0])
        return f"    stopped: it looked at inputs far too often for {count:,} nodes"
    return ""


def tell_order(yours, right, graph):
    stopped = tell_stopped(yours, right, graph)
    if stopped or not is_listing(yours, graph):
        empty = "    The list is empty, but the end itself belongs in it."
        return stopped or ("    It returned no list of nodes." if yours.size else empty)
    nodes, _, _ = nodes_of(graph)
    if len(nodes) > 100:
        return f"    the list holds {len(yours):,} nodes, in an order that doesn't do"
    listed = f"    you list   {', '.join(name_of(nodes[i]) for i in yours)}"
    twice = [i for i in right if np.sum(yours == i) > 1]
    missing = [i for i in right if i not in yours]
    if twice:
        return f"{listed}\n    more than once: {name_of(nodes[twice[0]])}"
    if missing:
        return f"{listed}\n    missing: {name_of(nodes[missing[0]])}"
    x, consumer = early(yours, nodes)
    return (
        f"{listed}\n    {name_of(x)} stands before {name_of(consumer)}, which uses it"
    )


def property_oracle():
    """Any order would do; this is one."""

    return Oracle("the property of the order", lambda graph: shape_of(graph)[1])


def agree_order(yours, right, graph):
    return is_order(yours, graph)


def listing(says, walk):
    """The mistake of listing nodes as `walk` does, from either side."""

    def agree(yours, wrong, graph):
        nodes, _, _ = nodes_of(graph)
        return any(
            np.array_equal(yours, places(walk(nodes[-1], left), nodes))
            for left in (True, False)
        )

    return Mistake(says, lambda oracle, graph: walked(walk, graph), agree)


def walked(walk, graph):
    nodes, _, _ = nodes_of(graph)
    return places(walk(nodes[-1]), nodes)


def leaves_left_out(oracle, graph):
    nodes, _, _ = nodes_of(graph)
    return np.array([i for i in oracle(graph=graph) if nodes[i].inputs])


def without_leaves(yours, wrong, graph):
    if not is_listing(yours, graph):
        return False
    nodes, _, _ = nodes_of(graph)
    missing = [i for i in range(len(nodes)) if not nodes[i].inputs]
    return sorted(yours) == sorted(wrong) and is_order(np.r_[yours, missing], graph)


def covers(yours, wrong, graph):
    """Every node at least once."""
    return is_listing(yours, graph) and {*yours} == {*map(int, wrong)}


ORDERS = [
    Mistake(
        "That is the order in which the nodes were made, inputs first. "
        "The walk goes backward: turn the list round.",
        lambda oracle, graph: oracle(graph=graph)[::-1],
        lambda yours, wrong, graph: is_order(np.atleast_1d(yours)[::-1], graph),
    ),
    listing(
        "That is breadth-first search: a node is listed when it is first met, though "
        "others that use it may come later. List a node once all of them stand.",
        breadth_first,
    ),
    listing(
        "That is depth first: a node is listed as soon as it is met. Go "
        "down first, list a node when all below it is listed, and turn the list round.",
        depth_first,
    ),
    Mistake(
        "The leaves are missing: every node that the end was made from is listed.",
        leaves_left_out,
        without_leaves,
    ),
    Mistake(
        "Every node is there once, yet one stands before a node that uses it. A node "
        "may be reached by a short way and a long one: it must wait for the longest.",
        lambda oracle, graph: walked(marked_early, graph),
        lambda yours, wrong, graph: (
            is_listing(yours, graph) and sorted(yours) == sorted(wrong)
        ),
    ),
    Mistake(
        "Some nodes are listed once for each way that leads to them. Keep a set of "
        "those you have seen.",
        lambda oracle, graph: walked(every_way, graph),
        covers,
    ),
]


def told_as(says, report):
    """The mistake that a stopped walk reports."""
    return Mistake(
        says,
        lambda oracle, **args: np.array(report),
        lambda yours, wrong, **args: np.array_equal(yours, wrong),
    )


LIMIT = told_as(
    "Each step down is a call inside a call, and Python allows about a thousand. Keep "
    "the nodes that wait in a list of your own.",
    TOO_DEEP,
)
DOUBLED = told_as(
    "Each way down is walked anew, and the number of ways doubles with each level. "
    "Remember the nodes you have seen, and go below each of them once.",
    STOPPED,
)


def undealt(listing, graph):
    """A listing of a shuffled graph in the judge's own numbers, if it is one."""
    place, _ = dealt(graph)
    if listing.size > MOST_LISTED:
        raise AnswerError(
            f"    The list holds {listing.size:,} nodes. Each node belongs there once."
        )
    return np.argsort(place)[listing] if is_listing(listing, graph) else listing


def one_order(answer, graph):
    (end, _), _ = ends_of(graph)
    return undealt(*ask(answer, probes.orders, graph, 1, [end]), graph)


def orders(answer, graph):
    """The order from the end, asked for twice, with another node's in between."""
    (end, _), (other, _) = ends_of(graph)
    found = ask(answer, probes.orders, graph, 3, [end, other, end])
    first, *later = (undealt(listing, graph) for listing in found)
    right = map(is_order, later, [graph] * 2, [other, end])
    return steady(first, is_order(first, graph), *right)


def order_part(points, cases, mistakes, drive=one_order):
    return Part(
        points,
        property_oracle(),
        cases,
        mistakes,
        drive=drive,
        agree=agree_order,
        entries=False,
        tell=tell_order,
    )


topo_order = Question(
    "topo_order",
    order_part(3, zoo() + RANDOM, ORDERS, orders),
    order_part(1, [draw("a chain of 5,000", graph=filled(DEEP))], [LIMIT]),
    order_part(1, [draw("60 doublings", graph=filled(DOUBLING))], [DOUBLED]),
    hints=[
        "When may a node be listed? When every node that uses it is listed already. It "
        "is easier backward: list a node when all its inputs are listed.",
        "Go down to the inputs first and list a node on the way back up, once. Then "
        "turn the list round.",
        "Without recursion: keep a stack. Take a node from it; if it is new, put it "
        "back with a mark, then its inputs on top. When you meet the mark, list it.",
    ],
)


# backward: what the leaves hold in the end.


def torch_oracle():
    return Oracle("torch.autograd", lambda graph: torch_leaf_gradients(graph))


def leaf_values(graph, walk):
    """What the leaves hold after walk(end)."""
    nodes, names, leaves = nodes_of(graph)
    walk(nodes[-1])
    return np.array([names[leaf].grad for leaf in leaves])


def holding(says, *walks):
    """The mistake that leaves on each leaf what one of `walks` does."""

    def agree(yours, wrong, graph):
        return any(close()(yours, leaf_values(graph, walk)) for walk in walks)

    return Mistake(says, lambda oracle, graph: leaf_values(graph, walks[0]), agree)


def both_sides(walk):
    """Passing on in the order of a walk, read from the left or from the right."""
    return [lambda end, left=left: pass_on(walk(end, left)) for left in (True, False)]


def overwriting(end):
    end.grad = 1.0
    give_turns(consumers_first(end), add=False)


def from_the_front(end):
    end.grad = 1.0
    give_turns(inputs_first(end))


def recursion(left):
    def walk(end):
        end.grad = 1.0
        at_once(end, left)

    return walk


def one_share(yours, wrong, graph):
    """Whether each leaf holds what came along one way, the others lost."""
    nodes, names, leaves = nodes_of(graph)
    held = {node: set() for node in nodes} | {nodes[-1]: {1.0}}
    for node in consumers_first(nodes[-1]):
        for x, slope in zip(node.inputs, node.slopes, strict=True):
            held[x] |= {g * slope for g in held[node]}
    return yours.shape == (len(leaves),) and all(
        any(close()(g, share) for share in held[names[leaf]] or {0.0})
        for g, leaf in zip(yours, leaves, strict=True)
    )


def upstream_ignored(end):
    for node in depth_first(end):
        for x, slope in zip(node.inputs, node.slopes, strict=True):
            x.grad += slope


def slope_ignored(end):
    end.grad = 1.0
    for node in consumers_first(end):
        for x in node.inputs:
            x.grad += node.grad


WALKS = [
    Mistake(
        "Every gradient is 0. Does the end begin with 1, before the walk? And is each "
        "share added to the grad of the node itself?",
        lambda oracle, graph: 0 * oracle(graph=graph),
    ),
    holding(
        "That walks from the inputs to the end: each node passes its gradient on "
        "before it has one. Begin at the end.",
        from_the_front,
    ),
    holding(
        "Nodes pass on what they hold in the order of a breadth-first search, too "
        "early for one that a longer way still leads to. Use your topo_order.",
        *both_sides(breadth_first),
    ),
    holding(
        "Nodes pass on what they hold as soon as a depth-first walk meets them, too "
        "early for one that another way still leads to. Use your topo_order.",
        *both_sides(depth_first),
    ),
    holding(
        "A node that is reached twice passes on all it holds twice, old shares "
        "included. Each node has one turn, when its sum is complete.",
        *both_sides(every_way),
        recursion(left=True),
        recursion(left=False),
    ),
    holding(
        "The upstream gradient is ignored: what a node passes on is what it holds "
        "times the slope.",
        upstream_ignored,
    ),
    holding(
        "The slopes are ignored: what a node passes on is what it holds times the "
        "slope to each input.",
        slope_ignored,
    ),
    Mistake(
        "A leaf that is used twice holds one share only: = writes over what came "
        "before. Shares from several ways are added.",
        lambda oracle, graph: leaf_values(graph, overwriting),
        one_share,
    ),
]


def one_gradient(answer, graph):
    (end, _), _ = ends_of(graph)
    return ask(answer, probes.gradients, graph, 1, [end], leaves_of(graph))[0]


def gradients(answer, graph):
    """The gradient from the end, asked for twice, with another node's in between."""
    (end, _), (other, name) = ends_of(graph)
    asked = [end, other, end], leaves_of(graph)
    found = ask(answer, probes.gradients, graph, 3, *asked)
    right = map(
        close(), found, [torch_leaf_gradients(graph, n) for n in (None, name, None)]
    )
    return steady(found[0], *right)


def gradient_part(points, cases, mistakes=(), **drawn_by):
    by = {"drive": one_gradient, "tell": tell_gradient} | drawn_by
    return Part(points, torch_oracle(), cases, mistakes, **by)


def tell_own(yours, right, graph):
    return f"    recorded with your own Value:\n{tell_gradient(yours, right, graph)}"


def tell_gradient(yours, right, graph, **_):
    stopped = tell_stopped(yours, right, graph)
    if stopped or yours.shape != right.shape:
        return stopped or f"    {len(right)} leaves, but {yours.size} gradients came"
    _, _, leaves = nodes_of(graph)
    i = int(np.argmax(~np.isclose(yours, right, 1e-6, 1e-9)))
    return (
        f"    the gradient of {leaves[i]}\n"
        f"    you say           {yours[i]:.8g}\n"
        f"    torch.autograd    {right[i]:.8g}"
    )


def examples():
    return [draw(name, graph=text) for name, text in EXAMPLES.items()]


backward = Question(
    "backward",
    gradient_part(3, zoo() + RANDOM, WALKS, drive=gradients),
    gradient_part(0.5, [draw("a chain of 5,000", graph=filled(DEEP))], [LIMIT]),
    gradient_part(0.5, [draw("60 doublings", graph=filled(DOUBLING))], [DOUBLED]),
    gradient_part(1, examples() + RANDOM, probe=probes.own_gradients, tell=tell_own),
    hints=[
        "Give the end the gradient 1. Then every node, in the right order, passes on "
        "what it holds.",
        "On its turn a node adds its own gradient times the slope to the gradient of "
        "each input. Inputs and slopes go in pairs: zip them.",
        "If a leaf is off by a share, look for = where += belongs. If a node passes on "
        "too little, look at the order.",
    ],
)


# A second call: leaves add up, nodes in between start afresh.


def sum_over_calls(graph, calls):
    return sum(torch_leaf_gradients(graph, end) for end in calls.split())


def called_again(says, fresh_end=True, once=False):
    """The mistake of keeping what nodes in between hold, or of keeping nothing."""

    def wrong(oracle, graph, calls):
        nodes, names, leaves = nodes_of(graph)
        for name in calls.split():
            for node in nodes if once else ():
                node.grad = 0.0
            end = names[name]
            end.grad = 1.0 if fresh_end else end.grad + 1.0
            give_turns(consumers_first(end))
        return np.array([names[leaf].grad for leaf in leaves])

    return Mistake(says, wrong)


SQUARED = "x: {}, a: x * x, L: a * a"
TWO_ENDS = "x: {}, y: {}, a: x * y, b: a + x, L: a * b, M: b * b"
STALE = "Nodes in between still hold what an earlier call left there, and pass it on "
ONCE = called_again(
    "Only the last call's gradient is left. On leaves, gradients of several calls add "
    "up: leave a leaf's gradient as it stands, and add.",
    once=True,
)


def calls_of(answer, graph, calls):
    """What the leaves hold after a call from each named end."""
    nodes, names, _ = known(graph)
    ends = [nodes.index(names[name]) for name in calls.split()]
    return ask(answer, probes.accumulated, graph, 1, ends, leaves_of(graph))[0]


def again_part(points, cases, mistakes):
    return Part(
        points,
        Oracle("torch.autograd, added up", sum_over_calls),
        cases,
        mistakes,
        drive=calls_of,
        tell=tell_gradient,
    )


accumulate = Question(
    "accumulate",
    again_part(
        1,
        [
            draw("called once", graph=filled(SQUARED), calls="L"),
            draw(
                "a product, called twice",
                graph=filled("x: {}, y: {}, L: x * y"),
                calls="L L",
            ),
            draw(
                "a product, three times",
                graph=filled("x: {}, y: {}, L: x * y"),
                calls="L L L",
            ),
        ],
        [ONCE],
    ),
    again_part(
        2,
        [
            draw(
                "(x²)² at 3, called twice",
                graph="x: 3, a: x * x, L: a * a",
                calls="L L",
            ),
            draw("(x²)², three times", graph=filled(SQUARED), calls="L L L"),
            draw("two ends that share nodes", graph=filled(TWO_ENDS), calls="L M L"),
        ],
        [
            ONCE,
            called_again(
                STALE + "once more. What should they hold when a walk begins?"
            ),
            called_again(
                STALE + "once more, and so does the end itself. What should they hold "
                "when a walk begins, and what the end?",
                fresh_end=False,
            ),
        ],
    ),
    hints=[
        "Which gradients should survive from one call to the next: those of leaves, or "
        "those of nodes in between? A leaf has no inputs.",
        "Before you walk, set the gradient of every node that has inputs to 0.",
        "topo_order lists the nodes to look at; your backward does the rest.",
    ],
)


def tell_cleared(yours, right, data, grads):
    if yours.shape != right.shape:
        return "    some of the values can't be found afterwards"
    kept, number = np.argwhere(yours != right)[0]
    what = ("data", "grad")[number]
    return (
        f"    {what} of leaf {kept + 1} of {len(grads)}: "
        f"{yours[kept, number]:g} afterwards, not {right[kept, number]:g}"
    )


def big(rng, n):
    return np.array([signed(rng, 1, 9) for _ in range(n)])


zero_grad = Question(
    "zero_grad",
    Part(
        1,
        closed_form(lambda data, grads: np.column_stack([data, 0 * grads])),
        [
            drawn(
                name,
                lambda rng, n=n: {"data": rng.normal(size=n), "grads": big(rng, n)},
            )
            for name, n in [("one leaf", 1), ("three leaves", 3), ("five leaves", 5)]
        ],
        [
            Mistake(
                "Nothing has changed: set the attribute `grad` of each one. A name "
                "of your own for the number is not the number on the node.",
                lambda oracle, data, grads: np.column_stack([data, grads]),
            ),
            Mistake(
                "Only the first one is cleared: does a return stand inside the loop?",
                lambda oracle, data, grads: np.column_stack(
                    [data, grads * (np.arange(len(grads)) > 0)]
                ),
            ),
            Mistake(
                "That clears the data. The gradient is what starts afresh.",
                lambda oracle, data, grads: np.column_stack([0 * data, grads]),
            ),
            Mistake(
                "That clears the data as well. A training step would lose its weights.",
                lambda oracle, data, grads: np.zeros((len(grads), 2)),
            ),
        ],
        probe=probes.cleared,
        entries=False,
        tell=tell_cleared,
    ),
    hints=[
        "A loop over the values.",
        "What each of them accumulates is in its attribute grad.",
        "Set that attribute to 0.0 on every one; nothing needs to be returned.",
    ],
)


# Ways through a graph: counted by the powers of its adjacency matrix.


def adjacency(graph, start="x"):
    """How many edges lead from node i to node j; the end's and the start's numbers."""
    nodes, names, _ = known(graph)
    at = {id(node): i for i, node in enumerate(nodes)}
    edges = np.zeros((len(nodes), len(nodes)))
    for i, node in enumerate(nodes):
        for x in node.inputs:
            edges[i, at[id(x)]] += 1
    return edges, len(nodes) - 1, at[id(names[start])]


def ways(edges, end, x):
    """Ways of every length from the end to x: the sum of all powers of the matrix."""
    step, total = np.eye(len(edges))[end], 0.0
    while step.any():
        total += step[x]
        step = step @ edges
    return total


def longest(edges, end, x):
    step, length, k = np.eye(len(edges))[end], 0, 0
    while step.any():
        length, k = (k if step[x] else length), k + 1
        step = step @ edges
    return length


def counting(says, rule):
    return Mistake(says, lambda oracle, graph: np.asarray(rule(*adjacency(graph))))


WAYS = {
    "two ways": "x: {}, a: 2 * x, b: 3 * a, y: a + b",
    "a square of a square": "x: {}, a: x * x, y: a * a",
    "crossed": "x: {}, b: {}, c: x + b, d: x * b, e: c + d, f: c * d, y: e + f",
    "four levels": "x: {}, y: x + 1, 3 times y: y * y, y: y * x",
}


def tell_ways(yours, right, graph):
    stopped = tell_stopped(yours, right, graph)
    if stopped or yours.ndim:
        return stopped or f"    It returned shape {yours.shape}. Return one number."
    return f"    you count           {yours:g}\n    powers of a matrix  {right:g}"


def one_count(answer, graph):
    _, end, x = adjacency(graph)
    return ask(answer, probes.paths, graph, 1, [end], [x])[0]


def counts(answer, graph):
    """The ways to x, asked for twice, with those to another node in between."""
    _, end, x = adjacency(graph)
    _, (other, name) = ends_of(graph)
    found = ask(answer, probes.paths, graph, 3, [end] * 3, [x, other, x])
    right = map(close(), found, [ways(*adjacency(graph, n)) for n in ("x", name, "x")])
    return steady(found[0], *right)


def ways_part(points, cases, mistakes, drive=one_count):
    oracle = Oracle("powers of a matrix", lambda graph: ways(*adjacency(graph)))
    return Part(points, oracle, cases, mistakes, drive=drive, tell=tell_ways)


count_paths = Question(
    "count_paths",
    ways_part(
        1,
        [draw(name, graph=filled(text)) for name, text in WAYS.items()] + RANDOM,
        [
            counting(
                "A node that is used twice by the same operation is counted once. "
                "x * x has two edges to x, and each is a way.",
                lambda edges, end, x: ways(np.minimum(edges, 1), end, x),
            ),
            counting(
                "That counts the edges that arrive at x. Each of them ends as many "
                "ways as lead to the node it comes from.",
                lambda edges, end, x: edges[:, x].sum(),
            ),
            counting(
                "That is the length of the longest way. How many ways are there?",
                longest,
            ),
            counting(
                "That is 1: but there is more than one way through most of these "
                "graphs.",
                lambda edges, end, x: 1.0,
            ),
        ],
        counts,
    ),
    ways_part(2, [draw("60 doublings", graph=filled(DOUBLING))], [DOUBLED]),
    hints=[
        "How many ways lead to a node? As many as lead to all the nodes that use it, "
        "added up.",
        "One way leads to the end itself. In the order of topo_order each node hands "
        "its number on along every edge, and numbers that meet are added.",
        "That is backward with every slope equal to 1. Keep the numbers in a dict of "
        "your own.",
    ],
)

OFF = NUMPY_ONLY
QUESTIONS = [
    value,
    defeats_breadth_first,
    turn_too_early,
    turns_by_hand,
    topo_order,
    backward,
    accumulate,
    zero_grad,
    count_paths,
]
