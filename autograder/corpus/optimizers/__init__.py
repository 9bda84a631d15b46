"""Answers to 4-training/08_optimizers, a module for each section of its bank."""

from corpus.optimizers import (
    adagrad,
    adam,
    averages,
    carried,
    decay,
    faults,
    momentum,
    race,
    rmsprop,
)

ANSWERS = {
    **momentum.ANSWERS,
    **carried.ANSWERS,
    **adagrad.ANSWERS,
    **rmsprop.ANSWERS,
    **averages.ANSWERS,
    **adam.ANSWERS,
    **faults.ANSWERS,
    **decay.ANSWERS,
    **race.ANSWERS,
}
