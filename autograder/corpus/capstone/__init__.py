"""Answers to 6-pytorch/15_capstone, a module for each section of its bank."""

from corpus.capstone import attack, broken, testing

ANSWERS = {**broken.ANSWERS, **attack.ANSWERS, **testing.ANSWERS}
