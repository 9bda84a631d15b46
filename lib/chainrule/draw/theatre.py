"""The same graph on several stages, and on each another order of passing gradients on.

On its turn a node passes what it holds, times the slope, to each of its inputs. That is
right once and only when its sum is complete; any other turn is marked where it happens.
Longer than its neighbours: what is played, how it is drawn and how it is told in words
share every number.
"""

from html import escape
from typing import NamedTuple

import numpy as np

from . import svg
from .backprop import need_slopes, walk
from .frames import player
from .graph import on
from .layout import layout
from .scene import edges, number_text, read

_WRONG, _RIGHT = "#b3261e", "#1f7a4d"
_WIDTH, _HEIGHT = 112, 54  # of a node's box, in pixels
_LEAST, _GAP = 172, 12  # width of a stage, and between two


class Turn(NamedTuple):
    """A node passes on what it holds: whether that was right, and to whom it went."""

    node: int
    passed: float
    trouble: str
    shares: dict[int, float]


def theatre(root, walks):
    """How walks through the graph of `root` share its gradient out, side by side.

    walks: for each name the nodes in the order of their turns, a node as often as it
    has one. Nodes keep their local derivatives in `slopes`; constants are left out.
    """
    play = _Play(root)
    acts = {name: play.perform(order) for name, order in walks.items()}
    count = max(map(len, acts.values()))
    pages = [play.page(acts, k) for k in range(1, count + 2)]
    captions = [f"Turn {k + 1}. " + play.told(acts, k) for k in range(count)]
    outcome = play.outcome(acts)
    captions.append(f"The end. {outcome}")
    walked = "1 walk" if len(acts) == 1 else f"{len(acts)} walks"
    alt = f"{walked} on one graph. {outcome}"
    return player(pages, captions, alt, len(pages) - 1, play.table(acts, count))


def _arrow(curve, active):
    """A curve that ends where it leaves its node: shares travel down, to the inputs."""
    (x, y), *rest = curve - [[0, 8]] + [[0, 8 * (k > 0)] for k in range(len(curve))]
    color, width = (svg.GRADIENT, 3) if active else ("#8a8a8a", 1.3)
    path = f"M{x:.1f},{y:.1f}C" + " ".join(f"{a:.1f},{b:.1f}" for a, b in rest)
    mark = ' class="chainrule-active"' * active
    return (
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width}"{mark}/>'
        f'<path d="M{x:.1f},{y + 8:.1f}l-4.5,-9h9z" fill="{color}"/>'
    )


