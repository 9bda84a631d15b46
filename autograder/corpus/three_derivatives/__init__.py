"""Answers to 1-derivatives/01_three_derivatives, a module for each section.

Here every mistake stands as source: the sample class hands them in.
"""

from corpus.three_derivatives import (
    algebra,
    coordinates,
    direction,
    loop,
    quotients,
    step,
)

ANSWERS = {
    **quotients.ANSWERS,
    **step.ANSWERS,
    **coordinates.ANSWERS,
    **algebra.ANSWERS,
    **loop.ANSWERS,
    **direction.ANSWERS,
}
