"""Every example reaches the accuracy it promises, and leaves its plot."""

import importlib.util
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
GOALS = {"mlp_digits": 0.97, "lenet_digits": 0.98, "penguins": 0.97}


def load(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", GOALS)
def test_every_example_reaches_its_goal(name, tmp_path):
    accuracy = load(name).main(plot=tmp_path / "plot.html")
    assert accuracy >= GOALS[name]
    assert 'alt="' in (tmp_path / "plot.html").read_text()


def test_every_example_is_tested():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(GOALS)


@pytest.mark.parametrize("name", GOALS)
def test_every_example_fits_in_thirty_lines(name):
    assert len((EXAMPLES / f"{name}.py").read_text().splitlines()) <= 30
