"""What is right in 2-autodiff/03_reverse_mode: properties, and complex steps."""

import math

import numpy as np
from deciders.programs import Recorded, any_program, on_tape, random_program
from measures import near, slopes


def value(student, rng):
    """Every operation on fresh numbers: number, inputs and slopes."""
    a, b = (student.Value(v) for v in rng.uniform(-3, 3, 2))
    n, c = int(rng.integers(1, 7)), rng.uniform(-3, 3)
    u = 1 / (1 + math.exp(-a.data))
    made = [
        (a * b, [a.data, b.data], [b.data, a.data], a.data * b.data),
        (a * c, [a.data, c], [c, a.data], a.data * c),
        (a**n, [a.data], [n * math.prod([a.data] * (n - 1))], a.data**n),
        (a.sin(), [a.data], [math.cos(a.data)], math.sin(a.data)),
        (a.sigmoid(), [a.data], [u * (1 - u)], u),
    ]
    return all(
        type(y) is student.Value
        and near(y.data, right)
        and near([x.data for x in y.inputs], inputs)
        and y.inputs[0] is a
        and near(y.slopes, expected)
        for y, inputs, expected, right in made
    )


def turns_by_hand(student, rng):
    """In order x gets both ways; breadth first one; every way the early one twice."""
    p, q, r = student.numbers("turns_by_hand", student.STUDENT).values()
    return near(student.turns_by_hand, [p + p * q * r, p, 2 * p + p * q * r])


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


def topo_order(student, rng):
    """Every node behind the end once, each before its inputs."""
    tape = on_tape(any_program(rng), rng)
    order = student.topo_order(tape[-1])
    place = {node: i for i, node in enumerate(order)}
    behind = {tape[-1]}
    for node in tape[::-1]:
        behind |= set(node._inputs) if node in behind else set()
    return (
        len(order) == len(place)
        and set(place) == behind
        and all(place[n] < place[z] for n in place for z in n._inputs)
    )


def backward(student, rng):
    """Complex steps, on nodes of ours and on the student's Values."""
    program, tape = any_program(rng), None
    tape = on_tape(program, rng)
    at = np.array([node.data for node in tape[:2]])
    right = slopes(lambda v: program(*v)[-1], at)
    student.backward(tape[-1])
    own = [student.Value(v) for v in at]
    student.backward(program(*own)[-1])
    held = [[node.grad for node in leaves] for leaves in (tape[:2], own)]
    return near(held[0], right) and near(held[1], right)


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


def count_paths(student, rng):
    """Ways counted upward: into a node lead those of all that use it."""
    tape = on_tape(any_program(rng), rng)
    ways = dict.fromkeys(tape, 0) | {tape[-1]: 1}
    for node in tape[::-1]:
        for z in node._inputs:
            ways[z] += ways[node]
    reached = [node for node in tape if ways[node]]
    x = reached[rng.integers(min(len(reached), 8))]
    return near(student.count_paths(tape[-1], x), ways[x])


DECIDERS = {
    f.__name__: f
    for f in (
        turns_by_hand,
        defeats_breadth_first,
        topo_order,
        backward,
        accumulate,
        zero_grad,
        count_paths,
    )
}
DECIDERS["Value"] = value
