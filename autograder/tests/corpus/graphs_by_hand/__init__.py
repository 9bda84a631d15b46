"""Answers to 1-derivatives/02_graphs_by_hand, a module for each section of its bank."""

from graphs_by_hand import gates, layer, local, neuron, nodes, paths

ANSWERS = {
    **nodes.ANSWERS,
    **local.ANSWERS,
    **paths.ANSWERS,
    **neuron.ANSWERS,
    **gates.ANSWERS,
    **layer.ANSWERS,
}
