"""Walks over a surface, seen from above."""

import numpy as np
import pytest
from chainrule import draw
from chainrule.draw.walks import ground, settled, walked

REACH = (-2, 2, -1, 1)
PATHS = {
    "short": np.array([[1.0, 0.5], [0.5, 0.2], [0.1, 0.0]]),
    "long": np.array([[1.0, 0.5], [-1.5, 0.9], [9.0, 9.0]]),
}


def bowl(x, y):
    return x**2 + 4 * y**2


def told(stop):
    return f"At {stop}", f"Here it is {stop}."


def drawn(paths=PATHS, **more):
    fig = ground(bowl, list(paths), REACH, "xy", **more)
    walked(fig, paths.values())
    return fig


def test_each_walk_has_a_panel_that_is_named_after_it():
    assert [ax.get_title("left") for ax in drawn().axes] == ["short", "long"]


def test_a_walk_is_drawn_from_its_start_to_its_end():
    for ax, path in zip(drawn().axes, PATHS.values(), strict=True):
        line, start, end = ax.lines
        assert np.array_equal(np.column_stack(line.get_data()), path)
        assert np.ravel(start.get_data()).tolist() == path[0].tolist()
        assert np.ravel(end.get_data()).tolist() == path[-1].tolist()


def test_a_walk_that_leaves_the_picture_does_not_stretch_it():
    for ax in drawn().axes:
        assert (*ax.get_xlim(), *ax.get_ylim()) == REACH


def test_the_axes_are_named():
    left, right = drawn().axes
    assert left.get_xlabel() == right.get_xlabel() == "x" and left.get_ylabel() == "y"


def test_the_minimum_is_marked_where_there_is_one():
    for ax in drawn(lowest=(0, 0)).axes:
        mark = next(line for line in ax.lines if line.get_marker() == "+")
        assert np.ravel(mark.get_data()).tolist() == [0, 0]


def test_a_line_of_the_surface_is_dotted_and_named():
    lines = [("ridge", (-2, 2), (1, -1))]
    for ax in drawn(lines=lines).axes:
        assert ax.lines[0].get_linestyle() == ":"
        assert np.array_equal(ax.lines[0].get_data(), [(-2, 2), (1, -1)])
        assert ax.texts[0].get_text() == "ridge"


def test_a_walk_of_many_steps_has_no_dots():
    long = {"many": np.zeros((1000, 2)), **PATHS}
    lines = [ax.lines[0] for ax in drawn(long).axes]
    assert [line.get_marker() for line in lines] == ["None", ".", "."]


def test_a_long_title_stays_within_the_figure():
    fig = drawn()
    headline = settled(fig, ["Short", "A walk may be long and have a long title " * 3])
    box = headline.get_window_extent()
    assert headline.get_text().count("\n") == 1
    assert box.x1 <= fig.bbox.x1 and box.y1 <= fig.bbox.y1


@pytest.mark.parametrize("stops", [[0, 1, 2], [(0, 0), (2, 1)]])
def test_there_is_a_page_for_each_stop_with_its_caption(stops):
    shown = draw.walks(bowl, PATHS, REACH, "xy", stops, told, "Two walks.")
    assert shown.alt == "Two walks."
    assert all(f"Here it is {stop}." in shown.html for stop in stops)
