"""What a person sees, in a real browser and without a network."""

import shutil

import pytest
from chainrule import check, draw
from chainrule.scalar import Value
from proctor.out import course, report

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def show(browser, tmp_path):
    """Open a page in the browser; it must ask for nothing and log no error."""
    trouble = []

    def open_(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page = browser.new_page()
        page.on("request", lambda r: trouble.append(r.url)
                if not r.url.startswith(("file:", "data:")) else None)  # fmt: skip
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_
    assert trouble == []


def page_of(*pieces):
    return "<!doctype html><meta charset='utf-8'>" + "".join(pieces)


def test_an_animation_starts_still_and_goes_where_its_buttons_say(show):
    x = Value(2.0, label="x")
    y = x * x
    y.backward()
    page = show(page_of(draw.backprop(y)._repr_html_()))
    before = page.inner_text("body")
    page.wait_for_timeout(700)
    assert page.inner_text("body") == before
    page.get_by_role("button", name="Next").click()
    assert page.inner_text("body") != before
    page.get_by_role("button", name="Back").click()
    assert page.inner_text("body") == before


def test_two_animations_on_a_page_do_not_move_each_other(show):
    frames = draw.frames(["<svg/>", "<svg/>"], ["first", "second"], alt="two")
    page = show(page_of(frames._repr_html_(), frames._repr_html_()))
    page.get_by_role("button", name="Next").first.click()
    assert page.get_by_text("second").filter(visible=True).count() == 1


def test_a_verdict_can_be_read_by_a_screen_reader(show):
    wrong = check("product_slope", lambda x: x)
    page = show(page_of(wrong._repr_html_()))
    status = page.get_by_role("status")
    assert "product_slope is wrong" in status.inner_text()
    assert "torch.autograd" in status.inner_text()


def test_the_course_page_shows_what_is_told_and_obeys_nothing_of_it(show, tmp_path):
    verdict = {"question": "q", "state": "wrong", "points": 0, "out_of": 2,
               "story": "", "advice": "<b>try</b>", "where": "on \"a\""}  # fmt: skip
    kept = {"student": "s01", "notebook": "01_x", "person": "", "verdicts": [verdict],
            "notes": ["<script>document.title = 'owned'</script>"]}  # fmt: skip
    summary = report.summarize("1-unit", [report.slim(kept)], missing={"s02"})
    course.write([summary], tmp_path / "course.html")
    page = show((tmp_path / "course.html").read_text(encoding="utf-8"))
    assert page.title() == "The course"
    assert "<b>try</b>" in page.inner_text("body") and "s02" in page.inner_text("body")
