"""The course's pictures: one figure style, graphs with their numbers, step by step.

Each picture is a self-contained piece of HTML with a text that says what is to be seen.
"""

from .backprop import backprop
from .bars import bars
from .figure import DIFFERENCE, HAND, OTHER, TAPE, curves, figure, line, show
from .frames import frames
from .graph import graph
from .ledger import ledger
from .picture import Picture, cards
from .pulled import pulled
from .simplex import place, simplex
from .stretch import stretch
from .theatre import theatre
from .timeline import timeline

__all__ = [
    "DIFFERENCE",
    "HAND",
    "OTHER",
    "TAPE",
    "Picture",
    "backprop",
    "bars",
    "cards",
    "curves",
    "figure",
    "frames",
    "graph",
    "ledger",
    "line",
    "place",
    "pulled",
    "show",
    "simplex",
    "stretch",
    "theatre",
    "timeline",
]
