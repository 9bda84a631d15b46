"""The course's pictures: one figure style, graphs with their numbers, step by step.

Each picture is a self-contained piece of HTML with a text that says what is to be seen.
"""

from .backprop import backprop
from .bars import bars
from .figure import (
    DIFFERENCE,
    HAND,
    OTHER,
    SUBJECT,
    TAPE,
    curves,
    figure,
    line,
    show,
)
from .fold import fold
from .frames import frames
from .graph import graph
from .ledger import ledger
from .network import network
from .picture import Picture, cards, titled
from .product import product
from .pulled import pulled
from .secants import secants
from .sharing import sharing
from .simplex import place, simplex
from .stack import stack
from .stretch import stretch
from .theatre import theatre
from .timeline import timeline
from .unrolled import unrolled

__all__ = [
    "DIFFERENCE",
    "HAND",
    "OTHER",
    "SUBJECT",
    "TAPE",
    "Picture",
    "backprop",
    "bars",
    "cards",
    "curves",
    "figure",
    "fold",
    "frames",
    "graph",
    "ledger",
    "line",
    "network",
    "place",
    "product",
    "pulled",
    "secants",
    "sharing",
    "show",
    "simplex",
    "stack",
    "stretch",
    "theatre",
    "timeline",
    "titled",
    "unrolled",
]
