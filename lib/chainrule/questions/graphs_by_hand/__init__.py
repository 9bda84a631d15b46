"""Questions of 1-derivatives/02_graphs_by_hand, in the order of asking."""

from chainrule.questions.graphs_by_hand.gates import gate_patterns
from chainrule.questions.graphs_by_hand.layer import squared_miss
from chainrule.questions.graphs_by_hand.neuron import decayed_neuron
from chainrule.questions.graphs_by_hand.paths import shared_b
from chainrule.questions.graphs_by_hand.value import value
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [value, shared_b, gate_patterns, squared_miss, decayed_neuron]
