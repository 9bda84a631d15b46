"""Every attack of the corpus, graded: none gains, learns, stays or harms."""

import tempfile

import numpy as np
import pytest
from chainrule import judge as judges
from chainrule.crossing import Asked
from chainrule.oracle import Function
from corpus import trials
from corpus.handins import answers_in
from proctor.inside import seccomp
from proctor.room import answer, room

ATTACKS = list(trials.attacks())


@pytest.fixture(scope="module")
def outcomes(warm, tmp_path_factory):
    """Each attack with what came of it; others are graded after each family, for what
    an attack leaves to the next submission it leaves to all of them."""
    with pytest.MonkeyPatch.context() as patch:
        scratch = tmp_path_factory.mktemp("scratch")
        patch.setenv("COURSE_SECRET", "")  # what Trials sets is undone afterwards
        patch.setattr(tempfile, "tempdir", None)
        trial = trials.Trials(scratch)
        last = {attack.family: attack for attack in ATTACKS}
        yield [(a, trial.of(a, followed=a is last[a.family])) for a in ATTACKS]


def test_there_are_enough_attacks_in_every_family():
    families = [attack.family for attack in ATTACKS]
    assert len(ATTACKS) >= 60 and all(families.count(f) >= 5 for f in families)


@pytest.mark.parametrize("fault", trials.FAULTS)
def test_there_are_no(outcomes, fault):
    """What was met after a family is told of its last attack."""
    faulty = trials.FAULTS[fault]
    assert [(str(a), o) for a, o in outcomes if faulty(a, o)] == []


def test_no_frame_to_a_room_holds_what_is_right(warm, monkeypatch):
    """A question's frames alone: a step that suits one question is given in another."""
    sent, right = [], []
    send, meet = room.wire.send, judges.meet
    asked = None

    def listen(sock, value, deadline=None):
        sent.extend((asked, number) for number in numbers_in(value))
        return send(sock, value, deadline)

    def note(question, part, case, answer):
        nonlocal asked
        asked = question.name
        meeting = meet(question, part, case, answer)
        if part.drive is judges.call:  # the rest are counts
            given = set(numbers_in(list(case.args.values())))
            telling = set(numbers_in(meeting.right)) - given
            right.extend((asked, x) for x in telling if x != round(x, 2))
        return meeting

    monkeypatch.setattr(room.wire, "send", listen)
    monkeypatch.setattr(judges, "meet", note)
    trials.marked("s01", trials.hand_in("", answers_in(trials.USUAL.source)))
    before = {number for question, number in sent if question is None}
    assert len(right) > 10 and set(right) & set(sent) == set()
    assert before & {number for _, number in right} == set()


def numbers_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, float | np.ndarray | np.generic):
        yield from np.ravel(np.asarray(value, float)).tolist()


def test_a_room_is_filtered_on_the_machines_that_are_known():
    for machine in seccomp.MACHINES:
        assert len(seccomp.program(machine)) % 8 == 0


def test_another_machine_is_told():
    with pytest.raises(NotImplementedError, match="riscv64 machine"):
        seccomp.program("riscv64")


def test_system_calls_of_another_kind_of_program_end_it(warm):
    """The old 32-bit entry would lead around the numbers of the filter."""
    source = """
import ctypes, mmap
page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
page.write(b"\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3")  # getpid by int 0x80
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
    with warm.enter({}) as entered:
        entered.run(0, source)
        assert "ended by SIG" in entered.ended


@pytest.mark.parametrize("args", [["x" * 1000], [{"a": 1}], [[1, [2, 3]]]])
def test_a_function_of_the_judge_takes_numbers_only(args):
    f = Asked(Function("f", lambda m, x: x))
    assert (
        "could not be evaluated"
        in answer.asked({0: f}, {"ask": 0, "args": args})["raised"]
    )


@pytest.mark.parametrize(
    "outputs", [7, [7], [["text/stdout"]], [["x", "y"]], [[[], 1]]]
)
def test_outputs_in_another_form_break_the_protocol(outputs):
    with pytest.raises(room.wire.ProtocolError):
        room.outputs_of({"outputs": outputs}, 100)


def test_a_picture_that_is_no_picture_is_not_shown():
    picture = ["image/png", '"><script>alert(1)</script>']
    assert room.outputs_of({"outputs": [picture, ["image/png", "iVBO=="]]}, 100) == [
        ("image/png", "iVBO==")
    ]
