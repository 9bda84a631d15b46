"""Secants, and a tree beside its graph."""

import re

import numpy as np
import pytest
from chainrule import draw
from chainrule.draw.sharing import drawing
from packed import captions


def cube(x):
    return x**3


@pytest.mark.parametrize(
    ("scheme", "missed"),
    [("forward", lambda h: 3 * h + h**2), ("central", lambda h: h**2)],
)
def test_a_secant_of_a_cube_misses_by_what_algebra_says(scheme, missed):
    steps = [0.5, 0.1]
    told = captions(draw.secants(cube, 3.0, 1.0, steps, (scheme,)))
    for h, caption in zip(steps, told, strict=True):
        (off,) = re.findall(r"off by (−?[.\d]+)", caption)
        assert float(off.replace("−", "-")) == pytest.approx(missed(h), abs=1e-4)


def test_both_schemes_stand_on_one_page():
    (caption,) = captions(draw.secants(np.sin, 1.0, 0.0, [0.1], ("forward", "central")))
    assert "forward" in caption and "central" in caption


@pytest.mark.parametrize(("side", "low", "high"), [("tree", -1, 5), ("graph", 5, 11)])
def test_a_tree_and_its_graph_have_as_many_nodes_as_their_labels_say(side, low, high):
    (ax,) = drawing().axes
    circles = [text for text in ax.texts if text.get_bbox_patch()]
    counted = sum(low < circle.get_position()[0] < high for circle in circles)
    assert f"{side}: {counted} nodes" in [text.get_text() for text in ax.texts]
