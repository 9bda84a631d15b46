"""What several tests of the grader need: a warm room and the notebooks as sent out."""

import gc
import shutil
from pathlib import Path

import pytest
from chainrule.questions import NOTEBOOKS, bank
from chainrule.rules import NUMPY_ONLY
from corpus.graders import begin
from corpus.handins import filled_in
from filelock import FileLock
from proctor.grading import grade
from proctor.room.server import Limits, RoomServer

# The workers end together where the longest begin first.
LONGEST = (
    "test_attacks",
    "test_bank",
    "test_colab",
    "test_run",
    "test_mutants",
    "test_promise",
    "test_capstone",
    "test_sample_class",
    "test_hostile",
    "test_words",
    "test_unearned",
)


def pytest_addoption(parser):
    parser.addoption("--notebook", help="run only the tests of one notebook")


def pytest_collection_modifyitems(config, items):
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))
    only = config.getoption("notebook")
    if only:
        items[:] = [item for item in items if only in notebooks_of(item)]


def pytest_collection_finish():
    """Thousands of tests need not be looked at in each collection of garbage."""
    gc.collect()
    gc.freeze()


def notebooks_of(item):
    """The notebooks that a test is given, or whose questions it is given."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    for value in given:
        name = value.stem if isinstance(value, Path) else getattr(value, "name", value)
        if isinstance(name, str):
            yield from (n for n in NOTEBOOKS if name == n or name in bank(n))


@pytest.fixture(scope="session")
def limits():
    return Limits(cell=3, call=2, whole=30, memory=400 << 20)


@pytest.fixture(scope="session")
def warm(limits):
    """A warm NumPy room with short limits."""
    if not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed, so there are no rooms to test")
    with RoomServer(NUMPY_ONLY, limits) as room:
        yield room


@pytest.fixture
def book():
    """A fresh copy of the notebook 01 as students get it."""
    return filled_in("01_three_derivatives", {})


@pytest.fixture(scope="session")
def new_course(tmp_path_factory, worker_id):
    """Makes a course whose gradebook knows every unit, nothing handed in.

    The first worker that needs one makes it for all.
    """
    of_this_run = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        of_this_run = of_this_run.parent
    begun = of_this_run / "begun"
    with FileLock(of_this_run / "begun.lock"):
        if not begun.exists():
            made = tmp_path_factory.mktemp("made")
            begin(made)
            made.rename(begun)

    def copied():
        return shutil.copytree(begun, tmp_path_factory.mktemp("course") / "course")

    return copied


@pytest.fixture(scope="session", autouse=True)
def rooms_end_with_the_tests():
    """Close the warm rooms that grading has opened in this process."""
    yield
    grade._kept.close()


@pytest.fixture(scope="session")
def entered():
    """A fresh room of a warm one in which some cells have been run."""

    def enter(warm, *sources):
        room = warm.enter({})
        for index, source in enumerate(sources):
            room.run(index, source)
        return room

    return enter
