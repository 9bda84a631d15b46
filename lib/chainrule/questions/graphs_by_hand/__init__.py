"""Questions of 1-derivatives/02_graphs_by_hand, in the order of asking."""

from chainrule.questions.graphs_by_hand.gates import gate_patterns
from chainrule.questions.graphs_by_hand.layer import squared_miss
from chainrule.questions.graphs_by_hand.local import local_grads
from chainrule.questions.graphs_by_hand.neuron import decayed_neuron
from chainrule.questions.graphs_by_hand.nodes import node
from chainrule.questions.graphs_by_hand.paths import (
    nested_square,
    shared_b,
    sine_of_shift,
    sum_times_z,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    node,
    local_grads,
    sum_times_z,
    sine_of_shift,
    shared_b,
    nested_square,
    decayed_neuron,
    gate_patterns,
    squared_miss,
]
