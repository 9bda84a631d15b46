"""A slice of what `make fuzz` tries at length: nothing is raised, whatever comes."""

import warnings

import chance
import pytest

COUNT = {"files": 60, "zips": 60, "frames": 300, "replies": 60}


@pytest.fixture(scope="module")
def grader(warm, tmp_path_factory):
    notebooks = ["00_shapes_and_checks", "01_three_derivatives"]
    return chance.Grader(tmp_path_factory.mktemp("fuzz"), notebooks)


@pytest.mark.parametrize("kind", chance.TRIES)
def test_nothing_made_by_chance_raises(kind, grader):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a student's numbers lead NumPy to say
        for seed in range(COUNT[kind]):
            chance.TRIES[kind](chance.chance(kind, seed), grader)()
