"""Answers to 1-derivatives/02_graphs_by_hand, a module for each section of its bank."""

from corpus.graphs_by_hand import gates, layer, neuron, paths, value

ANSWERS = {
    **value.ANSWERS,
    **paths.ANSWERS,
    **neuron.ANSWERS,
    **gates.ANSWERS,
    **layer.ANSWERS,
}
