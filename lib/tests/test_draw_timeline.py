"""Who works when."""

from chainrule import draw

EVENTS = [("launch", 0, 1), ("run", 1, 4), ("wait", 1, 4)]


def drawn(now=1):
    return draw.timeline(EVENTS, now, "The CPU waits for the GPU", 5).axes[0]


def test_each_event_is_a_bar_in_its_row():
    bars = [(b.get_x(), b.get_width(), b.get_y() > 0.5) for b in drawn().patches]
    assert bars == [(0, 1, True), (1, 3, False), (1, 3, True)]


def test_waiting_looks_other_than_working_without_colour():
    launch, _, wait = drawn().patches
    assert launch.get_hatch() != wait.get_hatch()


def test_the_clock_is_told_on_either_side():
    for now in (1, 4):
        texts = [text.get_text() for text in drawn(now).texts]
        assert f" the clock shows {now:.2f} s " in texts


def test_a_short_event_is_named_below_its_bar():
    fig = draw.timeline([("launch", 0, 0.1)], 1, "The CPU hands work over", 5)
    assert "launch" in [text.get_text() for text in fig.axes[0].texts]


def test_runs_have_their_names_and_what_is_measured_is_marked():
    events = [("run", 0, 1), ("run", 1, 3), ("run", 3, 5)]
    look = 5, "Two runs take 4 s", 6, ["warm-up", "1", "2"], [1, 5]
    texts = [t.get_text() for t in draw.timeline(events, *look).axes[0].texts]
    assert {"warm-up", "1", "2", "4.0 s / 2 runs = 2.0 s"} <= set(texts)


def test_names_of_short_events_don_t_stand_on_each_other():
    events = [("launch", 1.0, 1.2), ("launch", 1.2, 1.4)]
    texts = draw.timeline(events, 2, "The CPU hands work over", 5.4).axes[0].texts
    low, lower = [t.get_position()[1] for t in texts if t.get_text() == "launch"]
    assert low - lower > 0.1
