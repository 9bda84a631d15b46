"""How a student's walk is asked about a graph, and what stops one.

A graph crosses as rows, shuffled: neither the order in which nodes are made, nor a list
that lies about, is of use to an answer. Only the judge knows who is who.
"""

import functools
from dataclasses import dataclass

import numpy as np

from chainrule.crossing import plain
from chainrule.judge import AnswerError
from chainrule.questions.probes.given_graphs import STOPPED, TOO_DEEP
from chainrule.questions.reverse_mode.graphs import known

REMEMBERS = (
    "    Asked once it is right. Asked again about nodes of the same graph it\n"
    "    is not. Does it keep something from one call to the next?"
)


@functools.lru_cache(maxsize=16)
def dealt(graph):
    """The place of each node after shuffling, and the rows of the shuffled graph."""
    nodes = known(graph).nodes
    place = np.random.default_rng(list(graph.encode())).permutation(len(nodes))
    order = [nodes[i] for i in np.argsort(place)]
    at = {node: k for k, node in enumerate(order)}
    inputs, slopes = [], []
    for i in (0, 1):
        inputs.append([at[x.inputs[i]] if len(x.inputs) > i else -1 for x in order])
        slopes.append([x.slopes[i] if len(x.slopes) > i else 0 for x in order])
    data = np.array([node.data for node in order])
    ops = ",".join(x.op for x in order)
    return place, (data, ops, np.array(inputs), np.array(slopes))


def ask(answer, probe, graph, *lists):
    """The arrays that a probe brings back of a graph; lists: of nodes it asks about."""
    place, rows = dealt(graph)
    places = [place[known(graph).places(nodes)] for nodes in lists]
    found = [plain(one) for one in answer.probe(probe, *places, *rows)]
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
    """

    probe: callable
    lists: callable
    is_right: callable
    again: bool
    read: callable = as_it_is
    about: str = None

    def __call__(self, answer, graph):
        named = known(graph).named
        *_, other, end = named
        name = self.about or end
        names = [name, other, name] if self.again else [name]
        lists = self.lists(known(graph), [named[name] for name in names])
        found = [
            self.read(one, graph) for one in ask(answer, self.probe, graph, *lists)
        ]
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
    "Each step down is a call inside a call, and Python allows about a thousand. Keep "
    "the nodes that wait in a list of your own.": (
        lambda: np.array(TOO_DEEP),
        same_report,
    )
}
DOUBLED = {
    "Each way down is walked anew, and the number of ways doubles with each level. "
    "Remember the nodes you have seen, and go below each of them once.": (
        lambda: np.array(STOPPED),
        same_report,
    )
}