class _Play:
    """A graph, where its nodes stand, and what each of them should hold in the end."""

    def __init__(self, root):
        every = read(root)
        need_slopes(every)
        kept = [i for i, node in enumerate(every) if not node.is_constant]
        new = {i: k for k, i in enumerate(kept)}
        self.nodes = [every[i] for i in kept]
        self.place = {id(node.source): k for k, node in enumerate(self.nodes)}
        self.edges = [
            (new[tail], new[head], float(every[head].source.slopes[k]))
            for tail, head, k in edges(every)
            if tail in new
        ]
        self.sums = {new[len(every) - 1]: 1.0}
        self.sums |= {new[step.tail]: step.total for step in walk(every, edges(every))}
        self._stand()

    def _stand(self):
        """The end on top, inputs below: the layout's columns are rows here."""
        ends = [(tail, head) for tail, head, _ in self.edges]
        centres, curves = layout([(_HEIGHT, _WIDTH)] * len(self.nodes), ends)
        self.centres = np.array(centres)[:, ::-1] * (1, -1)
        self.curves = [np.array(curve)[:, ::-1] * (1, -1) for curve in curves]
        self.spots = []  # of what is said of each edge
        for i, end in enumerate(ends):
            side = ends[:i].count(end) - (ends.count(end) - 1) / 2
            self.curves[i][1:-1, 0] += 44 * side
            self.spots.append(on(self.curves[i], 0.5 + 0.3 * side))
        half = _WIDTH / 2, 0
        sides = self.centres - half, self.centres + half
        corners = np.concatenate([*sides, *self.curves])
        low, high = corners.min(axis=0), corners.max(axis=0)
        self.middle = (low + high)[0] / 2
        self.width = max(_LEAST, high[0] - low[0] + 40)
        self.top, self.bottom = low[1] - _HEIGHT, high[1] + _HEIGHT / 2

    def perform(self, order):
        """The turns of the nodes that have inputs."""
        held, done, turns = {len(self.nodes) - 1: 1.0}, set(), []
        for source in order:
            i = self.place.get(id(source))
            below = [e for e, (_, head, _) in enumerate(self.edges) if head == i]
            if not below:
                continue
            passed = held.get(i, 0.0)
            trouble = "" if np.isclose(passed, self.sums[i]) else "early"
            trouble = "again" if i in done else trouble
            shares = {e: passed * self.edges[e][2] for e in below}
            for e, share in shares.items():
                held[self.edges[e][0]] = held.get(self.edges[e][0], 0.0) + share
            done.add(i)
            turns.append(Turn(i, passed, trouble, shares))
        return turns

    def sentence(self, turn):
        """What a turn does, marked when it is wrong."""
        name, passed = self.nodes[turn.node].name, number_text(turn.passed)
        if turn.trouble == "again":
            return f"✗ {name} passes on {passed}, though it had its turn"
        if turn.trouble:
            return f"✗ {name} passes on {passed}, not {self.sum_of(turn.node)}"
        return f"{name} passes on {passed}"

    def sum_of(self, i):
        return number_text(self.sums[i])

    def told(self, acts, k):
        said = [f"{n}: {self.sentence(a[k])}" for n, a in acts.items() if k < len(a)]
        return "; ".join(said) + "."

    def held(self, turns):
        """What each node holds after some turns."""
        held = {len(self.nodes) - 1: 1.0}
        for turn in turns:
            for e, share in turn.shares.items():
                tail = self.edges[e][0]
                held[tail] = held.get(tail, 0.0) + share
        return held

    def outcome(self, acts):
        """What each walk leaves on the leaves."""
        said = []
        for name, turns in acts.items():
            held, leaves = self.held(turns), []
            for i, node in enumerate(self.nodes):
                if not node.inputs:
                    got = number_text(held.get(i, 0.0))
                    wrong = not np.isclose(held.get(i, 0.0), self.sums[i])
                    rest = f" ✗ (not {self.sum_of(i)})" if wrong else ""
                    leaves.append(f"{node.name} holds {got}{rest}")
            said.append(f"{name}: {', '.join(leaves)}")
        return "; ".join(said) + "."

    def page(self, acts, k):
        """All stages after k turns; the page after the last one says how it went."""
        lines = []
        for column, (name, turns) in enumerate(acts.items()):
            x = column * (self.width + _GAP) - self.middle + self.width / 2
            lines += [f'<g transform="translate({x:.1f},0)">']
            lines += [*self.stage(name, turns, k, k > len(turns)), "</g>"]
        total = len(acts) * (self.width + _GAP) - _GAP
        low, high = np.array([0, self.top - 24]), np.array([total, self.bottom])
        return svg.page(lines, low, high, "The stages at this turn.")

    def stage(self, name, turns, k, over):
        """One walk after k turns, the last of them still under way."""
        past, now = turns[:k], turns[k - 1] if 0 < k <= len(turns) else None
        held = self.held(past)
        right = all(np.isclose(held.get(i, 0), s) for i, s in self.sums.items())
        title = f"{name} {'✓' if right else '✗'}" if over else name
        over_end = self.centres[-1][0], self.top
        lines = [svg.text(over_end, title, svg.INK, "700")]
        shares, wrong = {}, set()
        for turn in past:
            wrong |= turn.shares.keys() if turn.trouble else set()
            for e, share in turn.shares.items():
                shares.setdefault(e, []).append(number_text(share))
        for e, curve in enumerate(self.curves):
            lines.append(_arrow(curve, now is not None and e in now.shares))
        for e in range(len(self.curves)):
            lines.append(self.words(e, shares.get(e), e in wrong))
        for i in range(len(self.nodes)):
            lines += self.box(i, held.get(i), past, now and now.node == i, over)
        return lines

    def words(self, e, shares, wrong):
        """Beside an edge: its slope, and once something has passed, what did."""
        x, y = self.spots[e]
        words, color = f"×{number_text(self.edges[e][2])}", "#5c5c5c"
        if shares:
            words = "✗ " * wrong + "+" + " +".join(shares)
            color = _WRONG if wrong else svg.GRADIENT
        return svg.label((x, y + 4), words, color, "700" if shares else "400")

    def box(self, i, held, past, active, over):
        """A node: its name, what it holds, and how its turn went."""
        node, (x, y) = self.nodes[i], self.centres[i]
        own = [turn for turn in past if turn.node == i]
        mark, color = "", _RIGHT
        if len(own) > 1:
            mark, color = f"✗ {len(own)} turns", _WRONG
        elif own and own[0].trouble:
            mark, color = f"✗ passed on {number_text(own[0].passed)}", _WRONG
        elif own:
            mark = "✓ passed on"
        elif over and not np.isclose(held or 0.0, self.sums[i]):
            mark, color = f"✗ not {self.sum_of(i)}", _WRONG
        elif over:
            mark = "✓"
        left, top, width = x - _WIDTH / 2, y - _HEIGHT / 2, 3 if active else 1
        number = "" if held is None else number_text(held)
        return [
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{_WIDTH}" height="{_HEIGHT}" '
            f'rx="4" fill="white" stroke="{svg.INK}" stroke-width="{width}"/>',
            svg.text((x, y - 11), node.name, svg.INK),
            svg.text((x, y + 5), number, svg.GRADIENT, "600"),
            svg.text((x, y + 21), mark, color, "600"),
        ]

    def table(self, acts, count):
        """A row per turn, a column per walk."""
        cell = 'style="text-align:left;padding:2px 12px 2px 0"'
        head = "".join(f'<th scope="col" {cell}>{escape(n)}</th>' for n in acts)
        rows = []
        for k in range(count):
            said = [self.sentence(a[k]) if k < len(a) else "" for a in acts.values()]
            cells = "".join(f"<td {cell}>{escape(text)}</td>" for text in said)
            rows.append(f'<tr><th scope="row">{k + 1}</th>{cells}</tr>')
        return (
            f"<table><thead><tr><th>turn</th>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
        )
