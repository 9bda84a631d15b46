"""The triangle of distributions."""

import numpy as np
from chainrule import draw


def test_a_certain_class_stands_at_its_corner_and_equal_shares_in_the_middle():
    corners = draw.place(np.eye(3))
    sides = [np.linalg.norm(corners[i] - corners[i - 1]) for i in range(3)]
    assert np.allclose(sides, 1)
    assert np.allclose(draw.place([1 / 3] * 3), corners.mean(0))


def test_points_between_two_distributions_lie_on_the_line_between_them():
    p, q = np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.3, 0.6])
    assert np.allclose(draw.place((p + q) / 2), (draw.place(p) + draw.place(q)) / 2)


def test_the_figure_names_its_three_classes_and_states_its_finding():
    _, ax = draw.simplex("Every arrow points to p", ["a", "b", "c"])
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c"]
    assert "Every arrow points to p" in ax.get_title(loc="left")
