"""Mutants and the suites that kill them."""

from chainrule import draw

SUITES = {"lazy": [True, False, False], "better": [True, True, True]}
PICTURE = draw.killed(SUITES, ["sign", "path", "memory"])


def test_each_suite_is_told_with_its_survivors():
    assert "lazy: 1 of 3 are killed; path, memory survive." in PICTURE.alt
    assert "better: 3 of 3 are killed; none survives." in PICTURE.alt


def test_a_page_has_a_row_for_each_suite_so_far_and_a_mark_for_each_kill():
    last = PICTURE.html.partition("</svg>")[0]
    assert last.count("✓") == 4 and last.count("–") == 2
    assert last.count("<rect") == 6 and "1 of 3" in last
