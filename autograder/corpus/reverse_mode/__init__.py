"""Answers to 2-autodiff/03_reverse_mode, a module for each section of its bank."""

from corpus.reverse_mode import (
    accumulation,
    backward,
    breadth_first,
    by_hand,
    orders,
    paths,
)

ANSWERS = {
    **breadth_first.ANSWERS,
    **by_hand.ANSWERS,
    **orders.ANSWERS,
    **backward.ANSWERS,
    **accumulation.ANSWERS,
    **paths.ANSWERS,
}
