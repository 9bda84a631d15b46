"""The course page: who needs help, what is measured, and nothing that says too much."""

import re
import shutil

import pytest
from corpus import marked
from proctor.out import course, kept, measures, report
from proctor.source.build import sources

UNITS = ["1-derivatives", "2-autodiff", "3-networks"]


def summaries(students, units=UNITS):
    found = []
    for unit in units:
        results, missing = marked.kept(unit, students)
        page = report.feedback_page(unit)
        slim = map(report.slim, results)
        found.append(report.summarize(unit, slim, missing, page))
    return found


@pytest.fixture(scope="module")
def klass():
    return summaries(marked.ids(30))


@pytest.fixture(scope="module")
def pages(klass, tmp_path_factory):
    """The page with ids, and the page without."""
    folder = tmp_path_factory.mktemp("pages")
    course.write(klass, folder / "with.html")
    course.write(klass, folder / "without.html", ids=False)
    return folder / "with.html", folder / "without.html"


def test_the_page_without_ids_names_nobody_and_nobody_s_file(pages):
    with_ids, without = (path.read_text(encoding="utf-8") for path in pages)
    for student in marked.ids(30):
        assert student in with_ids and student not in without
    assert "Copy of" in with_ids and "Copy of" not in without
    assert "feedback/" in with_ids and "feedback/" not in without


