"""The course's pictures: one figure style, graphs with their numbers, step by step.

Each picture is a self-contained piece of HTML with a text that says what is to be seen.
"""

from .figure import DIFFERENCE, HAND, OTHER, TAPE, curves, figure, line, show
from .picture import Picture

__all__ = [
    "DIFFERENCE",
    "HAND",
    "OTHER",
    "TAPE",
    "Picture",
    "curves",
    "figure",
    "line",
    "show",
]
