"""Answers in words: found wherever they went, read by a person, never a silent 0."""

import contextlib
import copy
import json
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from chainrule.questions import bank, check, check_all, hint
from corpus.graders import BIN, ENV, autograde, nbgrader
from corpus.handins import put, sent_out
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from proctor.grading import run
from proctor.grading.grade import Job, grade
from proctor.handin.repair import repair
from proctor.out import course as course_page
from proctor.out import report
from proctor.out.page import harmless
from proctor.source import build
from proctor.source.percent import SourceError, blank, model_answers, read, solved

UNIT, NAME, QUESTION = "2-autodiff", "03_reverse_mode", "turn_too_early"
CELL = f"explain-{QUESTION}"
TEXT = "Node a has its turn while a share of 15 is still on the way to it."


@pytest.fixture(scope="module")
def sent():
    return sent_out(NAME)


@pytest.fixture
def came(sent):
    """The file as it comes back, with nothing written."""
    return json.loads(nbformat.writes(sent))


def at(book, cell_id=CELL):
    return next(i for i, c in enumerate(book["cells"]) if c.get("id") == cell_id)


def write(book, text=TEXT):
    """Write in the text's own cell, in place of the line that says so."""
    cell = book["cells"][at(book)]
    cell["source"] = "".join(cell["source"]).partition("\n")[0] + f"\n\n{text}"
    return cell


def add(book, where, source, kind="markdown"):
    cell = {"cell_type": kind, "id": f"own-{where}", "metadata": {}, "source": source}
    cell |= {"outputs": [], "execution_count": None} if kind == "code" else {}
    book["cells"].insert(where, cell)


def put_right(book, sent):
    return repair(json.dumps(book).encode(), sent)


def unmarked(book):
    for cell in book["cells"]:
        cell["metadata"] = {}
        cell.pop("id")


def untouched(book):
    pass


def emptied(book):
    book["cells"][at(book)]["source"] = " \n"


def title_only(book):
    write(book, "")


def deleted(book):
    del book["cells"][at(book)]


@pytest.mark.parametrize("change", [untouched, emptied, title_only, deleted])
def test_nothing_written_is_not_written_by_nbgrader_s_own_rule_too(came, sent, change):
    change(came)
    repaired = put_right(came, sent)
    assert repaired.texts[QUESTION] == ("not written", "")
    assert determine_grade(repaired.book.cells[at(repaired.book)]) == (0, 1)
    told = "was missing" in "".join(repaired.notes)
    assert told == (change is deleted)


def written(book):
    write(book)


def without_its_title(book):
    book["cells"][at(book)]["source"] = TEXT


def moved(book):
    write(book)
    book["cells"].append(book["cells"].pop(at(book)))


def retyped(book):
    cell = write(book)
    cell |= {"cell_type": "code", "outputs": [], "execution_count": None}


def raw(book):
    write(book)["cell_type"] = "raw"


def copied(book):
    first = copy.deepcopy(write(book, "An older text."))
    book["cells"].insert(at(book), first)
    book["cells"][at(book) + 1]["source"] = TEXT


def copied_stub(book):
    stub = copy.deepcopy(book["cells"][at(book)])
    write(book)
    book["cells"].append(stub)


def pasted_anywhere(book):
    write(book)
    unmarked(book)
    book["cells"].append(book["cells"].pop(at_title(book)))


def at_title(book):
    texts = ["".join(cell["source"]) for cell in book["cells"]]
    return next(i for i, text in enumerate(texts) if TEXT in text)


def pasted_without_its_title(book):
    without_its_title(book)
    unmarked(book)


def in_a_cell_of_its_own(book):
    add(book, at(book) + 1, TEXT)


def above_the_cell(book):
    add(book, at(book), TEXT)


def in_the_prompt(book):
    prompt = book["cells"][at(book) - 1]
    prompt["source"] = "".join(prompt["source"]) + f"\n\n{TEXT}"


def in_comments(book):
    add(book, at(book) + 1, f"# {TEXT}", "code")


def in_place_of_its_cell(book):
    add(book, at(book), TEXT)
    deleted(book)


def beside_a_snippet(book):
    write(book, f"{TEXT}\n\n```\ndef backward(root):\n    pass\n```")


WRITTEN = [written, without_its_title, moved, retyped, raw, copied, copied_stub]
WRITTEN += [pasted_anywhere, pasted_without_its_title, in_a_cell_of_its_own]
WRITTEN += [above_the_cell, in_the_prompt, in_comments, in_place_of_its_cell]
WRITTEN += [beside_a_snippet]


@pytest.mark.parametrize("change", WRITTEN)
def test_a_text_waits_to_be_read_wherever_it_was_written(came, sent, change):
    change(came)
    repaired = put_right(came, sent)
    cell = repaired.book.cells[at(repaired.book)]
    assert repaired.texts[QUESTION][0] == "waits to be read"
    assert TEXT in cell.source and cell.cell_type == "markdown"
    assert determine_grade(cell) == (None, 1)