def test_a_page_is_the_same_each_time(klass, pages, tmp_path):
    course.write(summaries(marked.ids(30)), tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == pages[0].read_bytes()


def test_all_that_a_page_says_stands_within_its_landmarks(pages):
    inside = (
        r"<body>\s*<header>.*</header>\s*<nav .*</nav>\s*<main>.*</main>\s*<script>"
    )
    for path in pages:
        assert re.search(inside, path.read_text(encoding="utf-8"), re.S)


def verdict(points, state="", **more):
    state = state or ("right" if points == 2 else "wrong")
    return {"question": "q", "state": state, "points": points, "out_of": 2,
            "came": True, "seconds": 0.1, "advice": "", "story": "", "where": "",
            "wrote": "", **more}  # fmt: skip


def asked(*pairs):
    """(row, verdict) of students by (points for the question, points in the rest)."""
    return [({"points": own + rest}, verdict(own)) for own, rest in pairs]


def test_a_question_tells_apart_as_the_correlation_with_the_rest_says():
    strong, weak = [(2, 10)] * 5, [(0, 2)] * 5
    assert measures.question("q", asked(*strong, *weak))["tells"] == pytest.approx(1)
    against = [(0, 10)] * 5 + [(2, 2)] * 5
    assert measures.question("q", asked(*against))["tells"] == pytest.approx(-1)
    mixed = asked(*[(2, 5), (0, 5)] * 4, (2, 6), (0, 4))
    assert 0 < measures.question("q", mixed)["tells"] < 0.5


def test_few_answers_or_equal_ones_say_nothing():
    assert measures.question("q", asked((2, 1), (0, 0)))["tells"] is None
    assert measures.question("q", asked(*[(2, n) for n in range(12)]))["tells"] is None


def test_who_did_not_hand_in_is_no_answer_to_a_question():
    absent = ({"points": 0}, verdict(0, "not written", came=False, seconds=None))
    q = measures.question("q", [*asked((2, 1), (0, 0)), absent])
    assert (q["came"], q["share"], q["seconds"]) == (2, 0.5, 0.1)


def test_what_a_person_read_counts_by_its_points():
    kinds = [measures.kind(verdict(p, "read by a person")) for p in (2, 1, 0)]
    assert kinds == ["right", "partly", "wrong"]
    assert measures.kind(verdict(0, "waits to be read")) == "open"


def test_a_mistake_has_its_shortest_example():
    told = [verdict(0, advice="Turn it.", wrote=w, story="s") for w in ("xx", "y", "")]
    told += [verdict(0, advice="Other.", story="t", where="on")]
    assert measures.mistakes(told) == [
        (3, "Turn it.", "y", "\ns"),
        (1, "Other.", "", "on\nt"),
    ]


def test_an_example_says_nothing_of_its_author():
    code = (
        '# s07\ndef f(x, n="s07"):\n    """By s07."""\n    f"s07"\n'
        '    return -x[:, 0], f"s07{x}", b"s07", 7'
    )
    bare = kept.nameless(code)
    assert "s07" not in bare and "return (-x[:, 0]" in bare and ", 7)" in bare


NO_CODE = ["def f(:", "\0", "-" * 1400 + "1", "a" * 2000, "\ud800"]


@pytest.mark.parametrize("code", NO_CODE)
def test_what_is_no_code_is_no_example(code):
    assert kept.nameless(code) == ""


def test_behind_is_who_has_less_than_half_of_what_half_of_the_class_has():
    shares = {"s01": 0.8, "s02": 0.9, "s03": 0.39, "s04": 0.41, "s05": 0.8, "s06": None}
    assert measures.behind(shares) == [("s03", 0.39)]
    assert measures.behind({"s01": 0.0, "s02": 0.0, "s03": 1.0}) == []


def test_over_all_a_unit_that_is_missing_counts_nothing_and_is_told():
    one = {"student": "s01", "notebook": "01_x", "person": "", "notes": [],
           "verdicts": [verdict(2)]}  # fmt: skip
    units = [
        course.unit_of(report.summarize(unit, map(report.slim, found), missing))
        for unit, found, missing in [("1-a", [one], ()), ("2-b", [], {"s01"})]
    ]
    (row,) = course.over_all(units)["rows"]
    assert (row["points"], row["missing"], row["units"][1]) == (2, ["2-b"], None)


def kept_result(student, notebook, came=True, person=""):
    notes = [] if came else [f"{notebook} was not handed in."]
    one = verdict(0, "needs a person") if person else verdict(2 * came)
    return {"student": student, "notebook": notebook, "person": person,
            "origin": {"file": "1" * came}, "notes": notes,
            "verdicts": [{**one, "question": notebook}]}  # fmt: skip


def test_a_notebook_that_nobody_handed_in_is_said_once(tmp_path):
    long = "It is empty. Ask the student for another. " * 3
    found = [kept_result("s01", "01_x"), kept_result("s02", "01_x", False)]
    found += [kept_result("s03", "01_x", person=long)]
    found += [kept_result(student, "02_y", False) for student in ("s01", "s02", "s03")]
    summary = report.summarize("1-a", map(report.slim, found))
    assert report.table(summary).split("\n") == [
        "student  points  questions",
        "s01           2  ✓",
        "s02           0  ✗  01_x was not handed in.",
        f"s03           0  ?  {long}".rstrip(),
        "✓ right, ✗ wrong, ? needs a person",
        "Nobody handed in 02_y.",
        "3 submissions, 1 for a person, 0 missing, mean 0.7 of 4 points",
    ]
    course.write([summary], tmp_path / "course.html")
    page = (tmp_path / "course.html").read_text("utf-8")
    assert page.count("Nobody handed in 02_y") == 1 and "02_y was not" not in page
    assert "02_y: " not in page and "01_x: 1 lack it" in page


def test_points_that_a_person_has_still_to_give_are_left_out_of_the_share():
    waits = verdict(0, "waits to be read")
    one = {"student": "s01", "notebook": "01_x", "person": "", "notes": [],
           "verdicts": [verdict(2), waits]}  # fmt: skip
    unit = course.unit_of(report.summarize("1-a", [report.slim(one)]))
    assert unit["rows"][0]["share"] == 1 and unit["texts"] == 1


def test_whose_file_a_person_has_to_look_at_is_not_called_behind():
    found = [
        {"student": f"s{n}", "notebook": name, "person": "", "notes": [],
         "verdicts": [verdict(2)]}
        for n in range(3) for name in ("01_x", "02_y")
    ]  # fmt: skip
    found[0] |= {"person": "It is empty.", "verdicts": [verdict(0, "needs a person")]}
    found[1] |= {"verdicts": [verdict(0, "not written")]}
    unit = course.unit_of(report.summarize("1-a", map(report.slim, found)))
    assert unit["behind"] == [] and course.over_all([unit])["behind"] == []
    assert [row["student"] for row in unit["persons"]] == ["s0"]


CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        launched = play.chromium.launch(executable_path=CHROMIUM, args=options)
        yield launched
        launched.close()


@pytest.fixture
def opened(browser):
    """Opens a page, which asks for nothing but itself and logs no error."""
    trouble = []

    def open_(path):
        page = browser.new_page()
        page.on("request", lambda request: trouble.append(request.url))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(path.as_uri())
        trouble.remove(path.as_uri())
        return page

    yield open_
    assert trouble == []


def column(page, name):
    """The cells of the over-all table's column, from top to bottom, and its head."""
    table = page.locator("table", has=page.get_by_label("Sort by points")).first
    head = table.locator("th", has=page.get_by_label(f"Sort by {name}"))
    place = head.evaluate("head => head.cellIndex")
    return head, lambda: table.locator("tbody tr").evaluate_all(
        f"rows => rows.map(row => row.cells[{place}].textContent.trim())"
    )


def test_a_click_sorts_a_column_and_a_second_click_turns_it_round(opened, pages):
    page = opened(pages[0])
    head, cells = column(page, "points")
    before = [float(cell) for cell in cells()]
    head.click()
    assert [float(c) for c in cells()] == sorted(before) != before
    head.click()
    assert [float(c) for c in cells()] == sorted(before, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"


def test_the_keyboard_sorts_as_well(opened, pages):
    page = opened(pages[0])
    head, cells = column(page, "student")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert cells() == marked.ids(30)
    page.keyboard.press("Space")
    assert cells() == marked.ids(30)[::-1]


@pytest.mark.parametrize("width", [390, 1024, 1200])
def test_a_course_of_six_units_is_as_wide_as_the_window(opened, tmp_path, width):
    units = sorted({path.parent.name for path in sources()})
    course.write(summaries(marked.ids(5), units), tmp_path / "course.html")
    page = opened(tmp_path / "course.html")
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_two_thousand_students_fit_on_a_page(opened, tmp_path):
    found = summaries(marked.ids(2000), ["1-derivatives"])
    course.write(found, tmp_path / "course.html")
    assert (tmp_path / "course.html").stat().st_size < 3e6
    page = opened(tmp_path / "course.html")
    table = page.locator("details", has=page.get_by_label("Sort by points")).first
    table.locator("summary").first.click()
    head, cells = column(page, "points")
    head.click()
    points = [float(cell) for cell in cells()]
    assert len(points) == 2000 and points == sorted(points)
