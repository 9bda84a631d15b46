"""Downloads of a class of 200 go where they are graded; nobody is lost or swapped."""

import io
import json
import re
import shutil
import zipfile
from dataclasses import replace

import pytest
from corpus import downloads
from proctor.handin.files import Unreadable
from proctor.lms import roster
from proctor.lms.collect import Collection
from proctor.lms.record import told_late
from proctor.lms.units import units_of
from proctor.source.build import ROOT

UNIT, NOTEBOOK = "1-derivatives", "01_three_derivatives"
CLASS = downloads.a_class(200)
FILES = downloads.handed_in(CLASS, NOTEBOOK)
LAST = {f.student.id: f for f in downloads.latest(FILES)}
LMS = {
    "canvas": (downloads.canvas, downloads.canvas_gradebook),
    "moodle": (downloads.moodle, downloads.moodle_worksheet),
    "moodle flat": (downloads.moodle_flat, downloads.moodle_worksheet),
    "gradescope": (downloads.gradescope, downloads.gradescope_grades),
    "blackboard": (downloads.blackboard, downloads.canvas_gradebook),
}
every_lms = pytest.mark.parametrize("lms", LMS)


def placed(course):
    """{student: {file: bytes}} below submitted."""
    found = {}
    for path in sorted((course / "submitted").glob(f"*/{UNIT}/*")):
        found.setdefault(path.parts[-3], {})[path.name] = path.read_bytes()
    return found


def roster_of(tmp_path, text):
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return roster.read(path)


@pytest.fixture
def collect(tmp_path):
    """Collects a download's bytes into the course, with a roster's text or none."""

    def run(raw, who=None, name="download.zip"):
        path = tmp_path / name
        path.write_bytes(raw)
        known = roster_of(tmp_path, who) if who else None
        collection = Collection(tmp_path / "course", UNIT, known)
        collection.add(path)
        return collection.found

    return run


@every_lms
def test_each_student_has_the_last_file_and_no_other_s(lms, collect, tmp_path):
    download, table = LMS[lms]
    found = collect(download(FILES), table(CLASS, "Unit 1", 20))
    assert found.left == []
    there = placed(tmp_path / "course")
    assert {*there} == {*LAST}
    for student, files in there.items():
        files.pop("timestamp.txt", None)
        assert files == {LAST[student].name: LAST[student].raw}


@every_lms
def test_a_second_run_changes_nothing(lms, collect, tmp_path):
    download, table = LMS[lms]
    collect(download(FILES), table(CLASS, "Unit 1", 20))
    before = everything(tmp_path / "course")
    again = collect(download(FILES), table(CLASS, "Unit 1", 20))
    assert everything(tmp_path / "course") == before
    assert not again.placed


