"""A layer and a walk that build on a wrong rule are judged with a right one in its
place, by the notebook's own check and by the grader."""

import functools

import nbformat
import pytest
from chainrule.questions import find, verdict
from corpus.handins import filled_in, right_answers, sent_out
from corpus.lessons import lesson, silent, written
from proctor.grading.grade import Job, grade

NOTEBOOK = "04_tensors"
BUILT_ON = {"relu_vjp": "layer_backward", "unbroadcast": "pull_back"}
ARGUMENTS = {"relu_vjp": "g, x", "unbroadcast": "g, shape"}
ASKED = [*BUILT_ON, *BUILT_ON.values()]
LOST = ["return g.mean()", "raise NotImplementedError", "return None"]


def answers(lost):
    """The course's own answers, but for two rules with these lines."""
    rules = {
        name: f"def {name}({args}):\n    {lost}" for name, args in ARGUMENTS.items()
    }
    return right_answers(NOTEBOOK) | rules


@functools.cache
def graded(lost):
    raw = nbformat.writes(filled_in(NOTEBOOK, answers(lost))).encode()
    return grade(Job("s01", NOTEBOOK, sent_out(NOTEBOOK), raw)).verdicts


def names_with(cells):
    source = "\n\n".join(cells[name] for name in ASKED)
    return written(lesson(NOTEBOOK), "pull_back", source, "s01")


@functools.cache
def checked(lost):
    names = names_with(answers(lost))
    with silent():
        return {name: verdict(find(name), names, "s01") for name in ASKED}


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("judged", [checked, graded])
def test_what_builds_on_a_wrong_rule_loses_nothing_and_is_told_what_to_mend(
    judged, lost
):
    found = judged(lost)
    for rule, built in BUILT_ON.items():
        assert found[rule].points == 0
        assert found[built].state == "right"
        assert f"Look at {rule} first." in found[built].story


def test_what_is_wrong_itself_stays_wrong_with_right_rules():
    wrong = {
        "layer_backward": "def layer_backward(g, X, W, b):\n    return X, W, b",
        "pull_back": "def pull_back(root, g):\n    return {root: g}",
    }
    names = names_with(answers(LOST[0]) | wrong)
    with silent():
        found = {name: verdict(find(name), names, "s01") for name in wrong}
    assert {v.points for v in found.values()} == {0}


def test_the_student_s_own_rules_stand_again_when_the_judge_is_done():
    names = names_with(answers(LOST[0]))
    own = names["unbroadcast"], names["relu_vjp"]
    with silent():
        for name in BUILT_ON.values():
            verdict(find(name), names, "s01")
    assert (names["unbroadcast"], names["relu_vjp"]) == own


IN_PLACE = {
    "unbroadcast": """\
def unbroadcast(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            g = g.sum(axis=i, keepdims=True)
    return g""",
    "pull_back": """\
def pull_back(root, g):
    grads = {root: g}
    for node in consumers_first(root):
        if node.rule is None:
            continue
        for x, share in zip(node.inputs, node.rule(grads[node])):
            share = unbroadcast(share, x.data.shape)
            if x in grads:
                grads[x] += share
            else:
                grads[x] = share
    return grads""",
}


def test_adding_in_place_is_told_and_no_right_rule_is_blamed_for_it():
    cells = right_answers(NOTEBOOK) | IN_PLACE
    raw = nbformat.writes(filled_in(NOTEBOOK, cells)).encode()
    names = names_with(cells)
    with silent():
        at_once = {name: verdict(find(name), names, "s01") for name in IN_PLACE}
    later = grade(Job("s01", NOTEBOOK, sent_out(NOTEBOOK), raw)).verdicts
    for found in (at_once, later):
        assert found["unbroadcast"].state == "right"
        assert found["pull_back"].points == 1
        assert found["pull_back"].advice.startswith("Two tensors may hold the same")
        assert "Look at" not in found["pull_back"].story
