"""The course where students open it: the wheel, what Colab's image holds, no checkout.

The bootstrap cell installs the library with `--no-deps`, so whatever a notebook needs
beyond what the image holds must lie inside the wheel.
"""

import json
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
import torch
from chainrule.judge import Question
from chainrule.questions import bank, off_the_table
from chainrule.rules import lies_in
from chainrule.tensor import Tensor
from corpus import cells
from corpus.fresh import environment
from corpus.handins import filled_in, right, sent_out
from nbclient import NotebookClient
from proctor.source import build

NAMES = [path.stem for path in build.sources()]
SOLVED = NAMES[::8]  # of all, where not one notebook is asked for


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The library as `pip install "git+…#subdirectory=lib"` would build it."""
    folder = tmp_path_factory.mktemp("wheel")
    leftovers = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    for part in ("lib", "data"):
        shutil.copytree(build.ROOT / part, folder / part, ignore=leftovers)
    asked = ["pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder]
    subprocess.run([sys.executable, "-m", *asked, folder / "lib"], check=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def colab(wheel, tmp_path_factory):
    """A folder for the kernel of an environment with the wheel and what Colab holds."""
    folder = tmp_path_factory.mktemp("colab")
    python = str(environment(folder / "env", wheel))
    kernel = folder / "kernels" / "colab"
    kernel.mkdir(parents=True)
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Colab", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    return folder


@pytest.fixture(scope="module")
def shown(colab, pytestconfig):
    """What comes of running each notebook there, unanswered and solved, by file: what
    its cells show, and the home of each name; or what went wrong, as text."""
    folder = colab / "notebooks"
    folder.mkdir()
    only = pytestconfig.getoption("notebook")
    for name in [only] if only else NAMES:
        nbformat.write(sent_out(name), folder / name)
    for name in [only] if only else SOLVED:
        nbformat.write(with_id(right(name)), folder / f"{name}, solved")
    files = sorted(path.name for path in folder.iterdir())
    command = [colab / "env" / "bin" / "python", "-I", cells.__file__, *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def with_id(book):
    for cell in book.cells:
        cell.source = re.sub('^STUDENT = ""', 'STUDENT = "s01"', cell.source)
    return book


def unwritten(name):
    """How many of a notebook's questions a check finds unanswered, at first."""
    return len([q for q in bank(name).values() if isinstance(q, Question)])


NOT_WRITTEN = "is not written yet (0 of"


def test_the_wheel_holds_the_data_as_they_are_in_the_repository(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for path in (build.ROOT / "data").glob("*.csv*"):
            held = archive.read(f"chainrule/bundled/{path.name}")
            assert held == path.read_bytes()


def test_nothing_but_the_wheel_and_what_the_image_holds_is_there(colab):
    python = colab / "env" / "bin" / "python"
    told = "import chainrule; print(chainrule.__file__)"
    done = subprocess.run([python, "-Ic", told], capture_output=True, text=True)
    assert done.stdout.startswith(str(colab))
    for name in ("pooch", "proctor", "nbgrader", "pytest"):
        done = subprocess.run([python, "-Ic", f"import {name}"], capture_output=True)
        assert b"ModuleNotFoundError" in done.stderr, name


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_unanswered(name, shown):
    assert not isinstance(shown[name], str), shown[name]
    said, _ = shown[name]
    assert "".join(said.values()).count(NOT_WRITTEN) >= unwritten(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_notebook_leads_to_what_is_off_the_table(name, shown):
    """What demos show stays out of a student's hands where torch isn't there at all."""
    off = off_the_table(name)
    if "torch" not in off:
        return
    assert not isinstance(shown[name], str), shown[name]
    _, homes = shown[name]
    assert homes["np"] == "numpy"
    led = {n for n, home in homes.items() if any(lies_in(home, m) for m in off)}
    assert led == set()


def test_what_is_off_the_table_is_known_by_its_module():
    assert cells.home(torch) == "torch"
    assert cells.home(torch.ones(1)) == "torch"
    assert cells.home(Tensor) == cells.home(Tensor([1.0])) == "chainrule.tensor"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_solved_and_every_check_is_right(name, shown):
    if f"{name}, solved" not in shown:
        pytest.skip(f"it takes long; make test NOTEBOOK={name} runs it")
    came = shown[f"{name}, solved"]
    assert not isinstance(came, str), came
    solved, _ = came
    checks = {cell: text for cell, text in solved.items() if cell.startswith("check-")}
    assert checks and [c for c in checks if " is right (" not in checks[c]] == []


def test_a_notebook_runs_in_a_kernel_there(colab, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(colab))
    where = {"metadata": {"path": str(tmp_path)}}
    book = filled_in(NAMES[0], {})
    NotebookClient(book, kernel_name="colab", timeout=120, resources=where).execute()
    outputs = [o for c in book.cells if c.cell_type == "code" for o in c.outputs]
    assert str(outputs).count(NOT_WRITTEN) >= unwritten(NAMES[0])
