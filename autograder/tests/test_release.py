"""A release: what students get and nothing else, the same each time, and it works."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from argparse import Namespace
from pathlib import Path

import nbformat
import pytest
from corpus import cells
from corpus.fresh import environment
from corpus.handins import right
from proctor import commands
from proctor.out.ready import PUBLIC, NotReady
from proctor.out.release import release
from proctor.source import build

NAME = "00_shapes_and_checks"
NOTEBOOK = f"notebooks/1-derivatives/{NAME}.ipynb"
PARTS = [part for part in PUBLIC if part != "notebooks"]
PARTS += ["course.toml", NOTEBOOK, f"solutions/1-derivatives/{NAME}.py"]


def git(root, *command):
    who = ["-c", "user.name=s01", "-c", "user.email=s01@example.org"]
    subprocess.run(["git", *who, *command], cwd=root, check=True, capture_output=True)


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A course of one notebook, committed."""
    root = tmp_path_factory.mktemp("course")
    leftovers = shutil.ignore_patterns("build", "*.egg-info", "__pycache__", ".*")
    for part in PARTS:
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        came = build.ROOT / part
        if came.is_dir():
            shutil.copytree(came, root / part, ignore=leftovers)
        else:
            shutil.copy(came, root / part)
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "a course")
    return root


@pytest.fixture
def root(origin):
    """The same, to break things in."""
    yield origin
    git(origin, "reset", "--hard", "-q")
    git(origin, "clean", "-fdq", "-e", "dist")


