"""Answers to 3-networks/05_losses, a module for each section of its bank."""

from corpus.losses_by_hand import (
    divergence,
    excess,
    logistic,
    logits,
    margins,
    shares,
    surprise,
    training,
)

ANSWERS = {
    **margins.ANSWERS,
    **shares.ANSWERS,
    **surprise.ANSWERS,
    **divergence.ANSWERS,
    **logits.ANSWERS,
    **excess.ANSWERS,
    **logistic.ANSWERS,
    **training.ANSWERS,
}
