"""Questions of 2-autodiff/04_tensors, in the order in which they are asked."""

from chainrule.questions.tensors import (
    broadcasting,
    engine,
    jacobians,
    layer,
    products,
    reductions,
    vjps,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    *jacobians.QUESTIONS,
    *vjps.QUESTIONS,
    broadcasting.unbroadcast,
    products.matmul_backward,
    reductions.sum_backward,
    reductions.max_backward,
    layer.layer_backward,
    layer.dw_keeps_its_shape,
    engine.pull_back,
]
