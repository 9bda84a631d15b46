"""What a drawing of a graph needs to know of each node, read once and kept as text."""

from dataclasses import dataclass

import numpy as np

MOST_NODES = 200
_SIGNS = {
    **dict(zip(("*", "/", "-", "**"), "×÷−^", strict=True)),
    **dict(zip(("add", "sub", "mul", "div", "power", "neg"), "+−×÷^−", strict=True)),
    "matmul": "@",
}


@dataclass(frozen=True)
class Node:
    """A variable and the operation that made it ("" for a leaf)."""

    source: object
    inputs: tuple[int, ...]  # positions of the inputs in the list of nodes
    op: str
    name: str
    value: str

    is_constant: bool

    @property
    def gradient(self):
        return gradient_text(self.source)


def read(root):
    """The nodes that made `root`, inputs first. Raises ValueError above 200."""
    sources = _inputs_first(root)
    position = {id(source): i for i, source in enumerate(sources)}
    nodes, unnamed = [], 0
    for source in sources:
        inputs = tuple(position[id(x)] for x in source.inputs)
        label = getattr(source, "label", "")
        is_constant = not (label or inputs or getattr(source, "requires_grad", False))
        value = value_text(source)
        if not label and not is_constant:
            unnamed += 1
        name = label or (value if is_constant else f"v{unnamed}")
        op = _SIGNS.get(source.op, source.op)
        if op and not inputs:
            raise RuntimeError(
                f"The graph behind {op} of {value} was freed by backward, so there is "
                "nothing to draw. Try backward(retain_graph=True) before drawing."
            )
        nodes.append(Node(source, inputs, op, name, value, is_constant))
    return nodes


def edges(nodes):
    """Each use of a variable, as (where from, where to, which argument)."""
    return [
        (tail, head, k)
        for head, node in enumerate(nodes)
        for k, tail in enumerate(node.inputs)
    ]


def number_text(number):
    """Four digits and a true minus sign; no sign on a zero."""
    return f"{number + 0.0:.4g}".replace("-", "−")


def factor_text(number):
    """A number as it stands in a product: a negative one in parentheses."""
    text = number_text(number)
    return f"({text})" if number < 0 else text


def value_text(source):
    """The number that a node holds, or the shape of its array."""
    data = np.asarray(source.data)
    return number_text(data.item()) if data.size == 1 else str(data.shape)


def gradient_text(source):
    """The gradient that has arrived so far, or the norm of it when it is an array."""
    if source.grad is None:
        return ""
    grad = np.asarray(source.grad)
    if grad.size == 1:
        return number_text(grad.item())
    return f"norm {number_text(np.linalg.norm(grad))}"


def _inputs_first(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            if len(seen) > MOST_NODES:
                raise ValueError(
                    f"The graph has more than {MOST_NODES} nodes, too many to read in "
                    "a picture. Try one layer, or one example."
                )
            stack.append((node, True))
            stack.extend((x, False) for x in reversed(tuple(node.inputs)))
    return order
