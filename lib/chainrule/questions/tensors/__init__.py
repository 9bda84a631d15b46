"""Questions of 2-autodiff/04_tensors, in the order in which they are asked."""

from chainrule.questions.tensors import (
    broadcasting,
    engine,
    jacobians,
    layer,
    network,
    products,
    reductions,
    reordering,
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
    reordering.reshape_backward,
    reordering.transpose_backward,
    reductions.max_backward,
    broadcasting.column_bias_size,
    layer.layer_backward,
    layer.dw_keeps_its_shape,
    network.one_weight,
    engine.pull_back,
]
