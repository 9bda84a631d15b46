"""Two losses, and the lowest so far."""

import numpy as np
from chainrule import draw

TRAIN, VALID = np.array([3.0, 2.0, 1.0, 0.5]), np.array([3.5, 2.5, 2.75, 4.0])


def drawn(now):
    return draw.stopping(TRAIN, VALID, now, every=5).axes[0]


def test_nothing_later_is_drawn_and_there_is_room_for_it():
    ax = drawn(1)
    assert [len(line.get_xdata()) for line in ax.lines[:2]] == [2, 2]
    assert ax.get_xlim()[1] > 20 and ax.get_ylim()[1] > 4


def test_the_mark_stays_at_the_lowest_validation_loss_so_far():
    for now, step, loss in ((0, 5, 3.5), (1, 10, 2.5), (3, 10, 2.5)):
        mark = drawn(now).lines[-1]
        assert (*mark.get_xdata(), *mark.get_ydata()) == (step, loss)


def test_the_title_says_when_the_lowest_loss_was_reached():
    assert drawn(1).get_title(loc="left") == "The validation loss is the lowest so far"
    assert "reached at step 10" in drawn(3).get_title(loc="left")
