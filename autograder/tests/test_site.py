"""The site's pages before they are rendered: whole, linked, and nothing given away.

`make site` renders them and lets a browser look at each.
"""

import json
import re

import look
import pytest
import render
from chainrule.questions import NOTEBOOKS
from made import course, doors, gallery, guide, ideas, notebooks, reference, table
from made.course import ROOT
from proctor.source.percent import read, solution_lines

BOOKS = course.notebooks()
each_book = pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)


@pytest.fixture(scope="module")
def pages():
    """Every page, one unit's verdicts only: those take a while."""
    whole, few = gallery.pages, {"1-derivatives": course.units()["1-derivatives"][1:2]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery, "pages", lambda units: whole(few))
        return render.pages()


def cells(pages, book):
    return json.loads(pages[book.page.lstrip("/")])["cells"]


def text_of(page):
    return "\n".join(cell["source"] for cell in page)


def test_every_notebook_is_there_by_itself():
    assert [book.name for book in BOOKS] == list(NOTEBOOKS)


@each_book
def test_a_page_holds_all_that_the_released_notebook_holds(pages, book):
    page = text_of(cells(pages, book))
    for cell in book.cells[1:]:
        lines = course.text(cell).splitlines()[1:]
        missing = [line for line in lines if line not in page.splitlines()]
        assert [line for line in missing if "github.com" not in line] == []
    assert f"/notebooks/{book.unit}/{book.name}.ipynb)" in page
    assert pages[f"released/{book.unit}/{book.name}.ipynb"] == book.path.read_text()


@each_book
def test_a_page_asks_for_no_picture_from_elsewhere(pages, book):
    assert not re.search(r"!\[[^\]]*\]\(http|src=.http", text_of(cells(pages, book)))


@each_book
def test_no_answer_or_check_shows_what_came_of_it(pages, book):
    for cell in cells(pages, book):
        if cell["id"].startswith(("answer-", "check-")):
            assert cell["outputs"] == []
        assert "You made no guess" not in json.dumps(cell.get("outputs", ""))


def test_what_a_guess_meets_is_folded():
    stream = {"output_type": "stream", "name": "stdout"}
    printed = "h = 1\nYou made no guess. Found: 3 days.\n"
    kept, truth = notebooks.seen({**stream, "text": [printed]})
    assert kept["text"] == "h = 1\n"
    assert "<summary>Guess first" in truth["data"]["text/html"]
    assert "3 days.<" in truth["data"]["text/html"]


def test_a_document_that_is_new_is_listed_by_itself():
    known = [f"{path.stem}.md" for path in (ROOT / "docs").glob("*.md")]
    assert render.unlisted([*known, "new.md"])[-1] == "new"
    assert "scale" not in render.unlisted(["scale.md"])


def test_no_page_shows_a_line_of_a_solution(pages):
    assert list(render.leaks(pages)) == []


def test_a_line_of_a_solution_would_be_found():
    path = next(iter(render.build.sources()))
    long = max(solution_lines(read(path)), key=len)
    assert list(render.leaks({"x.md": f"# Title\n\n    {long}\n"})) == [("x.md", long)]


def test_every_link_inside_the_site_has_its_mark_or_page(pages):
    told = {path: _told(path, text) for path, text in pages.items()}
    marks = {
        m for text in told.values() for m in re.findall(r"^\((.+)\)=$", text, re.M)
    }
    for path, text in told.items():
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if link.startswith("#"):
                assert link[1:] in marks, f"{path}: {link}"
            elif link.endswith((".md", ".ipynb", ".rst")) and ":" not in link:
                home = path.rpartition("/")[0] if not link.startswith("/") else ""
                parts = f"{home}/{link}".strip("/").replace("//", "/")
                assert parts in pages, f"{path}: {link}"


def _told(path, text):
    """A page's prose."""
    if path.startswith("released/"):
        return ""
    return text_of(json.loads(text)["cells"]) if path.endswith(".ipynb") else text


HOURS = ["an hour, half of it reading", "2¼ hours, 1 of reading", "3.5 hours"]


