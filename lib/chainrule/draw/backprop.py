"""Reverse mode one multiplication at a time, on the drawing of the graph."""

from html import escape
from typing import NamedTuple

from .frames import player
from .graph import Drawing, in_words
from .scene import Node, edges, number_text, read

_HEADINGS = ["through", "into", "upstream", "local derivative", "product", "sum so far"]


class Step(NamedTuple):
    """One edge walked backward: a product that travels, and the sum it joins."""

    edge: int
    tail: int
    through: Node
    into: Node
    upstream: float
    slope: float
    before: float | None

    @property
    def product(self):
        return self.upstream * self.slope

    @property
    def total(self):
        return self.product if self.before is None else self.before + self.product

    @property
    def row(self):
        numbers = self.upstream, self.slope, self.product, self.total
        return (self.through.op, self.into.name, *map(number_text, numbers))

    @property
    def caption(self):
        op, into, upstream, slope, product, total = self.row
        said = (
            f"From {self.through.name} back through {op} to {into}: "
            f"upstream {upstream} times local derivative {slope} is {product}."
        )
        if self.before is None:
            return said
        return (
            f"{said} It joins the {number_text(self.before)} that {into} has: {total}."
        )


def backprop(root, done=False):
    """What `root.backward()` does, edge by edge: upstream times local derivative, then
    add.

    Nodes keep their local derivatives in `slopes`, one number per input, as Values do;
    constants are left out. Nothing is changed: the gradients are worked out anew.
    done: whether it opens where all gradients have arrived.
    Raises ValueError above 200 nodes and TypeError where a node keeps no slopes.
    """
    nodes = read(root)
    need_slopes(nodes)
    steps, name = list(walk(nodes, edges(nodes))), nodes[-1].name
    start = {len(nodes) - 1: 1.0}
    final = _texts(nodes, start | {step.tail: step.total for step in steps})
    drawing = Drawing(nodes, final)
    captions = [
        "Forward: every value is known, and no gradient yet.",
        f"Start at {name}: when {name} grows by 1, {name} grows by 1.",
        *(step.caption for step in steps),
        "Done. Where one arrow leaves a variable, its gradient is the share that came "
        "back; where several leave it, the shares stand on the arrows and are added.",
    ]
    alt = f"Backprop step by step. {in_words(nodes, final)}"
    pages = list(_pages(drawing, start, steps))
    still = len(pages) - 1
    return player(pages, captions, alt, still, _table(steps), still if done else 0)


def _pages(drawing, start, steps):
    """The drawing before, at the start, at each step, and after."""

    def page(totals, shares, active=None):
        gradients = _texts(drawing.nodes, totals)
        return drawing.svg(gradients, shares, "The graph at this step.", active)

    yield page({}, {})
    yield page(start, {})
    totals, shares = dict(start), {}
    for step in steps:
        totals[step.tail] = step.total
        share = {step.edge: number_text(step.product)}
        yield page(totals, shares | share, step.edge)
        if drawing.branches(step.edge):
            shares |= share
    yield page(totals, shares)


def walk(nodes, edges):
    """The steps of reverse mode: a node passes on what it has once all has arrived."""
    totals = {len(nodes) - 1: 1.0}
    consumers_first = sorted(enumerate(edges), key=lambda numbered: -numbered[1][1])
    for edge, (tail, head, k) in consumers_first:
        if nodes[tail].is_constant:
            continue
        slope = float(nodes[head].source.slopes[k])
        ends = nodes[head], nodes[tail]
        step = Step(edge, tail, *ends, totals[head], slope, totals.get(tail))
        totals[tail] = step.total
        yield step


def need_slopes(nodes):
    for node in nodes:
        if len(getattr(node.source, "slopes", ())) != len(node.inputs):
            raise TypeError(
                f"backprop: {node.name}, made by {node.op}, doesn't keep one local "
                "derivative per input in `slopes`. Try a graph of scalar.Value, or "
                "draw.graph, which needs none."
            )


def _texts(nodes, totals):
    return [number_text(totals[i]) if i in totals else "" for i in range(len(nodes))]


def _table(steps):
    cell = 'style="text-align:left;padding:2px 12px 2px 0"'
    head = "".join(f'<th scope="col" {cell}>{name}</th>' for name in _HEADINGS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in step.row) + "</tr>"
        for step in steps
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