@pytest.fixture(scope="module")
def said(origin):
    """What the command says that makes its release."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "ROOT", origin)
        with contextlib.redirect_stdout(io.StringIO()) as text:
            commands.release(Namespace())
    return text.getvalue()


@pytest.fixture(scope="module")
def released(origin, said):
    """The folder of its release, the zip file and the wheel."""
    written = re.findall(r"^wrote (.*)$", said, re.M)
    return [origin / name for name in written]


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_second_release_is_the_same_byte_for_byte(origin, released):
    before = files(origin / "dist")
    shutil.rmtree(origin / "dist")
    for path in origin.rglob("*.py"):
        os.utime(path, (0, 0))
    mask = os.umask(0o077)
    try:
        assert release(origin) == released
    finally:
        os.umask(mask)
    assert files(origin / "dist") == before


def test_it_holds_what_students_get_and_nothing_else(origin, released):
    folder, archive, wheel = released
    told = {"README.md", *(part.partition("/")[0] for part in PUBLIC)}
    assert {path.name for path in folder.iterdir()} == told
    assert b"proctor" not in b"".join(files(folder).values())
    with zipfile.ZipFile(archive) as packed:
        there = {name: packed.read(name) for name in packed.namelist()}
    assert there == {f"{folder.name}/{n}": raw for n, raw in files(folder).items()}
    with zipfile.ZipFile(wheel) as packed:
        held = packed.read("chainrule/bundled/penguins.csv")
    assert held == (origin / "data" / "penguins.csv").read_bytes()


def test_the_page_for_students_links_to_what_is_there(released):
    folder = released[0]
    text = (folder / "README.md").read_text("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    local = [link for link in links if not link.startswith("http")]
    assert NOTEBOOK in local and [x for x in local if not (folder / x).exists()] == []
    assert f"/blob/v0.1.0/{NOTEBOOK}" in text


def test_a_new_tag_is_stamped_once_the_notebooks_are_built_anew(root):
    for file in ("course.toml", "lib/pyproject.toml"):
        text = (root / file).read_text("utf-8")
        (root / file).write_text(text.replace("0.1.0", "9.8.7"), "utf-8")
    git(root, "commit", "-qam", "a new tag")
    with pytest.raises(NotReady, match=f"^{NOTEBOOK} is not what its source builds"):
        release(root)
    build.build(root)
    git(root, "commit", "-qam", "built")
    folder, _, wheel = release(root)
    git(root, "reset", "--hard", "-q", "HEAD~2")
    assert (folder.name, wheel.name.split("-")[1]) == ("chainrule-v9.8.7", "9.8.7")
    text = (folder / NOTEBOOK).read_text("utf-8")
    assert "blob/v9.8.7/notebooks" in text and "chainrule@v9.8.7#subdir" in text
    assert "v0.1.0" not in text + (folder / "README.md").read_text("utf-8")


def add(path, text):
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def link(path, to):
    path.unlink(missing_ok=True)
    path.symlink_to(to)


def alone(path):
    shutil.copy(path, path.with_name("01_own.ipynb"))
    git(path.parent, "add", ".")


@pytest.mark.parametrize(
    "spoil, file, says",
    [
        (add, ("data/marks.csv", "s01,7"), "is not in git, so it may be private"),
        (add, ("lib/README.md", "see autograder/proctor"), "'proctor', which only sta"),
        (add, ("lib/README.md", "more"), "was changed since the last commit"),
        (link, ("lib/README.md", "../course.toml"), "is a link, which may lead to"),
        (add, (NOTEBOOK, " "), "is not what its source builds. Run make build"),
        (Path.unlink, (NOTEBOOK,), "is not what its source builds"),
        (alone, (NOTEBOOK,), "01_own.ipynb has no source below solutions"),
        (add, ("lib/constraints.txt", "\nnumpy>=2\n"), "'numpy>=2', which pins nothin"),
        (add, ("environment.yml", "      - rich\n"), "asks for rich, and lib/constra"),
        (add, ("environment.yml", "  - graphviz\n"), "does not pin 'graphviz'"),
        (add, ("course.toml", 'tag = "main"\n'), "course.toml's tag is 'main'"),
    ],
)
def test_what_may_not_go_out_keeps_the_release_back(spoil, file, says, root, released):
    name, *rest = file
    if name == "course.toml":
        text = (root / name).read_text("utf-8")
        (root / name).write_text(text.replace("tag =", "# tag ="), "utf-8")
    before = files(root / "dist")
    spoil(root / name, *rest)
    with pytest.raises(NotReady, match=re.escape(says)):
        release(root)
    assert files(root / "dist") == before


def test_a_notebook_that_installs_what_is_not_pinned_keeps_it_back(root):
    source = root / "solutions" / "1-derivatives" / f"{NAME}.py"
    add(source, "\n# %%\n# !pip install rich\n")
    build.build(root)
    with pytest.raises(NotReady, match=r"installs what is not pinned: '!pip install"):
        release(root)


def test_what_stands_in_the_release_s_place_is_not_lost(root, released):
    own = released[0] / "lib" / "own.txt"
    own.write_text("mine")
    with pytest.raises(NotReady, match=r"own.txt is no part of this release"):
        release(root)
    assert own.read_text() == "mine"
    own.unlink()


def test_without_git_there_is_no_release(root, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(root / "nowhere"))
    with pytest.raises(NotReady, match="what git has committed, and git says: fatal"):
        release(root)


def test_the_command_says_what_comes_next_or_what_is_wrong(said, root, monkeypatch):
    assert said.startswith("wrote dist/chainrule-v0.1.0\nwrote ")
    assert "into github.com/chainrule/chainrule and tag them v0.1.0" in said
    add(root / "data" / "marks.csv", "s01,7")
    monkeypatch.setattr(build, "ROOT", root)
    with pytest.raises(SystemExit, match=r"^data/marks.csv is not in git"):
        commands.release(Namespace())


def test_from_the_release_alone_the_notebook_runs_and_its_checks_work(
    released, tmp_path
):
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed, so the network can't be closed off")
    folder, _, wheel = released
    python = environment(tmp_path / "env", wheel)
    home = tmp_path / "notebooks"
    shutil.copytree(folder / "notebooks", home)
    answers = {cell.id: cell.source for cell in right(NAME).cells}
    book = nbformat.read(folder / NOTEBOOK, as_version=4)
    for cell in book.cells:
        cell.source = answers[cell.id].replace('STUDENT = ""', 'STUDENT = "s01"')
    nbformat.write(book, home / "solved")
    command = ["bwrap", "--dev-bind", "/", "/", "--unshare-net", "--tmpfs"]
    command += [str(build.ROOT / "solutions"), python, "-I", cells.__file__]
    names = [f"1-derivatives/{NAME}.ipynb", "solved"]
    done = subprocess.run([*command, *names], cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (unanswered, _), (solved, _) = json.loads(done.stdout).values()
    checks = [cell for cell in solved if cell.startswith("check-")]
    assert len(checks) == 3
    assert all(" is right (" in solved[check] for check in checks)
    assert all("is not written yet" in unanswered[check] for check in checks)
