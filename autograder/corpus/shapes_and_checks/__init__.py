"""Answers to 1-derivatives/00_shapes_and_checks, a module for each section."""

from corpus.shapes_and_checks import layer, shapes, slope

ANSWERS = {**shapes.ANSWERS, **layer.ANSWERS, **slope.ANSWERS}
