"""Gradescope's autograder, in a root that looks like its container."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from chainrule.questions import bank
from chainrule.verdict import State, Verdict
from corpus.graders import proctor
from corpus.handins import right
from proctor.grading.grade import AS_ANOTHER, Result
from proctor.handin.files import Unreadable
from proctor.handin.kinds import AGAIN
from proctor.lms.gradescope import SCRIPTS, contents, results
from proctor.source import build
from proctor.whole import zipped

UNIT, NAME, OTHER = "1-derivatives", "02_graphs_by_hand", "01_three_derivatives"
ROSTER = "First Name,Last Name,SID,Email\n,,s01,S01@example.org\n"
BASE = "--dev /dev --tmpfs /tmp --unshare-ipc --unshare-uts --unshare-net --clearenv"
DOCKER = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"]
ATTEMPTS = """
import os, pathlib, socket

def judges():
    return [p for p in pathlib.Path("/proc").glob("[0-9]*") if p.stat().st_uid == 0]

for name, attempt in {
    "leave_a_trace": lambda: None,
    "read_the_judge": lambda: open("/autograder/source/lib/chainrule/judge.py"),
    "list_the_bank": lambda: os.listdir("/autograder/source/lib/chainrule/questions"),
    "read_the_grader": lambda: open("/autograder/source/autograder/proctor/whole.py"),
    "read_who_is_who": lambda: open("/autograder/source/students.json"),
    "read_what_came_before": lambda: open("/autograder/submission_metadata.json"),
    "list_the_results": lambda: os.listdir("/autograder/results"),
    "write_a_mark": lambda: open("/autograder/results/results.json", "w"),
    "change_the_run": lambda: open("/autograder/source/run_autograder", "a"),
    "reach_the_network": lambda: socket.socket(),
    "end_the_judge": lambda: [os.kill(int(p.name), 0) for p in judges()],
    "look_into_the_judge": lambda: [open(p / "environ").read() for p in judges()],
}.items():
    try:
        attempt()
        open(f"/evidence/{name}", "w").close()
    except OSError:
        pass
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What the zip file holds, for a class of one."""
    table = tmp_path_factory.mktemp("class") / "roster.csv"
    table.write_text(ROSTER)
    return contents(UNIT, table)


@pytest.fixture
def upload(files, tmp_path):
    """Makes Gradescope's folders, runs the autograder on notebooks; its results."""
    if os.geteuid() != 0 or not shutil.which("bwrap"):
        pytest.skip("only root with bubblewrap can make a root like Gradescope's")
    home = tmp_path / "autograder"
    for name, content in files.items():
        path = home / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name in ("submission", "results"):
        (home / name).mkdir()
    about = {"id": 1, "users": [{"email": "s01@Example.org", "id": 7, "name": "s01"}]}
    (home / "submission_metadata.json").write_text(json.dumps(about))
    evidence = tmp_path / "evidence"
    evidence.mkdir(mode=0o777)
    for path in (home, evidence):
        path.chmod(0o777 if path == evidence else 0o755)

    def run(books, *world):
        for name, book in books.items():
            (home / "submission" / f"{name}.ipynb").write_text(json.dumps(book))
        command = [*root_like_theirs(home, evidence), *world, "bash"]
        done = subprocess.run(
            [*command, "/autograder/source/run_autograder"],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        said = json.loads((home / "results" / "results.json").read_text())
        return said, {path.name for path in evidence.iterdir()}

    return run


def root_like_theirs(home, evidence):
    """The command that starts a program in it, as its root with few capabilities."""
    command = ["bwrap", *BASE.split()]
    for top in ("bin", "lib", "lib64", "sbin"):
        command += ["--symlink", f"usr/{top}", f"/{top}"]
    for path in ("/usr", "/etc", sys.base_prefix):
        for parent in reversed(Path(path).parents[:-1]):
            command += ["--perms", "0755", "--dir", str(parent)]
        command += ["--ro-bind", path, path]
    command += ["--perms", "0755", "--dir", "/opt", "--bind", home, "/autograder"]
    command += ["--ro-bind", sys.prefix, "/opt/chainrule", "--bind", evidence]
    command += ["/evidence", "--setenv", "PATH", "/usr/bin:/bin", "--setenv"]
    library = "/autograder/source/lib:/autograder/source/autograder"
    command += ["PYTHONPATH", library, "--setenv", "PYTHONDONTWRITEBYTECODE", "1"]
    for name in DOCKER:
        command += ["--cap-add", f"CAP_{name}"]
    return command


# A /proc with covered parts, as Docker's, lets nobody make a room.
WITHOUT_ROOMS = ["--unshare-pid", "--proc", "/proc"]
WITH_ROOMS = ["--cap-add", "ALL", "--bind", "/proc", "/proc"]


def with_id(book):
    for cell in book["cells"]:
        text = "".join(cell["source"])
        cell["source"] = re.sub('^STUDENT = ""', 'STUDENT = "s01"', text)
    return book


def test_where_rooms_can_be_made_an_upload_is_graded_in_them(upload):
    said, _ = upload({NAME: with_id(right(NAME))}, *WITH_ROOMS)
    assert "without a room" not in said["output"]
    assert said["score"] == sum(q.points for q in bank(NAME).values())
    passed = {t["name"] for t in said["tests"] if t["status"] == "passed"}
    assert passed == {*bank(NAME)}
    missing = f"{OTHER} was not handed in."
    assert missing in said["output"] and said["stdout_visibility"] == "hidden"
    assert {*said["extra_data"]["seeds"]} >= {NAME, OTHER}


def test_elsewhere_its_code_runs_as_another_user_and_gets_nowhere(upload):
    book = right(OTHER)
    first = next(cell for cell in book["cells"] if cell["id"].startswith("answer-"))
    first["source"] = f"{ATTEMPTS}\n{first['source']}"
    said, evidence = upload({OTHER: book}, *WITHOUT_ROOMS)
    assert AS_ANOTHER in said["output"]
    assert evidence == {"leave_a_trace"}
    assert said["score"] == sum(q.points for q in bank(OTHER).values())


def test_what_a_person_marks_has_no_score_and_is_told():
    verdicts = {
        "f": Verdict("f", State.RIGHT, 2, 2),
        "g": Verdict("g", State.WRONG, 0, 1, "    you say   1", "Try 2."),
        "h": Verdict("h", State.WAITS, 0, 3),
    }
    result = Result("s01", "07_name", 5, verdicts, notes=["Renamed."])
    result.person = f"It is empty. {AGAIN}"
    said = results([result])
    f, g, h = said["tests"]
    assert (f["score"], f["max_score"], f["status"]) == (2, 2, "passed")
    assert (g["number"], g["status"]) == ("07.2", "failed")
    assert g["output"].endswith("you say   1\nTry 2.")
    assert "score" not in h and "waits to be read" in h["output"]
    assert said["score"] == 2 and said["extra_data"]["seeds"] == {"07_name": 5}
    assert "07_name: Renamed." in said["output"]
    assert "It is empty. Please hand it in once more." in said["output"]
    assert "Points that wait for a person: 3." in said["output"]


def test_the_zip_file_holds_no_solution_and_is_the_same_each_time(tmp_path):
    (tmp_path / "nbgrader_config.py").touch()
    done = proctor(tmp_path, "export", UNIT, "--to", "gradescope-autograder")
    made = tmp_path / "exported" / UNIT / "autograder.zip"
    assert done.stdout == f"wrote {made}\n", done.stderr
    assert made.read_bytes() == zipped(contents(UNIT), programs=SCRIPTS)
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
        text = archive.read("run_autograder").decode()
    assert modes["run_autograder"] == modes["setup.sh"] == 0o755
    assert text.endswith(f"-m proctor gradescope {UNIT}\n")
    folders = ("solutions/", "autograder/corpus/", "autograder/tests/", "lib/tests/")
    assert [name for name in names if name.startswith(folders)] == []
    books = [name for name in names if name.startswith("notebooks/")]
    assert len(books) == len(build.sources(unit=UNIT))


def test_a_class_is_known_by_its_e_mail_addresses(files, tmp_path):
    assert json.loads(files["students.json"]) == {"s01@example.org": "s01"}
    (tmp_path / "table.csv").write_text("id,points\ns01,3\n")
    with pytest.raises(Unreadable, match=r"'table.csv' has no column of e-mail"):
        contents(UNIT, tmp_path / "table.csv")
