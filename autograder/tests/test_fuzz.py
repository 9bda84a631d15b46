"""A slice of what `make fuzz` tries at length: nothing is raised, whatever comes."""

import warnings

import numpy as np
import pytest
from corpus import chance, forgers
from proctor.inside import wire

COUNT = {"files": 15, "zips": 15, "frames": 200, "replies": 25}


@pytest.fixture(scope="module")
def grader(warm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    return forgers.Grader(folder, ["00_shapes_and_checks"])


@pytest.mark.parametrize("kind", chance.TRIES)
def test_nothing_made_by_chance_raises(kind, grader):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a student's numbers lead NumPy to say
        for seed in range(COUNT[kind]):
            chance.TRIES[kind](chance.chance(kind, seed), grader)()


def test_what_a_room_once_sent_earns_full_marks_as_long_as_nothing_changes_it(grader):
    (name,) = grader.names
    forging = forgers.Forging(grader.sent[name], chance.chance("", 0), None, 0)
    result = grader.goes(grader.job(name, grader.books[name]), forging)
    assert result.points == result.out_of


LENGTHS = {"none": 0, "twice as many": 2, "a thousand times as many": 1000}


@pytest.mark.parametrize("times", LENGTHS.values(), ids=LENGTHS)
def test_replies_of_another_length_are_wrong_and_not_for_a_person(times, grader):
    def change(rng, frame):
        reply = wire.receive(forgers.Sink(frame))
        if "result" in reply:
            reply["result"] = np.tile(np.atleast_1d(reply["result"]), times)
        return wire.pack(reply)

    (name,) = grader.names
    forging = forgers.Forging(grader.sent[name], chance.chance("", 0), change, 1)
    result = grader.goes(grader.job(name, grader.books[name]), forging)
    states = {v.state for v in result.verdicts.values()}
    assert states == {"wrong"} and not result.person
