"""Answers to 3-networks/05_losses, a module for each section of its bank."""

from corpus.losses_by_hand import (
    divergence,
    excess,
    logistic,
    logits,
    maps,
    margins,
    surprise,
    training,
)

ANSWERS = {
    **margins.ANSWERS,
    **maps.ANSWERS,
    **surprise.ANSWERS,
    **divergence.ANSWERS,
    **logits.ANSWERS,
    **excess.ANSWERS,
    **logistic.ANSWERS,
    **training.ANSWERS,
}
