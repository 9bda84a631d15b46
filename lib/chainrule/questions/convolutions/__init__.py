"""Questions of 6-pytorch/13_convolutions, in the order in which they are asked."""

from chainrule.questions.convolutions import (
    backward,
    fields,
    forward,
    lenet,
    matrices,
    paper,
    sizes,
    subsampling,
    transfer,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    sizes.conv_size,
    fields.receptive_field,
    forward.convolved,
    matrices.shifted,
    matrices.conv_matrix,
    backward.convolved_backward,
    sizes.transposed_size,
    paper.lenet_parameters,
    subsampling.Subsampling,
    lenet.LeNet5,
    transfer.fit_head,
]
