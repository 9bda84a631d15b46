"""Answers to 3-networks/06_networks, a module for each section of its bank."""

from corpus.networks import (
    backward,
    by_hand,
    copies,
    decay,
    epochs,
    forward,
    functions,
    leaks,
    loops,
    modules,
    validation,
)

ANSWERS = {
    **by_hand.ANSWERS,
    **forward.ANSWERS,
    **backward.ANSWERS,
    **decay.ANSWERS,
    **modules.ANSWERS,
    **copies.ANSWERS,
    **loops.ANSWERS,
    **leaks.ANSWERS,
    **epochs.ANSWERS,
    **validation.ANSWERS,
    **functions.ANSWERS,
}
