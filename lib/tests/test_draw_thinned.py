"""Thinned networks."""

from chainrule import draw

MASKS = [[[1, 1], [1, 1, 1], [1]], [[1, 0], [1, 0, 1], [1]]]


def test_a_dropped_unit_loses_its_edges_and_the_caption_counts_them():
    picture = draw.thinned(MASKS)
    assert "Mask 1: 5 of 5 units are kept, and 9 weights used." in picture.alt
    assert "Mask 2: 3 of 5 units are kept, and 4 weights used." in picture.alt


def test_a_dropped_unit_is_crossed_out():
    page = draw.thinned(MASKS[1:]).html.partition("</svg>")[0]
    assert page.count("×") == page.count("stroke-dasharray") == 2
    assert page.count("<circle") == 6 and page.count("<path") == 4
