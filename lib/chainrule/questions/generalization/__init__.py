"""Questions of 5-generalization/10_generalization, in the order of asking."""

from chainrule.questions.generalization import (
    copies,
    decay,
    heads,
    noise,
    shares,
    splits,
    stopping,
    tables,
    widths,
)
from chainrule.rules import NUMPY_ONLY

OFF = NUMPY_ONLY
QUESTIONS = [
    *splits.QUESTIONS,
    *tables.QUESTIONS,
    *stopping.QUESTIONS,
    *decay.QUESTIONS,
    *shares.QUESTIONS,
    *copies.QUESTIONS,
    *noise.QUESTIONS,
    *heads.QUESTIONS,
    *widths.QUESTIONS,
]
