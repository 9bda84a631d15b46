import base64
import itertools
import subprocess
import sys

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from chainrule import draw
from chainrule.draw import DIFFERENCE, HAND, OTHER, TAPE
from matplotlib.figure import Figure

MEANINGS = [TAPE, HAND, DIFFERENCE, OTHER]


def waves():
    fig, ax = draw.figure("Waves keep their names apart", "x", "y")
    t = np.linspace(0, 6, 200)
    for k, meaning in enumerate(MEANINGS):
        draw.line(ax, t, np.sin(t + k / 2), meaning, f"wave {k}")
    return fig, ax


def boxes(fig, ax):
    draw.show(fig, "Waves.")
    return [text.get_window_extent() for text in ax.texts]


def test_importing_draw_imports_neither_matplotlib_nor_torch():
    program = (
        "import sys, chainrule.draw; print({'matplotlib', 'torch'} & {*sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"


def test_drawing_leaves_the_global_style_alone():
    before = dict(matplotlib.rcParams)
    draw.show(waves()[0], "Waves.")
    assert dict(matplotlib.rcParams) == before


def test_a_figure_is_unknown_to_pyplot_so_that_no_backend_shows_it_twice():
    from matplotlib import pyplot

    draw.show(waves()[0], "Waves.")
    assert pyplot.get_fignums() == []


def test_a_figure_has_the_size_of_the_course_and_two_spines():
    fig, ax = waves()
    assert (*fig.get_size_inches(), fig.dpi) == (6.0, 3.6, 110)
    assert [name for name, s in ax.spines.items() if s.get_visible()] == [
        "left",
        "bottom",
    ]


def test_a_long_title_stays_within_the_figure():
    fig, ax = draw.figure("Gradients say what they mean " * 4, "x", "y")
    fig.draw_without_rendering()
    assert ax.get_tightbbox().x1 <= fig.bbox.x1


def test_each_meaning_has_its_own_colour_and_its_own_dash():
    for look in zip(*MEANINGS, strict=True):
        assert len(set(look)) == len(MEANINGS)


def test_every_colour_can_be_read_on_white():
    for meaning in MEANINGS:
        rgb = np.array(matplotlib.colors.to_rgb(meaning.color))
        linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        contrast = 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05)
        assert contrast >= 3  # WCAG 2.2, 1.4.11: lines and large marks


def test_a_line_is_named_beside_itself_and_not_in_a_legend():
    _, ax = waves()
    assert ax.get_legend() is None and [t.get_text() for t in ax.texts] == [
        f"wave {k}" for k in range(4)
    ]


def test_a_line_without_a_label_gets_no_text():
    _, ax = draw.figure("It rises", "x", "y")
    draw.line(ax, [0, 1], [0, 1], TAPE)
    assert not ax.texts


def test_names_of_lines_do_not_overlap():
    for a, b in itertools.combinations(boxes(*waves()), 2):
        assert not a.overlaps(b)


def test_names_of_lines_are_not_clipped():
    fig, ax = waves()
    for box in boxes(fig, ax):
        assert ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1
        assert ax.bbox.y0 <= box.y0 and box.y1 <= ax.bbox.y1


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_name_runs_along_its_own_line(scale):
    fig, ax = draw.figure("Two powers part", "h", "error")
    h = np.geomspace(1e-6, 1, 50)
    drawn = [draw.line(ax, h, h**p, m, f"h^{p}") for p, m in ((1, HAND), (2, TAPE))]
    ax.set(xscale=scale, yscale=scale)
    for box, own in zip(boxes(fig, ax), drawn, strict=True):
        points = ax.transData.transform(np.column_stack(own.get_data()))
        steps = np.linspace(0, len(points) - 1, 5000)
        dense = [np.interp(steps, range(len(points)), p) for p in points.T]
        inside = box.padded(8).contains
        assert any(inside(x, y) for x, y in zip(*dense, strict=True))


def test_a_name_finds_its_line_in_a_figure_without_a_layout_too():
    fig = Figure()
    ax = fig.subplots()
    draw.line(ax, [50, 100], [50, 100], TAPE, "it rises")
    (box,) = boxes(fig, ax)
    assert ax.texts[0].get_visible()
    assert ax.bbox.contains(box.x0, box.y0) and ax.bbox.contains(box.x1, box.y1)


def test_a_line_with_gaps_still_gets_its_name():
    fig, ax = draw.figure("It has gaps", "x", "y")
    draw.line(ax, [0, 1, 2, 3], [1.0, np.nan, np.inf, 2.0], TAPE, "gaps")
    assert "<img" in draw.show(fig, "Gaps.").html


@pytest.mark.parametrize("x", [[], [np.nan]])
def test_a_line_without_points_is_no_reason_to_fail(x):
    fig, ax = draw.figure("Nothing happens", "x", "y")
    draw.line(ax, x, x, TAPE, "nothing")
    assert "<img" in draw.show(fig, "Nothing.").html


def test_the_same_figure_gives_the_same_bytes():
    assert draw.show(waves()[0], "Waves.").html == draw.show(waves()[0], "Waves.").html


def test_the_global_style_changes_no_byte():
    plain = draw.show(waves()[0], "Waves.").html
    loud = {"font.family": "serif", "lines.linewidth": 5, "text.color": "red"}
    with matplotlib.style.context(["dark_background", loud]):
        assert draw.show(waves()[0], "Waves.").html == plain


def test_showing_a_figure_twice_gives_the_same_bytes():
    fig, _ = waves()
    assert draw.show(fig, "Waves.").html == draw.show(fig, "Waves.").html


def test_a_picture_carries_its_alt_text_as_html_and_as_text():
    picture = draw.show(waves()[0], 'Four "waves" < 2.')
    assert 'alt="Four &quot;waves&quot; &lt; 2."' in picture._repr_html_()
    assert repr(picture) == 'Four "waves" < 2.'


def test_a_picture_is_a_png_inside_the_page():
    html = draw.show(waves()[0], "Waves.").html
    data = html.split("base64,")[1].split('"')[0]
    assert base64.b64decode(data).startswith(b"\x89PNG")


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_picture_without_alt_text_is_refused(alt):
    with pytest.raises(ValueError, match="Try a sentence that states what is seen"):
        draw.show(waves()[0], alt)


def test_curves_say_in_words_what_a_history_shows():
    history = {"train": [2.3, 1.0, 0.5], "validation_loss": [2.4, 1.2, 0.9]}
    assert repr(draw.curves(history, "The loss falls")) == (
        "The loss falls: over 3 epochs train goes from 2.3 to 0.5, "
        "validation loss goes from 2.4 to 0.9."
    )


def test_curves_of_an_empty_history_name_the_remedy():
    with pytest.raises(ValueError, match="Try training for one epoch first"):
        draw.curves({"train": []}, "The loss falls")


def test_curves_take_no_more_lines_than_the_course_has_looks():
    with pytest.raises(ValueError, match=r"5 lines.*Try the four that matter"):
        draw.curves({name: [1.0] for name in "abcde"}, "The loss falls")


def test_a_picture_saves_itself_as_a_page(tmp_path):
    draw.show(waves()[0], "Waves & more.").save(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "<title>Waves &amp; more.</title>" in page and "<img" in page
