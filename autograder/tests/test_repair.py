"""Whatever comes back is put in order, told, or left to a person."""

import io
import json
import zipfile

import nbformat
import pytest
from proctor.handin.cells import cells_of
from proctor.handin.find import NotHandedIn, Unreadable, base_name, find
from proctor.handin.repair import repair

ANSWER = "def central_difference(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)"


@pytest.fixture
def came(book):
    """The file as a student saves it, with one answer written."""
    cell = named(book, "answer-central_difference")
    cell.source = ANSWER
    return json.loads(nbformat.writes(book))


def named(book, cell_id):
    return next(cell for cell in book["cells"] if cell.get("id") == cell_id)


def put_right(came, book, **dump):
    return repair(json.dumps(came, **dump).encode(), book)


@pytest.fixture
def released(book):
    fresh = nbformat.reads(nbformat.writes(book), as_version=4)
    named(
        fresh, "answer-central_difference"
    ).source = "def central_difference(f, x, h):\n    raise NotImplementedError"
    return fresh


def answer_in(repaired):
    return named(repaired.book, "answer-central_difference")


def test_an_honest_file_needs_no_repair(came, released):
    repaired = put_right(came, released)
    assert repaired.notes == [] and answer_in(repaired).source == ANSWER


def test_lost_marks_are_found_again_by_name_and_text(came, released):
    for cell in came["cells"]:
        cell["metadata"] = {}
        cell.pop("id")
    came["nbformat_minor"] = 0
    assert answer_in(put_right(came, released)).source == ANSWER


def test_ids_in_the_metadata_count_as_ids(came, released):
    for cell in came["cells"]:
        cell["metadata"] = {"id": cell.pop("id")}
    assert put_right(came, released).notes == []


def test_a_deleted_check_is_put_back_in_its_place(came, released):
    came["cells"].remove(named(came, "check-central_difference"))
    repaired = put_right(came, released)
    ids = [cell.id for cell in repaired.book.cells]
    at = ids.index("check-central_difference")
    assert ids[at - 1] == "answer-central_difference"
    assert repaired.notes == [
        "The cell 'check-central_difference' was missing; as released it is put back."
    ]


def test_a_changed_check_is_the_released_one_again(came, released):
    named(came, "check-central_difference")["source"] = "print('2 of 2')"
    repaired = put_right(came, released)
    assert "print" not in named(repaired.book, "check-central_difference").source
    assert "had been changed" in repaired.notes[0]


def test_points_and_locks_are_the_released_ones(came, released):
    check = named(came, "check-central_difference")
    check["metadata"]["nbgrader"].update(points=100, locked=False, grade_id="x")
    marks = named(put_right(came, released).book, "check-central_difference").metadata
    assert marks.nbgrader.points == 2 and marks.nbgrader.locked


@pytest.mark.parametrize("where", [-1, 1])
def test_of_two_copies_the_written_one_counts(came, released, where):
    at = came["cells"].index(named(came, "answer-central_difference"))
    stub = named(released, "answer-central_difference").source
    came["cells"].insert(
        at + max(where, 0), {**came["cells"][at], "source": stub, "id": "other"}
    )
    repaired = put_right(came, released)
    assert answer_in(repaired).source == ANSWER
    assert "came 2 times" in repaired.notes[0]
    assert stub not in [cell.source for cell in repaired.book.cells]


def test_an_answer_turned_into_markdown_is_code_again(came, released):
    named(came, "answer-central_difference")["cell_type"] = "markdown"
    repaired = put_right(came, released)
    assert answer_in(repaired).cell_type == "code"
    assert "had become markdown" in repaired.notes[0]


def test_an_answer_pasted_into_another_answers_cell_is_known_by_its_name(
    came, released
):
    named(came, "answer-central_difference")["source"] = "# see below"
    named(came, "answer-forward_difference")["source"] = ANSWER
    assert answer_in(put_right(came, released)).source == ANSWER


