"""Answers to 4-training/09_initialization, a module for each section of its bank."""

from corpus.initialization import (
    apart,
    moments,
    product,
    recursion,
    scaling,
    units,
    weights,
)

ANSWERS = {
    **moments.ANSWERS,
    **recursion.ANSWERS,
    **weights.ANSWERS,
    **apart.ANSWERS,
    **product.ANSWERS,
    **units.ANSWERS,
    **scaling.ANSWERS,
}
