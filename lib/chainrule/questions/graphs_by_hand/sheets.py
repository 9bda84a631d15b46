"""Sheets: graphs to fill in by hand, with numbers of one's own.

A graph is a function of torch and of its leaves; it returns the nodes that are made of
them, by name. The last is the end. The entry f is the value of a node f, and df is the
gradient that arrives there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from chainrule.judge import Part, Question, close, own_case
from chainrule.oracle import Oracle
from chainrule.questions.draws import uniform
from chainrule.questions.graphs_by_hand.operations import leaf
from chainrule.questions.kinds import asking, mistakes

NEAR = close(1e-3, 1e-3)
ALIKE = close(0.01, 0.01)


@dataclass(frozen=True)
class Sheet:
    """A graph, and the entries that are asked for, in order."""

    graph: Callable
    asked: list[tuple]

    def nodes(self, **leaves):
        import torch

        leaves = {name: leaf(number) for name, number in leaves.items()}
        return leaves | self.graph(torch, **leaves)

    def known(self, **leaves):
        """Every value and gradient by name."""
        import torch

        nodes = self.nodes(**leaves)
        *_, end = nodes.values()
        grads = torch.autograd.grad(end, [*nodes.values()])
        values = {name: node.item() for name, node in nodes.items()}
        slopes = zip(nodes, grads, strict=True)
        return values | {f"d{name}": grad.item() for name, grad in slopes}

    def filled(self, **leaves):
        return self.entries(self.known(**leaves))

    def entries(self, known):
        return np.array([known[name] for name in self.asked], dtype=float)

    def slip(self, rule):
        """The mistake that puts the entries of `rule` in the place of the right ones.

        rule: a function that asks by name for values and gradients.
        """

        def wrong(**leaves):
            known = self.known(**leaves)
            return self.entries(known | asking(rule, known))

        return wrong

    def title(self, name, **leaves):
        *_, end = self.nodes(**leaves)
        return re.sub("^d(?=.)", f"∂{end}/∂", name)

    def part(self, points, entries, case, slips):
        """The part that asks for some of the entries."""
        at = [self.asked.index(name) for name in entries]

        def agree(yours, right, **_):
            return yours.shape == right.shape and NEAR(yours[at], right[at])

        def tell(yours, right, **leaves):
            if yours.shape != right.shape:
                given = {0: "one number", 1: f"{yours.size}"}
                given = given.get(yours.ndim, f"an array of shape {yours.shape}")
                asked = f"{len(right)} numbers are asked for, in one list"
                return f"    {asked}; you give {given}"
            i = next(i for i in at if not NEAR(yours[i], right[i]))
            name = self.title(self.asked[i], **leaves)
            return f"    {name}: you say {yours[i]:.6g}; torch.autograd says otherwise"

        oracle = Oracle("torch.autograd", self.filled)
        return Part(points, oracle, [case], mistakes(slips), agree=agree, tell=tell)


def sheet(name, graph, maker, parts, hints, points=None):
    """A question on a sheet; parts are {entries: {sentence: rule}} (see Sheet.slip).

    points: of each part, where they are not 1.
    """
    made = Sheet(graph, " ".join(parts).split())
    slips = [
        {says: made.slip(rule) for says, rule in table.items()}
        for table in parts.values()
    ]
    case = own_case("your own numbers", apart(made, slips, maker))
    asked = zip(points or [1] * len(parts), parts, slips, strict=True)
    found = [made.part(n, entries.split(), case, wrong) for n, entries, wrong in asked]
    return Question(name, *found, hints=hints, value=True)


def apart(sheet, slips, maker):
    """Numbers on which no mistake looks like another, or like the right result."""
    ways = [sheet.filled, *(wrong for table in slips for wrong in table.values())]

    def make(rng):
        while True:
            leaves = maker(rng)
            if by_chance(sheet, leaves):
                continue
            found = [fill(**leaves) for fill in ways]
            if not any(ALIKE(a, b) for a, b in combinations(found, 2)):
                return leaves

    return make


def by_chance(sheet, leaves):
    """Whether two numbers on a sheet agree, or one is 0, 1 or 2, by chance alone.

    A slip may lead to the right result then. Where the leaves are moved a little, such
    numbers part. A sign apart counts as agreeing.
    """
    moved = {name: v * (1 + 0.01 * i) for i, (name, v) in enumerate(leaves.items(), 1)}
    here, there = (
        np.abs([*sheet.known(**at).values(), 0, 1, 2]) for at in (leaves, moved)
    )
    i, j = np.triu_indices(len(here), 1)
    alike = np.abs(here[i] - here[j]) <= 3e-3 * (1 + here[i])
    always = np.isclose(there[i], there[j], 1e-9, 1e-9)
    return bool((alike & ~always).any())


def whole(names):
    """Small whole numbers, all different, some of them negative."""

    def make(rng):
        sizes = rng.choice(np.arange(2, 10), len(names), replace=False)
        signs = rng.choice([-1, 1], len(names))
        return dict(zip(names, (sizes * signs).tolist(), strict=True))

    return make


def decimals(**ranges):
    return lambda rng: {name: uniform(rng, *ends) for name, ends in ranges.items()}
