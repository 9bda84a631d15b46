"""The course where students open it: the wheel, what Colab's image holds, no checkout.

The bootstrap cell installs the library with `--no-deps`, so whatever a notebook needs
beyond what the image holds must lie inside the wheel.
"""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from chainrule.judge import Question
from chainrule.questions import bank
from nbclient import NotebookClient
from packaging.requirements import Requirement
from proctor.source import build
from proctor.source.percent import solved

HELD = ["numpy", "matplotlib", "torch", "ipykernel"]  # by the image, of what we need
SOURCES = build.sources()


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


def required(names):
    """The distributions that some need to run, themselves among them."""
    found, waiting = {}, [*names]
    while waiting:
        name = re.sub("[-_.]+", "-", waiting.pop()).lower()
        if name not in found:
            found[name] = importlib.metadata.distribution(name)
            needs = map(Requirement, found[name].requires or [])
            waiting += [n.name for n in needs if not n.marker or n.marker.evaluate()]
    return found


@pytest.fixture(scope="module")
def colab(wheel, tmp_path_factory):
    """A folder for the kernel of an environment with the wheel and what Colab holds."""
    folder = tmp_path_factory.mktemp("colab")
    venv.create(folder / "env", with_pip=False)
    (site,) = (folder / "env").glob("lib/python*/site-packages")
    for distribution in required(HELD).values():
        for file in distribution.files:
            top = Path(file).parts[0]
            if top not in ("..", "__pycache__") and not (site / top).exists():
                (site / top).symlink_to(distribution.locate_file(top))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    kernel = folder / "kernels" / "colab"
    kernel.mkdir(parents=True)
    python = str(folder / "env" / "bin" / "python")
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Colab", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    return folder


@pytest.fixture
def run(colab, tmp_path, monkeypatch):
    """Runs a notebook in that environment, from a folder away from the checkout."""
    monkeypatch.setenv("JUPYTER_PATH", str(colab))
    where = {"metadata": {"path": str(tmp_path)}}

    def execute(book):
        client = NotebookClient(book, kernel_name="colab", timeout=120, resources=where)
        return client.execute()

    return execute


def printed(book):
    outputs = [o for c in book.cells if c.cell_type == "code" for o in c.outputs]
    return "\n".join(str(o.get("text", o.get("data", ""))) for o in outputs)


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


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_runs_unanswered(path, run):
    book = run(build.student(path))
    unwritten = printed(book).count("is not written yet (0 of")
    asked = [q for q in bank(path.stem).values() if isinstance(q, Question)]
    assert unwritten >= len(asked)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_runs_solved_and_every_check_is_right(path, run):
    book = build.notebook(path, lambda cell: solved(cell.text))
    for cell in book.cells:
        if cell.source.startswith("STUDENT ="):
            cell.source = 'STUDENT = "s01"'
    for cell in run(book).cells:
        if cell.id.startswith("check-"):
            assert " is right (" in str(cell.outputs[-1]), cell.id
