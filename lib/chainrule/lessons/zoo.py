"""Six small graphs on which walks are told apart, and six ways back through a graph."""

from chainrule.lessons import walks
from chainrule.scalar import topological_order


def sum_times_z(x, y, z):
    return (x + y) * z


def two_sums(a, b):
    return (a + b) * (b + 1)


def long_way_second(x):
    a = 2 * x
    return a + 3 * a


def long_way_first(x):
    a = 2 * x
    return 3 * a + a


def crossed(a, b):
    c, d = a + b, a * b
    return (c + d) + c * d


def both_factors(x):
    return (2 * x) * (3 * x)


GRAPHS = {  # a function, and the numbers at which it is asked
    "(x+y)z": (sum_times_z, (-2, 5, -4)),
    "(a+b)(b+1)": (two_sums, (2, 1)),
    "a+3a": (long_way_second, (1,)),
    "3a+a": (long_way_first, (1,)),
    "crossed": (crossed, (2, 3)),
    "(2x)(3x)": (both_factors, (1,)),
}


def in_order(end):
    return topological_order(end)[::-1]


WALKS = {
    "topological": in_order,
    "breadth first": walks.breadth_first,
    "preorder": walks.depth_first,
    "every path": walks.every_path,
}
HOW = (*WALKS, "= for +=", "own share")


def go_back(how, end):
    """Leave on each node what one of the six ways leaves there."""
    if how == "own share":
        walks.own_share(end)
    elif how == "= for +=":
        end.grad = 1.0
        walks.give_turns(in_order(end), add=False)
    else:
        walks.pass_on(WALKS[how](end))


def gradients(how, name, leaf):
    """What the leaves of a graph hold after one of the ways; leaf(number) makes one."""
    function, at = GRAPHS[name]
    leaves = [leaf(number) for number in at]
    go_back(how, function(*leaves))
    return [x.grad for x in leaves]


def table(leaf):
    """A row for each graph, a column for each way, and a mark where it is wrong."""
    lines = [" " * 10 + "".join(f" {how:13}" for how in HOW)]
    right = [0] * len(HOW)
    for name in GRAPHS:
        found = [gradients(how, name, leaf) for how in HOW]
        shown = [", ".join(f"{g:g}" for g in grads) for grads in found]
        marks = ["" if grads == found[0] else " ✗" for grads in found]
        cells = zip(shown, marks, strict=True)
        lines.append(f"{name:10}" + "".join(f" {g + mark:13}" for g, mark in cells))
        right = [n + (not mark) for n, mark in zip(right, marks, strict=True)]
    lines.append("right on  " + "".join(f" {n} of {len(GRAPHS):<8}" for n in right))
    return "\n".join(lines)
