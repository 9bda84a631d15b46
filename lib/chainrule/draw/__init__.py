"""The course's pictures: one figure style, graphs with their numbers, step by step.

Each picture is a self-contained piece of HTML with a text that says what is to be seen.
"""

from .backprop import backprop
from .bars import bars
from .channels import channels
from .cube import cube
from .fields import fields
from .figure import (
    DIFFERENCE,
    HAND,
    OTHER,
    ROUGH,
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
from .killed import killed
from .leaks import leaks
from .ledger import ledger
from .levels import levels
from .logged import logged
from .losses import losses
from .measured import crossover, roofline
from .network import network
from .passes import passes
from .picture import Picture, cards, titled
from .product import product
from .pulled import pulled
from .race import race
from .secants import secants
from .sharing import sharing
from .simplex import place, simplex
from .sliding import sliding
from .stack import stack
from .stopping import stopping
from .stretch import stretch
from .theatre import theatre
from .thinned import thinned
from .tiles import tiles
from .timeline import timeline
from .underflow import underflow
from .unrolled import unrolled
from .walks import walks
from .xor import xor

__all__ = [
    "DIFFERENCE",
    "HAND",
    "OTHER",
    "ROUGH",
    "SUBJECT",
    "TAPE",
    "Picture",
    "backprop",
    "bars",
    "cards",
    "channels",
    "crossover",
    "cube",
    "curves",
    "fields",
    "figure",
    "fold",
    "frames",
    "graph",
    "killed",
    "leaks",
    "ledger",
    "levels",
    "line",
    "logged",
    "losses",
    "network",
    "passes",
    "place",
    "product",
    "pulled",
    "race",
    "roofline",
    "secants",
    "sharing",
    "show",
    "simplex",
    "sliding",
    "stack",
    "stopping",
    "stretch",
    "theatre",
    "thinned",
    "tiles",
    "timeline",
    "titled",
    "underflow",
    "unrolled",
    "walks",
    "xor",
]
