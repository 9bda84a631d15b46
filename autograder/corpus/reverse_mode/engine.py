"""A walk as students write it, and its lines written otherwise."""

from textwrap import indent

ORDER = """
order, seen, stack = [], set(), [root]
while stack:
    node = stack[-1]
    waiting = [x for x in node.inputs if x not in seen]
    if waiting and node not in seen:
        stack.append(waiting[0])
    else:
        stack.pop()
        if node not in seen:
            seen.add(node)
            order.insert(0, node)
return order"""
RECURSIVE = """
order, seen = [], set()
def visit(node):
    if node not in seen:
        seen.add(node)
        for x in node.inputs:
            visit(x)
        order.append(node)
visit(root)
return order[::-1]"""


def passing(
    start="root.grad = 1.0",
    order="topo_order(root)",
    slopes="node.slopes",
    line="x.grad += slope * node.grad",
):
    """The lines of backward, one of them written otherwise."""
    return f"""
{start}
for node in {order}:
    for x, slope in zip(node.inputs, {slopes}):
        {line}"""


def defined(call, lines):
    """A function of these lines."""
    return f"\ndef {call}:{indent(lines, '    ')}\n"


WITH_ORDER = defined("topo_order(root)", ORDER)
WITH_BACKWARD = WITH_ORDER + defined("backward(root)", passing())
