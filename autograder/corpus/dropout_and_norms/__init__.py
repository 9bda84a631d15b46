"""Answers to 5-generalization/11_dropout_and_norms, a module for each of its bank's."""

from corpus.dropout_and_norms import (
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

ANSWERS = {
    **masks.ANSWERS,
    **paper.ANSWERS,
    **noise.ANSWERS,
    **average.ANSWERS,
    **geometric.ANSWERS,
    **batch.ANSWERS,
    **running.ANSWERS,
    **folding.ANSWERS,
    **backward.ANSWERS,
    **groups.ANSWERS,
}
