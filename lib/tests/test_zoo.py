"""Six graphs that tell six ways of going back apart."""

import pytest
from chainrule.lessons import zoo
from chainrule.scalar import Value

each_graph = pytest.mark.parametrize("name", zoo.GRAPHS)


def right(how):
    """The graphs on which a way back agrees with the library's own."""
    return {
        name
        for name, (function, at) in zoo.GRAPHS.items()
        if zoo.gradients(how, name, Value) == library(function, at)
    }


def library(function, at):
    leaves = [Value(number) for number in at]
    function(*leaves).backward()
    return [x.grad for x in leaves]


@pytest.mark.parametrize("how", ["topological", "own share"])
def test_two_ways_are_right_on_every_graph(how):
    assert right(how) == {*zoo.GRAPHS}


@pytest.mark.parametrize("how", ["breadth first", "preorder", "every path", "= for +="])
def test_four_ways_are_wrong_on_some_graph_and_right_on_the_textbook_s(how):
    assert {"(x+y)z"} <= right(how) < {*zoo.GRAPHS}


@each_graph
def test_the_table_has_a_row_for_each_graph_and_marks_what_is_wrong(name):
    (row,) = [line for line in zoo.table(Value).split("\n") if line.startswith(name)]
    assert row.count("✗") == sum(name not in right(how) for how in zoo.HOW)


def test_the_table_s_last_row_counts_the_graphs_on_which_a_way_is_right():
    counts = zoo.table(Value).split("\n")[-1].replace("right on", "").split(" of 6")
    assert [int(n) for n in counts[:-1]] == [len(right(how)) for how in zoo.HOW]


def test_a_node_marked_when_pushed_is_out_of_order_on_two_graphs():
    from chainrule.lessons import walks

    wrong = set()
    for name, (function, at) in zoo.GRAPHS.items():
        leaves = [Value(number) for number in at]
        end = function(*leaves)
        walks.pass_on(walks.marked_early(end))
        if [x.grad for x in leaves] != library(function, at):
            wrong.add(name)
    assert wrong == {"3a+a", "crossed"}
