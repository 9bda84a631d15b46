"""The container file and CI take the same steps, and a folder is graded by one command.

No image is built here: that its one step makes a bare system ready is what CI shows,
which runs the same script.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import zipfile

import pytest
from corpus import downloads
from corpus.handins import right
from proctor.source.build import ROOT

UNIT, NAME = "1-derivatives", "00_shapes_and_checks"


def text(path):
    return (ROOT / path).read_text("utf-8")


def steps():
    """{instruction: what it is given} of the container file."""
    lines = [x for x in text("Dockerfile").splitlines() if x and not x.startswith("#")]
    pairs = [line.split(maxsplit=1) for line in lines]
    assert len(pairs) == len(dict(pairs)), "each instruction stands once"
    return dict(pairs)


def test_the_image_is_made_by_the_script_that_ci_runs():
    found = steps()
    target = found["COPY"].split()[-1]
    assert found["RUN"] == f"{target}/.ci/setup"
    commands = [x for x in text(".ci/run").splitlines() if x and x[0] != "#"]
    assert commands[-2:] == [".ci/setup", "make test"]
    (entry,) = json.loads(found["ENTRYPOINT"])
    for path in (entry.removeprefix(f"{target}/"), ".ci/setup", ".ci/run"):
        assert os.access(ROOT / path, os.X_OK), path


def test_the_set_up_and_the_readme_name_the_same_system_pieces():
    pieces = re.search(r"for pair in (.*); do", text(".ci/setup"))[1].split()
    packages = {pair.partition(":")[2] for pair in pieces}
    assert {"bubblewrap", "chromium", "make"} <= packages
    for name in ("bubblewrap", "chromium", "make"):
        assert name in text("README.md")


def test_the_command_in_the_readme_fits_the_file_and_the_threat_model():
    given = text("README.md").replace("\\\n", " ")
    (command,) = re.findall(r"^ +docker run .*$", given, re.M)
    build = re.search(r"docker build -t (\w+) \.", text("Dockerfile"))
    assert build[0] in given and f" {build[1]} " in command
    assert f":{steps()['WORKDIR']} " in command.replace('"', "")
    wanted = {*re.findall(r"\w+=unconfined", text("docs/threat-model.md"))}
    assert {*re.findall(r"--security-opt (\S+)", command)} == wanted


def test_what_git_ignores_stays_out_of_the_image():
    ignored = [line.strip("/") for line in text(".gitignore").split()]
    kept_out = text(".dockerignore").splitlines()[1:]
    assert [line.removeprefix("**/") for line in kept_out] == ignored
    rooted = [line for line in kept_out if not line.startswith("**/")]
    assert all("/" in x or f"/{x}/" in text(".gitignore") for x in rooted)


def student(number):
    return downloads.Student(4006 + number, f"s0{number}", "A")


def download(*students):
    """The archive that Canvas gives, with a right notebook of each student."""
    raw = json.dumps(right(NAME)).encode()
    files = [downloads.HandedIn(s, f"{NAME}.ipynb", raw, 0) for s in students]
    files.append(downloads.HandedIn(students[0], "notes.txt", b"mine", 1))
    return downloads.canvas(files)


def grade(folder, *args):
    command = [ROOT / "autograder" / "grade_folder", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def marks(folder):
    """{student: points} of the table that comes out."""
    with (folder / "exported" / UNIT / "marks.csv").open() as file:
        return {row["id"]: float(row["points"] or 0) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """What an instructor has, a download of Canvas and its gradebook, graded once; and
    what was said."""
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed, so nothing can be graded")
    folder = tmp_path_factory.mktemp("first") / "folder"
    folder.mkdir()
    (folder / "submissions.zip").write_bytes(download(student(1)))
    table = downloads.canvas_gradebook([student(1), student(2)], "Unit 1", 50)
    (folder / "roster.csv").write_text(table, "utf-8")
    return folder, grade(folder, UNIT, "submissions.zip", "--roster", "roster.csv")


def test_one_command_takes_a_download_to_marks_and_pages(first):
    folder, done = first
    assert done.returncode == 0, done.stdout + done.stderr
    found = marks(folder)
    assert found["s01"] > 0 and not found.get("s02")
    assert (folder / "report" / "course.html").exists()
    assert (folder / "feedback" / "s01" / UNIT / f"{NAME}.html").exists()


def test_a_file_that_can_not_be_placed_keeps_nothing_else_back(first, tmp_path):
    folder = shutil.copytree(first[0], tmp_path / "folder")
    (folder / "submissions.zip").write_bytes(download(student(1), student(2)))
    with zipfile.ZipFile(folder / "submissions.zip", "a") as archive:
        archive.writestr(f"b_4009_7_{NAME}.ipynb", "{}")
    done = grade(folder, UNIT, "submissions.zip", "--roster", "roster.csv")
    assert done.returncode == 3 and "nobody in 'roster.csv' has" in done.stdout
    assert marks(folder)["s02"] == marks(folder)["s01"] == marks(first[0])["s01"]
    (folder / "submissions.zip").write_bytes(b"<html>")
    done = grade(folder, UNIT, "submissions.zip", "--roster", "roster.csv")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_what_can_not_be_graded_is_one_sentence(tmp_path):
    (tmp_path / "submissions.zip").write_bytes(download(student(1)))
    done = grade(tmp_path, "9-nothing", "submissions.zip")
    assert done.returncode == 1
    assert done.stderr.startswith("There is no unit 9-nothing. The units are: 1-der")
    assert grade(tmp_path).stderr.strip().endswith("[--roster TABLE]")
