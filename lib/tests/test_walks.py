"""The walks that the lesson compares, and the stage on which they are played."""

import pytest
from chainrule import draw
from chainrule.lessons import walks
from chainrule.lessons.zoo import crossed, in_order, long_way_first, long_way_second
from chainrule.scalar import Value


def left(end):
    end.grad = 1.0
    walks.at_once(end)


def ordered(walk):
    return lambda end: walks.pass_on(walk(end))


# Gradients of each graph by each walk, worked out on paper.
@pytest.mark.parametrize(
    "back, second, first, both",
    [
        (ordered(in_order), [8], [8], [25, 19]),
        (ordered(walks.breadth_first), [2], [8], [25, 19]),
        (ordered(walks.depth_first), [2], [8], [4, 3]),
        (ordered(walks.every_path), [10], [16], [29, 22]),
        (left, [10], [14], None),
        (walks.own_share, [8], [8], [25, 19]),
    ],
)
def test_each_walk_goes_right_and_wrong_where_it_should(back, second, first, both):
    graphs = [(long_way_second, [1], second), (long_way_first, [1], first)]
    graphs += [(crossed, [2, 3], both)] if both else []
    for graph, at, found in graphs:
        leaves = [Value(float(number)) for number in at]
        back(graph(*leaves))
        assert [x.grad for x in leaves] == found


def test_every_node_below_the_end_is_listed_once_by_a_search():
    end = crossed(Value(2.0), Value(3.0))
    for walk in (walks.breadth_first, walks.depth_first, walks.marked_early):
        for side in (True, False):
            assert sorted(map(id, walk(end, side))) == sorted(map(id, in_order(end)))


def test_a_recursive_order_is_a_good_one_until_the_graph_is_deep():
    x = y = Value(1.0)
    for _ in range(50_000):
        y = y + x
    with pytest.raises(RecursionError):
        walks.recursive(y)


def stages():
    end = long_way_second(Value(1.0, "x"))
    listed = {"topological": in_order(end), "breadth first": walks.breadth_first(end)}
    return draw.theatre(end, listed | {"every way": walks.every_path(end)})


def test_the_theatre_marks_a_wrong_turn_by_symbol_and_in_words():
    told = stages().html
    assert "✗ v1 passes on 1, not 4" in told
    assert "✗ v1 passes on 4, though it had its turn" in told
    assert "v1 passes on 4</td>" in told


def test_the_theatre_says_in_its_alt_text_how_each_walk_ends():
    assert "topological: x holds 8; breadth first: x holds 2 ✗ (not 8)" in stages().alt


def test_the_theatre_leaves_the_graph_as_it_was():
    end = long_way_second(Value(1.0))
    draw.theatre(end, {"every way": walks.every_path(end)})
    assert all(node.grad == 0 for node in in_order(end))
