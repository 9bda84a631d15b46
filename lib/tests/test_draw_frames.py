import re
import shutil
import subprocess

import pytest
from chainrule import draw
from packed import data, pages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SQUARES = [f'<svg role="img" aria-label="{n}"><rect width="{n}"/></svg>' for n in "123"]
CAPTIONS = ["one", "two </script>", "three & <b>"]


def squares(still=-1):
    return draw.frames(SQUARES, CAPTIONS, "Squares grow.", still)


def without_scripts(picture):
    return re.sub(r"<script.*?</script>", "", picture.html, flags=re.S)


def test_an_animation_holds_every_frame_as_it_was():
    assert pages(squares()) == SQUARES


def test_an_animation_holds_every_caption_as_it_was():
    assert data(squares())["captions"] == CAPTIONS


@pytest.mark.parametrize("still, shown", [(0, 0), (1, 1), (-1, 2)])
def test_without_scripts_the_still_is_shown_with_its_caption(still, shown):
    html = without_scripts(squares(still))
    assert [s for s in SQUARES if s in html] == [SQUARES[shown]]
    assert f"{shown + 1} of 3: " in html


def test_without_scripts_there_are_no_dead_controls():
    assert 'class="chainrule-controls" hidden' in without_scripts(squares())


def test_without_scripts_every_step_is_told_in_words():
    assert "<li>three &amp; &lt;b&gt;</li>" in without_scripts(squares())


def test_an_animation_asks_nothing_of_the_network():
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", squares().html)


def test_an_animation_has_no_id_that_a_second_one_could_repeat():
    assert not re.search(r"\sid=", squares().html)


def test_an_animation_does_not_move_where_motion_is_not_wanted():
    assert "prefers-reduced-motion: reduce" in squares().html


def test_an_animation_has_a_name_for_those_who_do_not_see_it():
    assert 'role="group" aria-label="Squares grow."' in squares().html
    assert repr(squares()) == "Squares grow."


def test_the_same_frames_give_the_same_bytes():
    assert squares().html == squares().html


def test_figures_and_pictures_are_frames_too():
    fig, ax = draw.figure("It rises", "x", "y")
    draw.line(ax, [0, 1], [0, 1], draw.TAPE)
    picture = draw.show(fig, "A line.")
    both = draw.frames([fig, picture], ["a figure", "a picture"], "Lines.")
    assert [page.count("<img") for page in pages(both)] == [1, 1]


@pytest.mark.parametrize("captions", [[], ["one"], ["one"] * 4])
def test_frames_without_their_captions_say_so(captions):
    with pytest.raises(ValueError, match="Try one sentence for each picture"):
        draw.frames(SQUARES, captions, "Squares.")


def test_no_frames_at_all_say_so():
    with pytest.raises(ValueError, match="0 pictures have 0 captions"):
        draw.frames([], [], "Nothing.")


@pytest.mark.skipif(CHROMIUM is None, reason="there is no browser")
def test_two_animations_on_one_page_are_stepped_apart(tmp_path):
    twice = squares().html * 2
    click = (
        "<script>const roots = document.querySelectorAll('.chainrule-frames');"
        "roots[0].querySelectorAll('button')[2].click();"
        "const slider = roots[1].querySelector('input');"
        "slider.value = 2; slider.oninput();</script>"
    )
    (tmp_path / "page.html").write_text(twice + click, "utf-8")
    run = subprocess.run(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            *("--disable-quic", "--no-first-run", "--disable-background-networking"),
            *("--disable-component-update", "--disable-sync"),
            f"--user-data-dir={tmp_path / 'profile'}",
            (tmp_path / "page.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    captions = re.findall(r'chainrule-caption"[^>]*>([^<]*)', run.stdout)
    assert captions[-2:] == [
        "2 of 3: two &lt;/script&gt;",
        "3 of 3: three &amp; &lt;b&gt;",
    ]
