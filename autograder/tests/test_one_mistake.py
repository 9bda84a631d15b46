"""One mistake costs one question: what builds on a wrong answer is judged with a right
one in its place, by the notebook's own check and by the grader."""

import functools

import nbformat
import pytest
from chainrule.questions import find, verdict
from corpus.answers import Answers
from corpus.handins import filled_in, right_answers, sent_out
from corpus.lessons import lesson, silent, written
from corpus.reverse_mode import ANSWERS
from corpus.reverse_mode.engine import passing
from proctor.grading.grade import Job, grade

NOTEBOOK = "03_reverse_mode"
ORDERS = ANSWERS["topo_order"].mistakes
BREADTH_FIRST = ORDERS["Your order is that of breadth-first"]
EMPTY = '"""Nothing yet."""\nraise NotImplementedError'
LOST = {  # an earlier answer, and what is right above it but for that
    "breadth first": ("topo_order", BREADTH_FIRST),
    "preorder": ("topo_order", ORDERS["Your order is preorder"]),
    "a recursion": ("topo_order", ORDERS["Your steps down are calls"]),
    "no order": ("topo_order", EMPTY),
    "shares written over": ("backward", passing(line="x.grad = slope * node.grad")),
    "no walk": ("backward", EMPTY),
}
BUILT_ON = {
    "topo_order": ("backward", "accumulate", "count_paths"),
    "backward": ("accumulate",),
}
WALKS = ("topo_order", "backward", "accumulate", "count_paths")
each = pytest.mark.parametrize("lost", LOST)


def answered(**lost):
    """The course's own answers, but for those given by the lines of their functions."""
    cells = {
        name: Answers([], [], None, args="root").cell(name, text)
        for name, text in lost.items()
    }
    return right_answers(NOTEBOOK) | cells


@functools.cache
def graded(name, text):
    raw = nbformat.writes(filled_in(NOTEBOOK, answered(**{name: text}))).encode()
    return grade(Job("s01", NOTEBOOK, sent_out(NOTEBOOK), raw)).verdicts


def names_with(**lost):
    """What a notebook's cells define when they run one after the other."""
    answers = answered(**lost)
    source = "\n\n".join(answers[name] for name in WALKS)
    return written(lesson(NOTEBOOK), "count_paths", source, "s01")


@functools.cache
def checked(name, text):
    names = names_with(**{name: text})
    with silent():
        return {walk: verdict(find(walk), names, "s01") for walk in WALKS}


by_both = pytest.mark.parametrize("judged", [graded, checked])


@each
@by_both
def test_what_builds_on_a_wrong_answer_loses_nothing(judged, lost):
    name, _ = LOST[lost]
    found = judged(*LOST[lost])
    assert found[name].state != "right"
    assert {found[other].state for other in WALKS if other != name} == {"right"}


@each
@by_both
def test_a_verdict_on_what_builds_on_it_says_which_answer_to_mend_first(judged, lost):
    name, _ = LOST[lost]
    found = judged(*LOST[lost])
    told = {walk for walk in WALKS if f"Look at {name} first." in found[walk].story}
    assert told and told <= {*BUILT_ON[name]}


@by_both
def test_where_all_is_right_nobody_is_told_to_mend_anything(judged):
    found = judged("backward", passing())
    assert not any("Look at" in found[walk].story for walk in WALKS)


def test_a_question_that_is_wrong_itself_stays_wrong_whatever_it_builds_on():
    own = passing(line="x.grad = slope * node.grad")
    names = names_with(topo_order=BREADTH_FIRST, backward=own)
    with silent():
        found = verdict(find("backward"), names, "s01", seed=1)
    assert found.state != "right" and found.points <= 2


def test_the_student_s_own_answer_stands_again_when_the_judge_is_done():
    names = names_with(topo_order=BREADTH_FIRST)
    own = names["topo_order"]
    with silent():
        verdict(find("backward"), names, "s01", seed=1)
    assert names["topo_order"] is own