def everything(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@every_lms
def test_an_older_download_takes_nothing_away(lms, collect, tmp_path):
    download, table = LMS[lms]
    first = [f for f in FILES if f.turn < 1000]
    who = table(CLASS, "Unit 1", 20)
    collect(download(FILES), who, "new.zip")
    before = placed(tmp_path / "course")
    collect(download(first), who, "old.zip")
    assert placed(tmp_path / "course") == before


def test_what_was_replaced_is_kept_and_named(collect, tmp_path):
    found = collect(downloads.canvas(FILES), downloads.canvas_gradebook(CLASS, "", 20))
    twice = {f.student.id for f in FILES if f.turn >= 1000}
    kept = tmp_path / "course" / "downloaded" / UNIT / "earlier"
    assert {path.name for path in kept.iterdir()} == twice
    assert twice == {n.split(":")[0] for n in found.notes if "an earlier" in n}


@pytest.mark.parametrize("lms", ["moodle", "gradescope", "blackboard"])
def test_the_time_is_where_nbgrader_looks(lms, collect, tmp_path):
    download, table = LMS[lms]
    collect(download(FILES[:1]), table(CLASS, "Unit 1", 20))
    assert placed(tmp_path / "course")["s001"]["timestamp.txt"] == (
        b"2026-03-01 12:00:00 UTC\n"
    )


def test_who_is_late_by_canvas_is_told(collect, tmp_path):
    found = collect(downloads.canvas(FILES), downloads.canvas_gradebook(CLASS, "", 20))
    late = [note for note in found.notes if "late, by" in note]
    assert all(note.endswith("no points are taken off.") for note in late)
    told = {note.split(":")[0] for note in late}
    assert told == {f.student.id for f in FILES if f.late}
    (again,) = told_late(Collection(tmp_path / "course", UNIT).record)
    assert {s for s in told if s in again} == told and len(again.split(", ")) > 20


def test_whoever_the_roster_does_not_know_is_left(collect, tmp_path):
    found = collect(
        downloads.canvas(FILES), downloads.canvas_gradebook(CLASS[:190], "", 20)
    )
    unknown = [f for f in FILES if f.student not in CLASS[:190]]
    assert len(found.left) == len(unknown) > 5
    assert all(
        "nobody in 'roster.csv' has the Canvas ID" in told for told in found.left
    )
    assert not {f.student.id for f in unknown} & {*placed(tmp_path / "course")}


def test_without_a_roster_the_lms_s_own_ids_are_taken(collect, tmp_path):
    collect(downloads.canvas(FILES[:3]))
    assert [*placed(tmp_path / "course")] == ["4007", "4014", "4021"]


def test_without_a_roster_it_is_said_as_whom_students_are_known(collect):
    found = collect(downloads.canvas(FILES[:5]))
    assert found.notes[1].endswith("known as '4007', '4014', '4021' and 1 more.")


@pytest.mark.parametrize("first", ["with a roster", "without one"])
def test_ids_of_another_kind_do_not_make_each_student_twice(first, collect, tmp_path):
    table = downloads.canvas_gradebook(CLASS, "", 20)
    rosters = [table, None] if first == "with a roster" else [None, table]
    collect(downloads.canvas(FILES), rosters[0])
    before = everything(tmp_path / "course")
    with pytest.raises(Unreadable, match="each would be there twice"):
        collect(downloads.canvas(FILES), rosters[1])
    assert everything(tmp_path / "course") == before


def test_others_of_the_same_kind_come_beside_those_that_are_there(collect, tmp_path):
    collect(downloads.canvas(FILES[:3]))
    collect(downloads.canvas(FILES[5:8]))
    assert len(placed(tmp_path / "course")) == 6


def test_another_class_s_roster_changes_nothing(collect, tmp_path):
    others = downloads.canvas_gradebook(CLASS[190:], "", 20)
    with pytest.raises(Unreadable, match=r"\(10 students\): nothing was changed"):
        collect(downloads.canvas(FILES[:3]), others)
    assert not (tmp_path / "course").exists()


def test_the_same_file_twice_is_told_once(collect):
    again = replace(FILES[0], turn=5000)
    assert collect(downloads.canvas([*FILES[:3], again])).twice == 1
    assert collect(downloads.canvas([*FILES[:3], again])).twice == 1


def of_unit_2(keep_ids):
    book = json.loads((ROOT / "notebooks/2-autodiff/04_tensors.ipynb").read_text())
    for cell in book["cells"]:
        if not keep_ids:
            del cell["id"], cell["metadata"]
    return json.dumps(book).encode()


@pytest.mark.parametrize(
    "name, keep_ids", [(f"{NOTEBOOK}.ipynb", True), ("Copy of 04_tensors.ipynb", False)]
)
def test_a_notebook_of_another_unit_is_left(name, keep_ids, collect, tmp_path):
    other = downloads.HandedIn(CLASS[0], name, of_unit_2(keep_ids), 5000)
    collect(downloads.canvas(FILES[:3]))
    before = placed(tmp_path / "course")
    (told,) = collect(downloads.canvas([*FILES[:3], other])).left
    assert told.endswith("was left: a notebook of 2-autodiff, not of 1-derivatives.")
    assert placed(tmp_path / "course") == before


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks").glob("*/*.ipynb")), ids=lambda p: p.stem
)
def test_each_notebook_is_of_its_own_unit_whatever_its_name(path):
    assert units_of("x.ipynb", path.read_bytes()) == {path.parent.name}


def test_who_of_the_roster_has_no_file_is_told(tmp_path):
    (tmp_path / "canvas.zip").write_bytes(downloads.canvas(FILES[:2]))
    who = roster_of(tmp_path, downloads.canvas_gradebook(CLASS[:4], "", 20))
    collection = Collection(tmp_path / "course", UNIT, who)
    collection.add(tmp_path / "canvas.zip")
    assert collection.lacking() == "4 on the roster, 2 without a file: s003, s004."


def test_the_readme_tells_which_column_holds_a_student_s_id():
    said = (ROOT / "README.md").read_text("utf-8").partition("A student's id in")[2]
    told = re.findall("`([^`]+)`", said.partition("(Canvas's")[0])
    assert [name.casefold() for name in told if name != "STUDENT"] == roster.OWN[:8]


def test_an_id_that_stands_twice_in_the_roster_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="has the id 's001' twice"):
        roster_of(tmp_path, "id,email\ns001,a@b\ns001,c@d\n")


def test_a_folder_for_each_student_and_clones_are_taken(tmp_path):
    for kind in ("files", "clones"):
        folder = tmp_path / kind / ("s01" if kind == "files" else "unit-1-octo-cat")
        (folder / ".git").mkdir(parents=True) if kind == "clones" else folder.mkdir(
            parents=True
        )
        (folder / f"{NOTEBOOK}.ipynb").write_text("{}")
    who = roster_of(tmp_path, "id,github\ns02,dog\ns03,octo-cat\n")
    Collection(tmp_path / "a", UNIT).add(tmp_path / "files")
    Collection(tmp_path / "b", UNIT, who).add(tmp_path / "clones")
    assert [*placed(tmp_path / "a")] == ["s01"]
    assert [*placed(tmp_path / "b")] == ["s03"]


def test_files_that_begin_with_an_id_are_taken(tmp_path):
    names = {"s01": f"s01_{NOTEBOOK}.ipynb", "al-x": f"al-x Copy of {NOTEBOOK}.ipynb"}
    (tmp_path / "files").mkdir()
    for name in (*names.values(), "notes.txt"):
        (tmp_path / "files" / name).write_text("{}")
    collection = Collection(tmp_path / "course", UNIT)
    collection.add(tmp_path / "files")
    assert collection.found.left == ["'notes.txt' names no student."]
    there = {
        student: [*files] for student, files in placed(tmp_path / "course").items()
    }
    assert there == {
        "s01": [f"{NOTEBOOK}.ipynb"],
        "al-x": [f"Copy of {NOTEBOOK}.ipynb"],
    }


def test_a_link_in_a_folder_is_left(tmp_path):
    home = tmp_path / "files" / "s01"
    home.mkdir(parents=True)
    (home / f"{NOTEBOOK}.ipynb").write_text("{}")
    (home / "all").symlink_to(tmp_path)
    (home / "x.ipynb").symlink_to("/etc/passwd")
    collection = Collection(tmp_path / "course", UNIT)
    collection.add(tmp_path / "files")
    assert len(collection.found.left) == 2
    assert all("is a link to another place" in told for told in collection.found.left)
    assert [*placed(tmp_path / "course")["s01"]] == [f"{NOTEBOOK}.ipynb"]


def test_one_student_s_files_are_no_download(tmp_path):
    for name in (f"{NOTEBOOK}.ipynb", f"Copy of {NOTEBOOK}.ipynb"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(Unreadable, match="This is no download of Canvas"):
        Collection(tmp_path / "course", UNIT).add(tmp_path)


def test_a_folder_that_ends_in_two_accounts_is_left(tmp_path):
    for name in ("unit-1-octo-cat", "cat"):
        (tmp_path / "clones" / name / ".git").mkdir(parents=True)
        (tmp_path / "clones" / name / f"{NOTEBOOK}.ipynb").write_text("{}")
    who = roster_of(tmp_path, "id,github\ns02,cat\ns03,octo-cat\n")
    collection = Collection(tmp_path / "course", UNIT, who)
    collection.add(tmp_path / "clones")
    assert "several students with the account" in collection.found.left[0]
    assert [*placed(tmp_path / "course")] == ["s02"]


@pytest.mark.parametrize("folder, inside", [("unit-1-cat", ".git"), ("s02", "more")])
def test_no_file_in_a_folder_makes_it_another_s_download(folder, inside, tmp_path):
    home = tmp_path / "files" / folder
    (home / inside).mkdir(parents=True)
    (home / f"x_{OTHER.number}_999999_{NOTEBOOK}.ipynb").write_text("{}")
    rows = ["id,github,lms_user_id", "s02,cat,1", f"s03,,{OTHER.number}"]
    who = roster_of(tmp_path, "\n".join(rows))
    Collection(tmp_path / "course", UNIT, who).add(tmp_path / "files")
    assert [*placed(tmp_path / "course")] == ["s02"]


def test_a_username_with_an_underscore_is_known_whole(collect, tmp_path):
    students = [replace(CLASS[0], id="al_smith"), replace(CLASS[1], id="smith")]
    files = [replace(FILES[n], student=s) for n, s in enumerate(students)]
    known = downloads.canvas_gradebook(students[:1], "", 20)
    assert len(collect(downloads.blackboard(files[:1]), known).left) == 0
    assert [*placed(tmp_path / "course")] == ["al_smith"]
    both = downloads.canvas_gradebook(students, "", 20)
    (told,) = collect(downloads.blackboard(files), both).left
    assert "several students with the username" in told


def test_canvas_s_mark_of_lateness_is_read_in_small_letters_too(collect):
    raw = downloads.packed({f"al_x_late_4007_900_{NOTEBOOK}.ipynb": (b"{}", 0)})
    found = collect(raw, downloads.canvas_gradebook(CLASS, "", 20))
    assert any(note.startswith("s001: late, by") for note in found.notes)


OTHER = CLASS[1]
LIST = f"""
submission_{OTHER.number}:
  :submitters:
  - :sid: '{CLASS[0].id}'
  :created_at: 2030-01-01 12:00:00.000000000 Z
submission_{CLASS[0].number}:
  :submitters:
  - :sid: '{OTHER.id}'
  :created_at: 2030-01-01 12:00:00.000000000 Z
""".encode()
AS_ANOTHER = {
    "canvas": f"x_{OTHER.number}_999999_{NOTEBOOK}.ipynb",
    "moodle": "submission_metadata.yml",
    "moodle flat": f"x_{OTHER.number}_assignsubmission_file_{NOTEBOOK}.ipynb",
    "gradescope": "submission_metadata.yml",
    "blackboard": f"x_{OTHER.id}_attempt_2030-01-01-12-00-00_{NOTEBOOK}.ipynb",
}


@every_lms
def test_no_name_of_a_file_passes_it_off_as_another_student_s(lms, collect, tmp_path):
    download, table = LMS[lms]
    hostile = downloads.HandedIn(CLASS[0], AS_ANOTHER[lms], LIST, 9000)
    others = [f for f in FILES[:5] if f.student != CLASS[0]]
    collect(download([hostile, *others]), table(CLASS, "", 20))
    there = placed(tmp_path / "course")
    assert there["s001"][hostile.name] == LIST
    assert {n: raw for n, raw in there["s002"].items() if n != "timestamp.txt"} == {
        LAST["s002"].name: LAST["s002"].raw
    }


def test_a_student_with_many_files_does_not_make_a_download_another_lms_s(collect):
    name = "x_{}_attempt_2030-01-01-12-00-00_{}.ipynb"
    files = {
        f"A_{CLASS[0].number}_assignsubmission_file/{name.format(OTHER.id, n)}": (
            b"{}",
            0,
        )
        for n in range(20)
    }
    files |= {
        f"B_{s.number}_assignsubmission_file/{NOTEBOOK}.ipynb": (b"{}", 0)
        for s in CLASS[1:4]
    }
    who = downloads.moodle_worksheet(CLASS, "", 20)
    found = collect(downloads.packed(files), who)
    assert found.notes[0].endswith("was read as: Moodle.")
    assert len([pair for pair in found.placed if pair[0] == "s001"]) == 20


def test_a_student_can_not_hand_in_a_time(collect, tmp_path):
    files = [downloads.HandedIn(CLASS[0], "timestamp.txt", b"2020-01-01", 0)]
    found = collect(downloads.canvas(FILES[:3] + files))
    assert "timestamp.txt is not theirs" in found.left[0]
    assert "timestamp.txt" not in placed(tmp_path / "course")["4007"]


def test_a_file_that_was_put_there_by_hand_is_kept(collect, tmp_path):
    home = tmp_path / "course" / "submitted" / "4007" / UNIT
    home.mkdir(parents=True)
    (home / FILES[0].name).write_bytes(b"by hand")
    collect(downloads.canvas(FILES[:3]))
    assert (home / FILES[0].name).read_bytes() == FILES[0].raw
    kept = tmp_path / "course" / "downloaded" / UNIT / "earlier" / "4007"
    assert [path.read_bytes() for path in kept.iterdir()] == [b"by hand"]


HOSTILE = {
    "a_1_2_../../../evil.ipynb": "leads out of the download",
    "/a_1_2_x.ipynb/../../evil.ipynb": "leads out of the download",
    f"a_1_2_{'x' * 300}.ipynb": "longer than 255",
    "a_1_2_x\nTotal: 100.ipynb": "can't be shown",
    "a_1_2_\x1b[31mx.ipynb": "can't be shown",
    "/a_1_2_x.ipynb": "leads out of the download",
    "a_1_2_x/.": "leads out of the download",
    f"a_1_2_{'李' * 100}.ipynb": "longer than 240 bytes",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_costs_only_itself(name, collect, tmp_path):
    files = {name: (b"{}", 0)}
    for f in FILES[:3]:
        files[f"a_{f.student.number}_{f.turn}_{f.name}"] = (f.raw, 0)
    found = collect(downloads.packed(files))
    assert len(found.left) == 1 and HOSTILE[name] in found.left[0]
    assert found.left[0].isprintable()
    assert len(placed(tmp_path / "course")) == 3
    assert not [p for p in tmp_path.rglob("evil*")]


def test_a_link_and_a_bomb_cost_only_themselves(collect, tmp_path):
    raw = io.BytesIO(downloads.canvas(FILES[:3]))
    with zipfile.ZipFile(raw, "a", zipfile.ZIP_DEFLATED) as archive:
        link = zipfile.ZipInfo("a_1_2_x.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a_1_3_y.ipynb", b"0" * (65 << 20))
    found = collect(raw.getvalue())
    assert "a link" in found.left[0] and "larger than 64 MB" in found.left[1]
    assert len(placed(tmp_path / "course")) == 3


@pytest.mark.parametrize("raw", [b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"<html>"])
def test_what_is_no_download_is_one_sentence(raw, collect, tmp_path):
    with pytest.raises(Unreadable, match=r"download\.zip"):
        collect(raw)
    assert not (tmp_path / "course").exists()


def test_an_archive_of_a_million_names_is_refused_before_it_is_read(collect):
    wide = b"PK\x06\x06" + bytes(36) + (46 * 10**6).to_bytes(8, "little") + bytes(8)
    end = b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2)
    with pytest.raises(Unreadable, match="1,000,000 files"):
        collect(wide + end)


def test_a_download_of_another_unit_is_one_sentence(collect, tmp_path):
    raw = of_unit_2(True)
    files = [replace(f, name="04_tensors.ipynb", raw=raw) for f in FILES[:3]]
    with pytest.raises(Unreadable, match="holds notebooks of 2-autodiff, and none of"):
        collect(downloads.canvas(files))
    assert not (tmp_path / "course").exists()


def test_of_several_downloads_a_bad_one_changes_nothing(tmp_path):
    (tmp_path / "good.zip").write_bytes(downloads.canvas(FILES[:3]))
    (tmp_path / "bad.zip").write_bytes(b"<html>")
    with pytest.raises(Unreadable, match=r"bad\.zip"):
        Collection(tmp_path / "course", UNIT).add(
            tmp_path / "good.zip", tmp_path / "bad.zip"
        )
    assert not (tmp_path / "course").exists()


def test_a_disk_without_room_changes_nothing(collect, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=20)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda path: usage)
        with pytest.raises(Unreadable, match=r"0\.0 MB left, .* nothing was changed"):
            collect(downloads.canvas(FILES[:3]))
    assert not (tmp_path / "course").exists()
    collect(downloads.canvas(FILES[:3]))
    before = everything(tmp_path / "course")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    collect(downloads.canvas(FILES[:3]))
    assert everything(tmp_path / "course") == before


def test_what_was_deleted_is_collected_again(collect, tmp_path):
    collect(downloads.canvas(FILES[:3]))
    before = placed(tmp_path / "course")
    shutil.rmtree(tmp_path / "course" / "submitted" / "4007")
    assert len(collect(downloads.canvas(FILES[:3])).placed) == 1
    assert placed(tmp_path / "course") == before


def test_an_older_file_of_another_name_does_not_turn_back_the_time(collect, tmp_path):
    who = downloads.moodle_worksheet(CLASS, "", 20)
    older = replace(FILES[0], name="00_shapes_and_checks.ipynb", turn=-5)
    collect(downloads.moodle(FILES[:1]), who)
    collect(downloads.moodle([older]), who)
    there = placed(tmp_path / "course")["s001"]
    assert older.name in there
    assert there["timestamp.txt"] == b"2026-03-01 12:00:00 UTC\n"


def test_a_damaged_record_is_told(collect, tmp_path):
    collect(downloads.canvas(FILES[:3]))
    (tmp_path / "course" / "downloaded" / UNIT / "collected.json").write_text("{")
    with pytest.raises(Unreadable, match="is damaged"):
        collect(downloads.canvas(FILES[:3]))


def test_metadata_in_another_form_is_told(collect):
    files = {"submission_metadata.yml": (b"- 1", 0), "submission_1/x.ipynb": (b"{}", 0)}
    with pytest.raises(Unreadable, match="isn't as Gradescope writes it"):
        collect(downloads.packed(files))


def test_the_record_is_readable(collect, tmp_path):
    collect(downloads.canvas(FILES[:1]))
    path = tmp_path / "course" / "downloaded" / UNIT / "collected.json"
    (entry,) = json.loads(path.read_text())["4007"].values()
    assert entry["name"] == FILES[0].name
