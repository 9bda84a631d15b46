"""Answers to 4-training/07_gradient_descent, a module for each section of its bank."""

from corpus.descent import (
    arrivals,
    counting,
    epochs,
    noise,
    points,
    quadratics,
    walking,
)

ANSWERS = {
    **walking.ANSWERS,
    **quadratics.ANSWERS,
    **arrivals.ANSWERS,
    **points.ANSWERS,
    **counting.ANSWERS,
    **epochs.ANSWERS,
    **noise.ANSWERS,
}
