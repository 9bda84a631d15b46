"""Ways to walk a graph backward, right and wrong, for the lesson that compares them.

A walk is a list of nodes: on its turn a node passes what it holds, times the slope, to
each of its inputs. Nodes have `inputs`, `slopes` and `grad`. Each list is right on some
graphs; only a topological order is right on all.
"""


def pass_on(order):
    """Start with 1 at the first node of a list, and give each node its turn."""
    order[0].grad = 1.0
    give_turns(order)


def give_turns(order, add=True):
    """Let each node pass on what it holds; without `add`, shares are written over."""
    for node in order:
        for x, slope in zip(node.inputs, node.slopes, strict=True):
            x.grad = add * x.grad + node.grad * slope


def sides(node, left):
    return node.inputs if left else node.inputs[::-1]


def breadth_first(end, left=True):
    """Level by level, a node where it is first met."""
    order, seen = [end], {end}
    for node in order:
        for x in sides(node, left):
            if x not in seen:
                seen.add(x)
                order.append(x)
    return order


def depth_first(end, left=True):
    """Preorder: downward as soon as a node is met."""
    order, seen, stack = [], set(), [end]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack += sides(node, not left)
    return order


def marked_early(end, left=True):
    """Depth first, with a node marked when it is pushed and not when it is popped."""
    order, stack, seen = [], [end], {end}
    while stack:
        order.append(stack.pop())
        for x in sides(order[-1], left):
            if x not in seen:
                seen.add(x)
                stack.append(x)
    return order


def every_way(end, left=True):
    """Down each way anew: a node as often as ways lead to it."""
    order, stack = [], [end]
    while stack:
        order.append(stack.pop())
        stack += sides(order[-1], not left)
    return order


def recursive(end):
    """Each node after its inputs, by calls inside calls."""
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for x in node.inputs:
                visit(x)
            order.append(node)

    visit(end)
    return order


def own_share(end, share=1.0):
    """Each share goes down alone, along every way."""
    end.grad += share
    for x, slope in zip(end.inputs, end.slopes, strict=True):
        own_share(x, share * slope)


def at_once(end, left=True):
    """An input is visited as soon as a share arrives, and passes on all it holds."""
    pairs = list(zip(end.inputs, end.slopes, strict=True))
    for x, slope in pairs if left else pairs[::-1]:
        x.grad += end.grad * slope
        at_once(x, left)
