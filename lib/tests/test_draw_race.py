"""The race of optimizers, with bars of what they remember."""

import numpy as np
import pytest
from chainrule import draw, races
from packed import captions

SURFACE = races.valley(45, steep=20)


def race(runners, at=(0, 3, 9)):
    runs = {name: races.run(name, SURFACE, 0.05, 10) for name in runners}
    paths = {name: places for name, (places, _) in runs.items()}
    memory = {name: races.bars(name, states) for name, (_, states) in runs.items()}
    return draw.race(
        SURFACE.loss,
        paths,
        lambda name, step: memory[name][step],
        at,
        lambda step: f"{step} steps are done",
        (-2, 4.5, -2, 4.5),
    )


def test_a_race_has_a_page_for_each_step_and_tells_losses_and_finding_in_words():
    picture = race(["momentum", "RMSProp", "Adam"])
    first, _, last = captions(picture)
    start = SURFACE.loss(np.array(SURFACE.start))
    assert first.startswith("Losses after step 0") and f"Adam {start:.3g}" in first
    assert last.startswith("Losses after step 9") and last in picture.alt
    assert last.endswith("9 steps are done.")


def test_the_same_race_gives_the_same_bytes():
    assert race(["plain"], (0, 2)).html == race(["plain"], (0, 2)).html


def test_more_runners_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match=r"4 runners\. Try at most 3"):
        race(["plain", "momentum", "RMSProp", "Adam"])
