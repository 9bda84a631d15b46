"""Questions of 2-autodiff/03_reverse_mode, in the order in which they are asked.

An order is judged by its property, so that every valid order passes; a gradient by
torch.autograd on the same line of text; a count by powers of the adjacency matrix. The
walks that go wrong are played here on the judge's own graph, to know what they lead to.
"""

from chainrule.questions.reverse_mode import (
    accumulation,
    backward,
    breadth_first,
    by_hand,
    orders,
    paths,
    recording,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    recording.value,
    breadth_first.defeats_breadth_first,
    breadth_first.turn_too_early,
    by_hand.turns_by_hand,
    orders.topo_order,
    backward.backward,
    accumulation.accumulate,
    accumulation.zero_grad,
    paths.count_paths,
]
