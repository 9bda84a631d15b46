"""Answers to 3-networks/06_networks, a module for each section of its bank."""

from networks import by_hand, epochs, functions, leaks, loops, modules, passes

ANSWERS = {
    **by_hand.ANSWERS,
    **passes.ANSWERS,
    **modules.ANSWERS,
    **loops.ANSWERS,
    **leaks.ANSWERS,
    **epochs.ANSWERS,
    **functions.ANSWERS,
}
