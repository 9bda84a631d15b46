"""Answers to 6-pytorch/14_sequences, a module for each section of its bank."""

from corpus.sequences import (
    clipping,
    decoding,
    fading,
    gates,
    pairs,
    states,
    through_time,
    training,
)

ANSWERS = {
    **states.ANSWERS,
    **through_time.ANSWERS,
    **fading.ANSWERS,
    **clipping.ANSWERS,
    **gates.ANSWERS,
    **pairs.ANSWERS,
    **training.ANSWERS,
    **decoding.ANSWERS,
}
