"""Questions of 4-training/09_initialization, in the order in which they are asked."""

from chainrule.questions.initialization import (
    apart,
    moments,
    product,
    recursion,
    scaling,
    units,
    weights,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    moments.passed_on,
    recursion.mean_squares,
    weights.leaky_weights,
    weights.std_mixup,
    apart.standard_errors,
    product.deep_gradients,
    units.count_units,
    units.stay_equal,
    scaling.scaled_by_data,
]
