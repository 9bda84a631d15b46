"""Questions of 4-training/08_optimizers, in the order in which they are asked."""

from chainrule.questions.optimizers import (
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
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    *momentum.QUESTIONS,
    *carried.QUESTIONS,
    *adagrad.QUESTIONS,
    *rmsprop.QUESTIONS,
    *averages.QUESTIONS,
    *adam.QUESTIONS,
    *faults.QUESTIONS,
    *decay.QUESTIONS,
    *race.QUESTIONS,
]