def test_a_students_own_cells_are_kept_in_order(came, released):
    extra = {"cell_type": "code", "source": "h = 7", "metadata": {}, "outputs": []}
    came["cells"].insert(3, extra)
    assert "h = 7" in [cell.source for cell in put_right(came, released).book.cells]


def test_what_front_ends_write_into_a_file_is_gone(came, released):
    came["metadata"]["colab"] = {"user": "google-id-1"}
    for cell in came["cells"]:
        cell["metadata"]["executionInfo"] = {"user": {"displayName": "google-id-1"}}
        cell["outputs"] = [{"output_type": "stream", "text": "google-id-1"}]
    came["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    assert "google-id-1" not in nbformat.writes(put_right(came, released).book)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\\n", b"\\r\\n"),
        lambda raw: raw.decode().encode("utf-16"),
        lambda raw: raw.decode().encode("utf-16-be"),
        lambda raw: raw.decode().encode("utf-32"),
    ],
    ids=["BOM", "CRLF", "UTF-16", "UTF-16 without a mark", "UTF-32"],
)
def test_the_encoding_of_a_file_and_its_line_ends_do_not_matter(came, released, change):
    raw = json.dumps(came, ensure_ascii=False).encode()
    repaired = repair(change(raw), released)
    assert answer_in(repaired).source == ANSWER and repaired.notes == []


def test_an_old_format_with_worksheets_is_read():
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}]}
    assert [cell.text for cell in cells_of(json.dumps(old).encode())] == ["x = 1"]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", r"is empty \(0 bytes\)\. Ask the student"),
        (b'{"cells": [', "breaks off"),
        (b"<<<<<<< HEAD\n{}", "merge"),
        (b"\xff\xfe\x00", "not text"),
        (b"[1]", "no notebook cells"),
        (b'{"cells": 3}', "no notebook cells"),
        (b"[" * 100_000, "too deeply"),
        (b'{"cells": [{"cell_type": "code", "source": "x"}]}', "another notebook"),
    ],
)
def test_what_cant_be_read_is_told_in_words(raw, says, released):
    with pytest.raises(Unreadable, match=says):
        repair(raw, released)


@pytest.mark.parametrize(
    "name",
    ["x.ipynb", "Copy of x.ipynb", "x (1).ipynb", "Kopie von x.ipynb", "x-Copy1.ipynb",
     "Copy of Copy of x (2).ipynb", "X.ipynb.txt"],
)  # fmt: skip
def test_a_file_is_known_under_the_names_that_browsers_give_it(name):
    assert base_name(name) == "x"


def test_a_notebook_inside_a_zip_is_found(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hand in/x.ipynb", "{}")
    (tmp_path / "all.zip").write_bytes(packed.getvalue())
    raw, note = find(tmp_path, "x")
    assert (raw, note) == (b"{}", "The notebook was inside 'all.zip'.")
    with pytest.raises(NotHandedIn):
        find(tmp_path, "y", others=["x"])


def test_of_several_files_the_exact_name_counts_and_the_others_are_told(tmp_path):
    for name in ("x.ipynb", "x (1).ipynb"):
        (tmp_path / name).write_text(name)
    raw, note = find(tmp_path, "x")
    assert raw == b"x.ipynb" and "x (1).ipynb" in note


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "x.ipynb").symlink_to(tmp_path / "secret")
    with pytest.raises(Unreadable, match="a link to another place"):
        find(folder, "x")


def test_a_notebook_that_was_not_handed_in_is_not_one_that_got_lost(tmp_path):
    (tmp_path / "Copy of y.ipynb").write_text("{}")
    with pytest.raises(NotHandedIn, match="x was not handed in"):
        find(tmp_path, "x", others=["y"])
    (tmp_path / "homework.ipynb").write_text("{}")
    assert "'homework.ipynb'" in find(tmp_path, "x", others=["y"])[1]


def test_an_empty_folder_is_told(tmp_path):
    with pytest.raises(Unreadable, match="the folder is empty"):
        find(tmp_path, "x")