@each_book
def test_a_plan_names_sections_that_exist(book):
    known = {title for _, title, _ in book.sections}
    plan = guide.by_hand(book).partition("## Questions to discuss")[0]
    assert set(re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", plan)) <= known


def test_the_syllabus_names_sections_that_exist_and_adds_up_the_hours(pages):
    known = {title for book in BOOKS for _, title, _ in book.sections}
    said = pages["syllabus.md"]
    named = set(re.findall('"([^"]+)"', said))
    assert named and named <= known
    assert {course.stated(f"about {text}") for text in HOURS} == {1, 2.25, 3.5}
    assert f"| in all | {sum(b.hours for b in BOOKS):g} |" in said
    assert "{" not in said


@each_book
def test_the_guide_tells_time_questions_and_mistakes(pages, book):
    page = pages[f"teaching/{book.name}.md"]
    assert "**Time:**" in page
    assert all(f"`{name}`" in page for name in book.questions)
    assert "## Mistakes to expect" in page


def test_a_notebook_that_is_new_gets_its_pages_without_words_or_a_run(
    monkeypatch, tmp_path
):
    (tmp_path / "notebooks" / "1-derivatives").mkdir(parents=True)
    path = tmp_path / "notebooks" / "1-derivatives" / BOOKS[1].path.name
    path.write_bytes(BOOKS[1].path.read_bytes())
    monkeypatch.setattr(guide, "WORDS", tmp_path)
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    new = course.Notebook(path)
    assert "## Mistakes to expect" in guide.page(new)
    assert "Plan of a session" not in guide.page(new)
    page = json.loads(notebooks.page(new))["cells"]
    assert not any(cell.get("outputs") for cell in page)


def test_the_table_shows_the_very_rules_of_the_library():
    page = table.page()
    assert "| `mul` | `a * b` | `a`: `g * b`<br>`b`: `g * a` |" in page
    assert "| `tanh` | `np.tanh(x)` | `x`: `g * (1 - y * y)` |" in page
    source = "".join(p.read_text() for p in table.OPS.glob("*.py"))
    for name in re.findall(r'(?:Op|elementwise|curve|_moved)\(\s*"([^"]+)"', source):
        assert f"| `{name}` |" in page


def test_every_module_of_the_library_is_shown_or_left_out_on_purpose():
    there = {p.stem for p in (ROOT / "lib" / "chainrule").iterdir()} - {"__init__"}
    shown = {module for group in reference.GROUPS.values() for module in group}
    assert there - {"__pycache__"} == shown | reference.INNER
    assert shown.isdisjoint(reference.INNER)


def test_a_docstring_keeps_its_names_its_arguments_and_its_columns():
    lines = ["Says `x_y` of a_b.", "", "g: upstream", "x, y: both", "    a   b", "End."]
    made = reference.as_rest(lines)
    assert made[:2] == ["Says ``x_y`` of a_b.", ""]
    assert made[2:5] == ["g: upstream", "", "x, y: both"]
    assert made[5:] == ["", "::", "", "    a   b", "", "End."]


def test_the_gallery_tells_what_was_done_the_same_way_each_time():
    first, again = ([*gallery.verdicts("01_three_derivatives")] for _ in range(2))
    assert list(map(str, first)) == list(map(str, again))
    assert {v.question for v in first} == set(BOOKS[1].questions)
    assert all(v.state in ("wrong", "partly right") for v in first)
    assert all(v.advice for v in first)


def test_the_index_says_where_an_idea_is_met_used_and_tested():
    (said,) = re.findall(r"^A sum and a sine\n: (.+)$", ideas.page(), re.M)
    assert "Met in 02 [Go through a sine]" in said and "Tested by [`backward`]" in said


def test_the_readme_s_parts_lead_to_pages_of_the_site():
    assert doors.target("docs/troubleshooting.md") == "troubleshooting.md"
    assert doors.target("notebooks/2-autodiff") == "notebooks/2-autodiff/index.md"
    assert doors.target("environment.yml").startswith("https://github.com/")


@pytest.mark.parametrize(
    ("link", "dead"),
    [
        ("b.html", False),
        ("b.html#here", False),
        ("b.html?v=1", False),
        ("https://example.org/x", False),
        ("c.html", True),
        ("b.html#there", True),
        ("#nowhere", True),
    ],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path, link, dead):
    (tmp_path / "a.html").write_text(f'<a href="{link}">x</a>')
    (tmp_path / "b.html").write_text('<p id="here">y</p>')
    assert bool(list(look.dead_links(tmp_path))) == dead
