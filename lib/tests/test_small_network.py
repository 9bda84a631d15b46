"""The network that is taken apart, and how far two backward passes lie apart."""

import numpy as np
import pytest
from chainrule.lessons import small_network
from chainrule.lessons.small_network import by_chainrule, largest_gap, of_values


def test_its_graph_has_the_gradients_of_the_lesson():
    example = {"x": [1, 2, -1, 3], "W1": [[1, 2, -1, -1], [2, -1, 3, 1]], "b1": [1, -1]}
    loss = of_values(**example, W2=[2, -3], b2=2, t=7)
    loss.backward()
    found = {node.label: (node.data, node.grad) for node in nodes(loss) if node.label}
    assert found == {
        "z₁": (4, 12),
        "z₂": (-1, 0),
        "a₁": (4, 12),
        "a₂": (0, -18),
        "p": (10, 6),
        "L": (9, 1),
    }


def nodes(end):
    return {end}.union(*(nodes(x) for x in end.inputs))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_chainrule_s_backward_pass_agrees_with_torch_s(dtype):
    assert largest_gap(by_chainrule, dtype) < 10 * np.finfo(dtype).eps


def test_a_gap_shows_a_wrong_backward_pass():
    def doubled(*args):
        return [2 * g for g in small_network.by_chainrule(*args)]

    assert largest_gap(doubled, np.float64) > 1e-3
