"""Questions of 5-generalization/11_dropout_and_norms, in the order of asking."""

from chainrule.questions.dropout_and_norms import (
    average,
    backward,
    batch,
    folding,
    geometric,
    groups,
    masks,
    noise,
    paper,
    running,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    *masks.QUESTIONS,
    *paper.QUESTIONS,
    *noise.QUESTIONS,
    *average.QUESTIONS,
    *geometric.QUESTIONS,
    *batch.QUESTIONS,
    *running.QUESTIONS,
    *folding.QUESTIONS,
    *backward.QUESTIONS,
    *groups.QUESTIONS,
]
