"""How a student's walk is asked about a graph, and what stops one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError
from chainrule.questions.probes.given_graphs import STOPPED, TOO_DEEP
from chainrule.questions.reverse_mode.graphs import dealt, known
from chainrule.questions.reverse_mode.standing_in import standing_in

REMEMBERS = (
    "    Asked once it is right. Asked again about nodes of the same graph it\n"
    "    is not. Does it keep something from one call to the next?"
)


def ask(answer, probe, graph, *lists, helpers=()):
    """The arrays that a probe brings back of a graph; lists: of nodes it asks about;
    helpers: for each answer that this one builds on, what stands in for it, or None."""
    place, rows = dealt(graph)
    places = [place[known(graph).places(nodes)] for nodes in lists]
    found = [plain(one) for one in answer.probe(probe, *places, *helpers, *rows)]
    for _, problem in found:
        if problem:
            raise AnswerError(problem)
    return [array for array, _ in found]


def as_it_is(found, graph):
    return found


@dataclass(frozen=True)
class Asked:
    """Drives a walk: asks about a node of a graph; `again`, about another one next and
    then about the first once more.

    lists(graph, nodes): the lists that the probe takes, to ask about these nodes.
    is_right(found, graph, name): whether what came back is right for the named node.
    read(found, graph): what came back, as it is compared.
    about: the node's name; the end's, where it is None.
    builds_on: the earlier answers that this one may call; right: those of them that a
    right one stands in for.
    """

    probe: Callable
    lists: Callable
    is_right: Callable
    again: bool
    read: Callable = as_it_is
    about: str = None
    builds_on: tuple = ()
    right: tuple = ()

    def __call__(self, answer, graph):
        named = known(graph).named
        *_, other, end = named
        name = self.about or end
        names = [name, other, name] if self.again else [name]
        lists = self.lists(known(graph), [named[name] for name in names])
        helpers = standing_in(graph, self.builds_on, self.right)
        found = ask(answer, self.probe, graph, *lists, helpers=helpers)
        found = [self.read(one, graph) for one in found]
        pairs = zip(found, names, strict=True)
        first, *later = [self.is_right(one, graph, name) for one, name in pairs]
        if first and not all(later):
            raise AnswerError(REMEMBERS)
        return found[0]


def tell_stopped(yours, graph):
    """What a report says that stands for a walk that had to be stopped."""
    if np.array_equal(yours, TOO_DEEP):
        return "    RecursionError: the walk goes deeper than Python lets a call go"
    if np.array_equal(yours, STOPPED):
        count = len(known(graph).nodes)
        return f"    stopped: it looked at inputs far too often for {count:,} nodes"
    return ""


def same_report(yours, wrong, graph):
    return np.array_equal(yours, wrong)


LIMIT = {
    "Your steps down are calls inside calls, and Python allows about a thousand. Keep "
    "the nodes that wait in a list of your own.": (
        lambda: np.array(TOO_DEEP),
        same_report,
    )
}
DOUBLED = {
    "You walk each path down anew, and the number of paths doubles with each level. "
    "Remember the nodes you have seen, and go below each of them once.": (
        lambda: np.array(STOPPED),
        same_report,
    )
}
