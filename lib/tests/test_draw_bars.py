"""Bars side by side."""

from chainrule import draw


def drawn(**options):
    _, ax = draw.figure("Softmax is never negative", "class", "share")
    groups = {
        "normalised": ([1.5, -0.5], draw.HAND),
        "softmax": ([0.8, 0.2], draw.TAPE),
    }
    draw.bars(ax, ["a", "b"], groups, **options)
    return ax


def test_each_bar_stands_at_its_height_with_its_number():
    ax = drawn()
    assert [bar.get_height() for bar in ax.patches] == [1.5, -0.5, 0.8, 0.2]
    assert [text.get_text() for text in ax.texts] == ["1.50", "−0.50", "0.80", "0.20"]
    assert [text.get_text() for text in drawn(digits=1).texts][1] == "−0.5"


def test_groups_differ_by_hatch_and_are_named():
    ax = drawn()
    assert len({bar.get_hatch() for bar in ax.patches}) == 2
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert named == ["normalised", "softmax"]


def test_bars_of_one_name_do_not_overlap():
    left, _, right, _ = drawn().patches
    assert left.get_x() + left.get_width() <= right.get_x()