@pytest.mark.parametrize("change", [written, without_its_title, moved])
def test_what_is_in_its_own_cell_needs_no_repair(came, sent, change):
    change(came)
    assert put_right(came, sent).notes == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (retyped, "had become code; it is markdown again"),
        (copied, "came 2 times; the last counts"),
        (in_the_prompt, "was empty; the text beside it counts"),
    ],
)
def test_what_was_put_right_with_a_text_is_told(came, sent, change, says):
    change(came)
    assert says in "".join(put_right(came, sent).notes)


def with_a_text_far_away(book):
    add(book, 3, TEXT)


def with_code_in_its_place(book):
    add(book, at(book), "x = 1", "code")


@pytest.mark.parametrize("change", [with_a_text_far_away, with_code_in_its_place])
def test_a_deleted_text_that_may_stand_elsewhere_needs_a_person(came, sent, change):
    change(came)
    deleted(came)
    state, why = put_right(came, sent).texts[QUESTION]
    assert state == "needs a person" and f"The cell for {QUESTION} is gone" in why


def test_a_snippet_in_a_text_is_not_taken_for_the_answer(came, sent):
    own = "def backward(root):\n    root.grad = 1.0"
    came["cells"][at(came, "answer-backward")]["source"] = own
    beside_a_snippet(came)
    unmarked(came)
    book = put_right(came, sent).book
    assert book.cells[at(book, "answer-backward")].source == own


def marked(book, sent, student="s01"):
    return grade(Job(student, NAME, sent, json.dumps(book).encode()))


def test_prose_in_a_code_cell_beside_an_empty_one_needs_a_person(warm, came, sent):
    add(came, at(came) + 1, TEXT, "code")
    result = marked(came, sent)
    assert result.verdicts[QUESTION].state == "needs a person"
    assert result.person == f"{QUESTION} may be answered in a code cell."


def test_code_of_one_s_own_beside_an_empty_cell_calls_no_person(warm, came, sent):
    add(came, at(came) + 1, "print(1 / 0)", "code")
    result = marked(came, sent)
    assert (result.verdicts[QUESTION].state, result.person) == ("not written", "")


def test_verdicts_come_in_the_order_of_the_bank(warm, came, sent):
    write(came)
    result = marked(came, sent)
    assert list(result.verdicts) == list(bank(NAME))
    assert result.verdicts[QUESTION].points == 0 and result.person == ""


HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a picture that calls home": "![x](http://evil.example/x.png)",
    "a picture of its own": "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "a picture by reference": "![x][y]\n\n[y]: http://evil.example/x.png",
    "a link that runs": "[x](javascript:alert(1))",
    "a link that runs, in disguise": "[x](&#106;avascript:alert(1))",
    "a link by reference": "> [y]: javascript:alert(1)\n\n[y]",
    "a handler": "<b onclick=alert(1)>x</b>",
    "a script inside a formula": "$<script>alert(1)</script>$",
    "an attachment that is gone": "![x](attachment:x.png)",
    "a comment that hides the rest": "<!--",
    "a style": "<style>body{display:none}</style>",
    "a frame": "<iframe src=//evil.example>",
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_no_mark_up_of_a_text_is_obeyed(trick):
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    html = markdown2html_mistune(harmless(HOSTILE[trick]))
    for word in ("<script", "<img", "<b ", "<style", "<iframe", "<!--"):
        assert word not in html
    assert 'href="javascript' not in html and "src=" not in html.replace("src=//", "")


@pytest.mark.parametrize(
    "text",
    ["see https://evil.example/x", "HTTP://evil.example", "<https://evil.example>"],
)
def test_a_bare_address_in_a_text_stays_text(text):
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    assert "<a " not in markdown2html_mistune(harmless(text))


def test_a_renderer_would_have_made_a_link_of_it():
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    assert "<a " in markdown2html_mistune("see https://evil.example/x")


def test_a_huge_text_is_cut(came, sent):
    assert len(harmless("[" * 10**7)) < 30_000


def test_a_picture_that_did_not_come_is_told(came, sent):
    write(came, "![my sketch](attachment:sketch.png)")
    assert "only the file as it came shows it" in put_right(came, sent).notes[0]


CLASS = {
    "empty": untouched,
    "gone": deleted,
    "hostile": lambda book: write(book, "\n\n".join(HOSTILE.values())),
    "lost": lambda book: (add(book, 3, TEXT), deleted(book)),
    "placed": in_the_prompt,
    "written": written,
}
OPEN, NOTHING = (None, None, True, None), (0, None, False, "No response.")
ROWS = {
    "empty": NOTHING,
    "gone": NOTHING,
    "hostile": OPEN,
    "lost": OPEN,
    "placed": OPEN,
    "written": OPEN,
}


@pytest.fixture(scope="module")
def klass(new_course, warm, sent):
    course = new_course()
    for student, change in CLASS.items():
        book = json.loads(nbformat.writes(sent))
        change(book)
        put(course, student, NAME, book)
    return course


def graded(klass, folder, how):
    """A copy of the class, graded: its gradebook and what was written."""
    course = shutil.copytree(klass, folder / how)
    if how == "proctor":
        run.run(course, UNIT, notebooks=NAME)
    else:
        autograde(course, UNIT, NAME)
    return course


@pytest.fixture(scope="module", params=["proctor", "nbgrader"])
def course(request, klass, tmp_path_factory):
    return graded(klass, tmp_path_factory.mktemp("graded"), request.param)


def rows(course, student):
    """Every row of a student's gradebook, without the ids of the database."""
    with gradebook(course) as book:
        notebook = book.find_submission_notebook(NAME, UNIT, student)
        comments = {row.name: row.auto_comment for row in notebook.comments}
        return {
            row.name: (
                row.auto_score,
                row.manual_score,
                row.needs_manual_grade,
                comments.get(row.name.replace("check-", "answer-")),
            )
            for row in notebook.grades
        }


def gradebook(course):
    return Gradebook(f"sqlite:///{course}/gradebook.db")


def give(course, student, points, comment):
    """Mark a text as nbgrader's formgrader does."""
    with gradebook(course) as book:
        row = book.find_grade(CELL, NAME, UNIT, student)
        row.manual_score, row.needs_manual_grade = points, False
        book.find_comment(CELL, NAME, UNIT, student).manual_comment = comment
        book.db.commit()


@pytest.mark.parametrize("student", CLASS)
def test_each_text_s_row_is_what_it_deserves_by_both_graders(course, student):
    assert rows(course, student)[CELL] == ROWS[student]


def test_both_graders_write_the_same_rows(course, klass, tmp_path):
    other = graded(klass, tmp_path, "proctor")
    for student in CLASS:
        assert rows(course, student) == rows(other, student)


def autograded(course, student):
    return (course / "autograded" / student / UNIT / f"{NAME}.ipynb").read_text()


def model():
    path = build.ROOT / "solutions" / UNIT / f"{NAME}.py"
    return model_answers(read(path))[QUESTION]


def test_whoever_marks_a_text_sees_model_answer_and_rubric_above_it(course):
    book = nbformat.reads(autograded(course, "written"), 4)
    above = book.cells[at(book) - 1]
    assert model() in above.source and TEXT in book.cells[at(book)].source
    assert "model answer" not in autograded(course, "empty")


def feedback(course, student):
    nbgrader(course, "generate_feedback", UNIT, "--student", student, "--force")
    return (course / "feedback" / student / UNIT / f"{NAME}.html").read_text()


def test_a_text_is_fed_back_as_waiting_then_with_points_and_comment(course):
    page = feedback(course, "written")
    assert "◷ waits to be read" in page and "1 text waits to be read" in page
    assert "needs a person" not in page and TEXT in page
    give(course, "written", 0.5, "Say <b>why</b> all shares have come.")
    page = feedback(course, "written")
    assert "✎ read by a person" in page and "0.5 / 1" in page
    assert "Say &lt;b&gt;why&lt;/b&gt; all shares" in page
    assert "waits to be read" not in page


@contextlib.contextmanager
def formgrader(course):
    """nbgrader's formgrader over a course: its address, and a token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port, token = free.getsockname()[1], secrets.token_hex(8)
    command = [f"{BIN}/jupyter", "server", "--allow-root", "--no-browser"]
    command += [f"--port={port}", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={course}", "--ServerApp.jpserver_extensions"]
    command += ["nbgrader.server_extensions.formgrader=True"]
    with (course / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=course, env=ENV, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}/formgrader", f"?token={token}"
    finally:
        server.terminate()
        server.wait(30)


def fetch(address, patience=60):
    """A page, once its server answers."""
    deadline = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as page:
                return page.read().decode()
        except urllib.error.URLError as error:
            refused = isinstance(error.reason, ConnectionRefusedError)
            if not refused or time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def test_the_formgrader_shows_a_text_below_its_model_answer(klass, tmp_path):
    course = graded(klass, tmp_path, "proctor")
    with gradebook(course) as book:
        number = book.find_submission_notebook(NAME, UNIT, "hostile").id
    with formgrader(course) as (address, token):
        page = fetch(f"{address}/submissions/{number}/{token}")
    above, _, below = page.partition("a model answer and the rubric")
    assert f"For whoever marks <code>{QUESTION}</code>" in above and "½" in below
    assert "&lt;script&gt;alert(1)" in below and "evil.example/x.png" in below
    assert 'src="http://evil' not in page and 'href="javascript:alert' not in page


def test_no_feedback_gives_the_rubric_away(course):
    nbgrader(course, "generate_feedback", UNIT, "--force")
    private = [line for line in model().splitlines() if len(line) > 20]
    for path in (course / "feedback").rglob("*.html"):
        page = path.read_text()
        assert "rubric" not in page and not [line for line in private if line in page]


def test_a_hostile_text_is_shown_and_not_obeyed(course):
    page = feedback(course, "hostile")
    assert "&lt;script&gt;alert(1)" in page and "<script" not in page
    assert "![x](" in page and "<img" not in page and 'href="javascript' not in page


def test_a_person_s_points_survive_every_regrade(course):
    give(course, "placed", 1, "Good.")
    for regrade in (
        lambda: run.run(course, UNIT, only="placed", notebooks=NAME, force=True),
        lambda: autograde(course, UNIT, NAME, "placed"),
    ):
        regrade()
        assert rows(course, "placed")[CELL] == (None, 1, True, None)
        with gradebook(course) as book:
            assert book.find_submission(UNIT, "placed").score == 1


def test_the_class_page_counts_the_texts_that_wait(klass, tmp_path):
    course = shutil.copytree(klass, tmp_path / "course")
    summary = run.run(course, UNIT, notebooks=NAME)
    assert summary["texts"] == 3
    assert [row["student"] for row in summary["persons"]] == ["lost"]
    give(course, "written", 0.5, "")
    give(course, "lost", 1, "")
    summary = run.run(course, UNIT, notebooks=NAME)
    points = {row["student"]: row["points"] for row in summary["rows"]}
    assert (summary["texts"], summary["persons"]) == (2, [])
    assert points["written"] == 0.5 and points["lost"] == 1
    (asked,) = [q for q in summary["questions"] if q["name"] == QUESTION]
    assert asked["mean"] == 1.5 / (len(summary["rows"]) - 2)  # of those that are read
    assert "2 texts to be read" in report.table(summary)
    assert report.table(summary).endswith("points so far")
    course_page.write([summary], tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert "2 texts wait to be read" in page and "2 wait to be read" in page


def test_the_notebook_s_own_overview_says_that_a_person_reads_it():
    overview = check_all(NAME, {})
    assert f"✎ {QUESTION}" in str(overview) and "read by a person" in str(overview)
    assert "0 of 24 points, and 1 more for what a person reads" in str(overview)
    assert "Hint 1 of 3" in hint(QUESTION)
    assert f"✎ {QUESTION} is read by a person (1 point)" in str(check(QUESTION, TEXT))


EXPLAIN = """# %% explain why [markdown]
# **`why`, in your words:**
#
# ### BEGIN SOLUTION
# Because it is so.
# ### END SOLUTION
"""


def test_a_text_cell_goes_out_with_its_title_and_room(tmp_path):
    (tmp_path / "01_x.py").write_text(EXPLAIN)
    (cell,) = read(tmp_path / "01_x.py")
    assert blank(cell.text).startswith("**`why`, in your words:**\n\n*Your words here")
    assert solved(cell.text).endswith("Because it is so.")
    assert model_answers([cell]) == {"why": "Because it is so."}


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("# **`why`,", "# **", "must begin with a line that holds `why`"),
        ("### BEGIN", "### START", "no ### BEGIN SOLUTION"),
        (" [markdown]", "", "is a code cell"),
        ("explain why", "answer why", "is a markdown cell"),
    ],
)
def test_a_broken_text_cell_names_the_remedy(tmp_path, before, after, says):
    (tmp_path / "01_x.py").write_text(EXPLAIN.replace(before, after))
    with pytest.raises(SourceError, match=says):
        read(tmp_path / "01_x.py")


def test_a_text_cell_for_a_question_with_an_oracle_stops_the_build(tmp_path):
    shutil.copytree(build.ROOT / "solutions", tmp_path / "solutions")
    shutil.copy(build.ROOT / "course.toml", tmp_path)
    path = tmp_path / "solutions" / UNIT / f"{NAME}.py"
    path.write_text(path.read_text() + "\n" + EXPLAIN.replace("why", "backward"))
    with pytest.raises(SourceError, match="A question of class TextQuestion"):
        build.notebook(path, root=tmp_path)


def test_a_line_of_a_model_answer_in_prose_is_a_leak(tmp_path):
    for part in ("solutions", "notebooks"):
        shutil.copytree(build.ROOT / part, tmp_path / part)
    (tmp_path / "environment.yml").touch()
    path = tmp_path / "notebooks" / UNIT / f"{NAME}.ipynb"
    book = nbformat.read(path, 4)
    book.cells[0].source += "\n" + model().splitlines()[0]
    nbformat.write(book, path)
    assert [found for found, _ in build.leaks(tmp_path)] == [path]
