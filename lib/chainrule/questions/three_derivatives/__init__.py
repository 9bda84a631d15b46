"""Questions of 1-derivatives/01_three_derivatives, in the order of asking."""

from chainrule.questions.three_derivatives import (
    algebra,
    coordinates,
    direction,
    loop,
    quotients,
    step,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    quotients.forward_difference,
    quotients.central_difference,
    step.best_h,
    coordinates.gradient_by_differences,
    algebra.gradient_field,
    algebra.product_slope,
    algebra.tidy_slope,
    loop.halving_slope,
    direction.directional_check,
]
