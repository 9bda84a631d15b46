"""The test suite that students write: what is paid for it, and what is not."""

import functools
from collections import Counter

import numpy as np
import pytest
import torch
from chainrule.judge import judge
from chainrule.lessons.gradchecked import SHAPES
from chainrule.questions import find, verdict, watched
from chainrule.questions.capstone.changes import KINDS, RIGHT, bench
from chainrule.questions.capstone.suites import GOOD
from corpus.capstone.suites import ATTACKS, CLONE, GRADED, VOTE
from corpus.capstone.testing import FORWARD
from corpus.catalogue import sources
from corpus.lessons import lesson, silent, written
from proctor.grading.grade import room_for

NOTEBOOK, QUESTION = "15_capstone", find("passes")


@pytest.fixture(scope="module")
def in_a_room(warm):
    """Judges a suite at grading: beside the notebook's set-up, in a room of its own."""
    room = room_for(NOTEBOOK)

    def judged(source, seed, above=-1):
        with room.enter({}) as entered:
            entered.run(0, "import numpy as np\nimport torch")
            entered.run(1, source)
            answer = entered.answer(QUESTION, watched(QUESTION))
            return judge(QUESTION, answer, seed, above=above)

    return judged


@functools.cache  # a suite that is graded is met by more than one test
def checked(source, seed, above=-1):
    names = written(lesson(NOTEBOOK), "passes", source, "s01")
    with silent():
        return verdict(QUESTION, names, "s01", seed, above)


def test_better_suites_earn_more_or_as_much():
    points = [checked(source, seed=3).points for source in GRADED.values()]
    assert len(points) > 20 and points == sorted(points)
    assert points[0] == 0 and points[-3:] == [6, 6, 6] and len(set(points)) > 8


@pytest.mark.parametrize("name", GRADED)
def test_a_suite_earns_the_same_in_the_notebook_and_at_grading(in_a_room, name):
    here, there = checked(GRADED[name], seed=3), in_a_room(GRADED[name], seed=3)
    assert str(here) == str(there)


@pytest.mark.parametrize("name", list(GRADED)[-3:])
def test_what_passes_once_passes_always(name):
    assert {checked(GRADED[name], seed).points for seed in range(6)} == {6}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_the_engines_or_the_judge_earns_nothing(in_a_room, name):
    found = [in_a_room(ATTACKS[name], seed, above=0) for seed in range(3)]
    assert [verdict.points for verdict in found] == [0, 0, 0]


def test_a_suite_that_refuses_a_right_engine_earns_nothing():
    for source in sources(NOTEBOOK, "passes", "mistakes"):
        if "array_equal" in source:
            assert checked(source, seed=0, above=0).points == 0


@pytest.mark.parametrize("suite", [VOTE, CLONE])
def test_what_other_engines_say_is_no_way_to_points(suite):
    """But where the correct engine happens to come first, of all or of nine."""
    points = [checked(suite, seed, above=0).points for seed in range(4)]
    assert points.count(0) >= 3


FICKLE = """
seen = []


def passes(engine):
    seen.append(engine)
    return len(seen) < 30
"""


def test_a_suite_that_says_now_this_now_that_is_told_so():
    assert "when it is asked again" in str(checked(FICKLE, seed=0))


def test_survivors_are_named_with_what_would_find_them():
    said = str(checked(GRADED["twice, no input stretched"], seed=0))
    assert "all correct engines pass, and so do 4 of 30 wrong ones" in said
    assert "stretch, in add, mul" in said and KINDS["stretch"] in said


def asked_of(engine):
    """(gradients of the engine, torch's) at random numbers, twice for each shape."""
    rng = np.random.default_rng(4)
    for name, *shapes in 2 * SHAPES:
        inputs = [rng.normal(size=shape) for shape in shapes]
        at = [torch.tensor(x, requires_grad=True) for x in inputs]
        y = FORWARD[name](*at)
        g = rng.normal(size=y.shape)
        yield engine(name, g, *inputs), torch.autograd.grad(y, at, torch.tensor(g))


def is_torchs(engine):
    return all(
        d.shape == r.shape and np.allclose(d, r)
        for found, right in asked_of(engine)
        for d, r in zip(found, right, strict=True)
    )


@pytest.mark.parametrize("seed", range(10))
def test_right_engines_are_torchs_and_wrong_ones_are_not(seed):
    for change, make in bench(seed):
        assert is_torchs(make()) == (change is None) == GOOD(make())


def test_every_kind_comes_each_time_and_equally_often():
    counts = {str(kinds_of(seed)) for seed in range(20)}
    found = kinds_of(0)
    assert found["sign or factor"] == 9 and len(counts) == 1
    assert set(found) - {"sign or factor"} == set(KINDS) - {"sign", "factor"}
    assert sum(change is None for change, _ in bench(0)) == RIGHT


def kinds_of(seed):
    kinds = [change.kind for change, _ in bench(seed) if change]
    return Counter("sign or factor" if k in ("sign", "factor") else k for k in kinds)


def test_labels_tell_nothing_and_are_all_different():
    labels = [[int(str(make()).split()[1]) for _, make in bench(s)] for s in range(200)]
    assert all(len(set(row)) == len(row) for row in labels)
    ranks = np.argsort(np.argsort(labels, axis=1), axis=1)
    assert abs(ranks[:, :RIGHT].mean() - 15.5) < 2  # their deviation is 0.46


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("subtract", 1.0, 1.0, 1.0), "it takes the words add, mul"),
        (("matmul", np.ones((2, 2)), np.ones((2, 3)), np.ones((2, 2))), "can't take"),
        (("relu", np.ones(3), np.ones((2, 3))), "has the shape (2, 3) there"),
        (("relu", np.ones(3)), "can't take inputs of shapes"),
    ],
)
def test_what_an_engine_can_t_be_asked_is_told_in_both(in_a_room, asked, said):
    name, *arrays = asked
    values = ", ".join(f"np.ones({np.shape(a)})" for a in arrays)
    source = f"def passes(engine):\n    engine({name!r}, {values})"
    here, there = checked(source, seed=2), in_a_room(source, seed=2)
    assert said in str(here) and said in str(there)
