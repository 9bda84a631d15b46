"""Questions of 3-networks/05_losses, in the order in which they are asked."""

from chainrule.questions.losses_by_hand import (
    divergence,
    excess,
    logistic,
    logits,
    maps,
    margins,
    surprise,
    training,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    margins.hinge_gradient,
    margins.no_subgradient,
    *maps.QUESTIONS,
    *surprise.QUESTIONS,
    *divergence.QUESTIONS,
    *logits.QUESTIONS,
    *excess.QUESTIONS,
    *logistic.QUESTIONS,
    *training.QUESTIONS,
]
