"""Questions of 1-derivatives/00_shapes_and_checks, in the order of asking."""

from chainrule.questions import NUMPY_ONLY
from chainrule.questions.shapes_and_checks import layer, shapes, slope

OFF = NUMPY_ONLY
QUESTIONS = [shapes.predict_shapes, layer.affine, slope.log_cosh_slope]
