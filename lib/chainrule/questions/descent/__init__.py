"""Questions of 4-training/07_gradient_descent, in the order in which they are asked."""

from chainrule.questions.descent import (
    arrivals,
    counting,
    epochs,
    noise,
    points,
    quadratics,
    walking,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    *walking.QUESTIONS,
    *quadratics.QUESTIONS,
    *arrivals.QUESTIONS,
    *points.QUESTIONS,
    *counting.QUESTIONS,
    *epochs.QUESTIONS,
    *noise.QUESTIONS,
]
