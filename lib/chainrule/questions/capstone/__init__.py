"""Questions of 6-pytorch/15_capstone, in the order in which they are asked."""

from chainrule.questions.capstone import ablation, attack, broken, testing
from chainrule.rules import TORCH

OFF = TORCH
QUESTIONS = [
    broken.broken_runs,
    attack.input_gradient,
    attack.fgsm,
    testing.passes_question,
    ablation.ablation,
]
