"""Questions of 1-derivatives/00_shapes_and_checks, in the order of asking."""

from chainrule.questions.shapes_and_checks import layer, shapes, slope
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [shapes.predict_shapes, layer.affine, slope.log_cosh_slope]
