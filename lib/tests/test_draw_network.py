"""A small network drawn: units in order, weights written, one path walked back."""

import re

from chainrule import draw
from chainrule.draw.svg import GRADIENT
from packed import pages

LAYERS = [[("x1", "1"), ("x2", "2")], [("a1", "7"), ("a2", "0")], [("L", "4")]]
WEIGHTS = [[["11", "12"], ["21", "22"]], [["5", "3"]]]
STEPS = ["Forward.", "First the last edge.", "Then the one before it."]
shown = draw.network("It leads back", LAYERS, WEIGHTS, [1, 0, 0], STEPS, ["8", "24"])


def test_units_stand_in_their_order_from_top_to_bottom():
    texts = re.findall(r'y="([\d.-]+)"[^>]*>(\w+)<', pages(shown)[0])
    heights = {name: float(y) for y, name in texts}
    assert heights["x1"] < heights["x2"] and heights["a1"] < heights["a2"]


def test_every_weight_is_written_on_every_page():
    for page in pages(shown):
        assert {"11", "12", "21", "22", "5", "3"} <= set(re.findall(r">(\d+)<", page))


def test_the_path_is_marked_edge_by_edge_from_the_loss_back():
    marked = [page.count('stroke-width="4"') for page in pages(shown)]
    assert marked == [0, 1, 2]


def test_the_path_s_weight_is_marked_from_the_first_page():
    for page in pages(shown):
        assert "12" in re.findall(r'font-weight="700"[^>]*>(\d+)<', page)


def test_what_an_edge_brings_is_written_once_it_was_walked():
    found = [
        re.findall(rf'fill="{GRADIENT}" font-weight="700"[^>]*>(\d+)<', page)
        for page in pages(shown)
    ]
    assert found == [[], ["8"], ["24", "8"]]


def test_the_words_tell_every_step():
    assert all(step in shown.alt for step in STEPS)
