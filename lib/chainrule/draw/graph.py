"""A computational graph as one picture: values above each edge, gradients below.

Variables and operations are both nodes: square boxes are variables, round ones what is
done to them. A variable stands behind the operation that made it, and the edge between
the two carries its value and its gradient. Where a variable is used more than once,
each edge that leaves it carries the share of the gradient that comes back along it.
"""

from collections import Counter

import numpy as np

from . import svg
from .layout import layout
from .picture import Picture
from .scene import edges, number_text, read

_SHARE_LETTERS = 8  # four digits, a sign, a point and a zero or two


def graph(root):
    """The graph that made `root`: a Value, a Tensor, or anything built like them.

    Nodes have `data grad inputs op label`; a variable used twice shows its shares where
    nodes also have `slopes`, their local derivatives. ValueError above 200 nodes.
    """
    nodes, shares = read(root), {}
    gradients = [node.gradient for node in nodes]
    drawing = Drawing(nodes, gradients)
    for i, (_, head, k) in enumerate(drawing.edges):
        slopes = getattr(nodes[head].source, "slopes", ())
        if drawing.branches(i) and k < len(slopes):
            shares[i] = number_text(nodes[head].source.grad * slopes[k])
    alt = in_words(nodes, gradients)
    return Picture(drawing.svg(gradients, shares, alt), alt)


def in_words(nodes, gradients):
    """The same graph as one sentence per variable."""
    leaves = sum(not node.inputs for node in nodes)
    operations = len(nodes) - leaves
    said = [f"Computational graph (leaves: {leaves}, operations: {operations})."]
    for node, gradient in zip(nodes, gradients, strict=True):
        if node.is_constant:
            continue
        of = ", ".join(nodes[i].name for i in node.inputs)
        made = f"{node.name} = {_made(node.op, of)}" if of else node.name
        slope = f", gradient {gradient}" if gradient else ""
        said.append(f"{made} is {node.value}{slope}.")
    return " ".join(said)


def _made(op, of):
    """An operation and what it is of, in words where it is a formula."""
    return f"{op}, from {of}," if " " in op else f"{op}({of})"


class Drawing:
    """A graph with every place settled, and room for gradients like these."""

    def __init__(self, nodes, gradients):
        self.nodes = nodes
        self.edges = edges(nodes)
        self.uses = Counter(tail for tail, _, _ in self.edges)
        self.parts = [_widths(*pair) for pair in zip(nodes, gradients, strict=True)]
        sizes = [(sum(parts), 2 * svg.BOX) for parts in self.parts]
        self.centres, self.curves = layout(sizes, [(t, h) for t, h, _ in self.edges])
        for curve, (tail, head, k) in zip(self.curves, self.edges, strict=True):
            # Arguments arrive from top to bottom, so that a − b isn't read as b − a.
            place = k - (len(nodes[head].inputs) - 1) / 2
            curve[-2:, 1] += 7 * place
            if nodes[head].inputs.count(tail) > 1:
                curve[1:-1, 1] += 36 * place
        low = self.centres - np.array(sizes) / 2
        self.boxes = [np.array([a, a + s]) for a, s in zip(low, sizes, strict=True)]
        self.spots = self._spots()

    def _spots(self):
        """Where the share of each edge stands; settled once, or it would jump about."""
        spots, taken = {}, list(self.boxes)
        for curve in self.curves:
            taken += _heads(curve)
        size = np.array([svg.LETTER * _SHARE_LETTERS, svg.FONT + 2])
        for edge in sorted(range(len(self.edges)), key=self.branches, reverse=True):
            box = _free(self.curves[edge], size, taken)
            spots[edge] = box.mean(axis=0)
            if self.branches(edge):
                taken.append(box)
        return spots

    def branches(self, edge):
        """Whether the variable that this edge leaves is used elsewhere too."""
        return self.uses[self.edges[edge][0]] > 1

    def svg(self, gradients, shares, alt, active=None):
        """The drawing with a text below each variable's edge and below some others.

        `gradients[i]` belongs to variable i, `shares[e]` to edge e. The edge `active`
        is drawn thick, in the direction of the gradient: backward.
        """
        lines = [svg.arrow(c, active == i) for i, c in enumerate(self.curves)]
        for i, share in sorted(shares.items()):
            x, y = self.spots[i]
            lines.append(svg.text((x, y + 4), share, svg.GRADIENT, "600"))
        for i, node in enumerate(self.nodes):
            lines += _unit(node, self.boxes[i][0], self.parts[i], gradients[i])
        corners = np.concatenate([*self.boxes, *self.curves])
        return svg.page(lines, corners.min(axis=0), corners.max(axis=0), alt)


def _widths(node, gradient):
    """Of the operation, of the edge behind it, and of the variable's box."""
    box = max(svg.BOX, svg.LETTER * len(node.name) + 12)
    if node.is_constant:
        return 0, 0, box
    op = max(svg.BOX + 2, svg.LETTER * len(node.op) + 14) if node.inputs else 0
    letters = max(len(node.value), len(gradient), 5)
    return op, svg.LETTER * letters + 16, box


def _unit(node, corner, parts, gradient):
    """One variable with the edge into it and the operation before that edge."""
    op, edge, box = parts
    lines, (x, top) = [], corner
    y = top + svg.BOX
    if op:
        lines.append(svg.rectangle(x, y, op, 12, "#ececec"))
        lines.append(svg.text((x + op / 2, y + 4), node.op, svg.INK, "600"))
    if edge:
        ends = np.linspace((x + op, y), (x + op + edge, y), 4)
        middle = x + op + edge / 2 - 3
        lines.append(svg.arrow(ends, False) if op else svg.stroke(ends))
        lines.append(svg.text((middle, y - 6), node.value, svg.INK))
        lines.append(svg.text((middle, y + 15), gradient, svg.GRADIENT, "600"))
    lines.append(svg.rectangle(x + op + edge, y, box, 3, "white"))
    lines.append(svg.text((x + op + edge + box / 2, y + 4), node.name, svg.INK))
    return lines


def _heads(curve):
    """The room of an arrow's head at the end, and of an active one at the beginning."""
    yield curve[-1] + np.array([[-8, -4], [0, 4]])
    yield curve[0] + np.array([[0, -6], [12, 6]])


def _free(curve, size, taken):
    """The box along a curve, rather below than above it, that overlaps least."""
    lows, highs = np.swapaxes(taken, 0, 1)

    def overlap(box):
        shared = np.minimum(box[1], highs) - np.maximum(box[0], lows)
        return np.maximum(shared, 0).prod(axis=1).sum()

    boxes = []
    for t in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        for below in (10, -10, 17, -17):
            corner = on(curve, t) - size / 2 + (0, below)
            boxes.append(np.array([corner, corner + size]))
    return min(boxes, key=overlap)


def on(curve, t):
    """The point a fraction t along a chain of cubic Bézier curves."""
    pieces = (len(curve) - 1) // 3
    k = min(int(t * pieces), pieces - 1)
    s = t * pieces - k
    weights = [(1 - s) ** 3, 3 * s * (1 - s) ** 2, 3 * s * s * (1 - s), s**3]
    return np.array(weights) @ curve[3 * k : 3 * k + 4]
