"""Stacks of channels, and the windows between them."""

import numpy as np
from chainrule import draw

IMAGE = np.arange(16.0).reshape(1, 4, 4)
MAPS = np.stack([IMAGE[0], -IMAGE[0], IMAGE[0]])
STAGES = {"image": IMAGE, "convolution": MAPS, "pooling": MAPS[:, ::2, ::2]}
WINDOWS = [
    ("window of 3 × 3", (0, 0), 3, (1, 1)),
    ("maximum of 2 × 2", (0, 0), 2, (0, 0)),
]


def test_each_stage_says_how_many_channels_it_has_and_how_large_they_are():
    picture = draw.channels(STAGES, WINDOWS)
    for said in ("1 channel of 4 × 4", "3 channels of 4 × 4", "3 channels of 2 × 2"):
        assert f">{said}</text>" in picture.html and said in picture.alt
    assert "window of 3 × 3; maximum of 2 × 2" in picture.alt


def test_the_first_channel_shows_its_entries_and_the_others_stand_behind():
    html = draw.channels(STAGES, []).html
    assert html.count("rgb(") == 16 + 16 + 4
    assert html.count("<rect") == 16 + 16 + 4 + 2 + 2


def test_the_largest_entry_is_the_darkest():
    html = draw.channels({"image": IMAGE}, []).html
    assert html.count("rgb(55,55,55)") == html.count("rgb(255,255,255)") == 1


def test_a_window_and_its_result_are_framed_and_joined_by_two_lines():
    html = draw.channels(STAGES, WINDOWS).html
    assert html.count('fill="none"') == 4 * len(WINDOWS)
    assert html.count("<path") == 2 * len(WINDOWS)
    assert 'width="48" height="48"' in html and 'width="32" height="32"' in html
