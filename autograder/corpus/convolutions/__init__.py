"""Answers to 6-pytorch/13_convolutions, a module for each section of its bank."""

from corpus.convolutions import (
    backward,
    fields,
    forward,
    lenet,
    matrices,
    paper,
    sizes,
    subsampling,
    transfer,
)

ANSWERS = {
    **sizes.ANSWERS,
    **fields.ANSWERS,
    **forward.ANSWERS,
    **matrices.ANSWERS,
    **backward.ANSWERS,
    **paper.ANSWERS,
    **subsampling.ANSWERS,
    **lenet.ANSWERS,
    **transfer.ANSWERS,
}
