"""Answers to 2-autodiff/04_tensors, a module for each section of its bank."""

from corpus.tensors import (
    broadcasting,
    engine,
    jacobians,
    layer,
    products,
    reductions,
    vjps,
)

ANSWERS = {
    **jacobians.ANSWERS,
    **vjps.ANSWERS,
    **broadcasting.ANSWERS,
    **products.ANSWERS,
    **reductions.ANSWERS,
    **layer.ANSWERS,
    **engine.ANSWERS,
}
