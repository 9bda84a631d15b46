"""The contract of every question in the bank, as far as the bank alone can show it."""

import os
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from chainrule.judge import Meeting, Question, diagnose, meet_all
from chainrule.questions import NOTEBOOKS, bank, check, find, numbers, verdict

EVERY = [q for notebook in NOTEBOOKS for q in bank(notebook).values()]
QUESTIONS = [q for q in EVERY if isinstance(q, Question)]
PARTS = [
    pytest.param(question, part, id=f"{question.name}-{number}")
    for question in QUESTIONS
    for number, part in enumerate(question.parts)
]
SEEDS = range(5)
of_every_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
of_drawn_questions = pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if not q.value], ids=lambda q: q.name
)
of_every_part = pytest.mark.parametrize("question, part", PARTS)


def cases(question, part, seed):
    rng, own = np.random.default_rng(seed), question.own(f"student {seed}")
    return [make(rng, own) for make in part.cases]


def once(function):
    """The function, which finds what it says of a case once, and holds the case."""
    found = {}

    def on(*args, **case):
        key = tuple(map(id, case.values()))
        if key not in found:
            found[key] = case, function(*args, **case)
        return found[key][1]

    return on


def quick(part):
    """The part, its oracle and its mistakes such that each finds its results once."""
    mistakes = [
        SimpleNamespace(says=m.says, agree=m.agree, wrong=once(m.wrong))
        for m in part.mistakes
    ]
    oracle = replace(part.oracle, rule=once(part.oracle.rule))
    return replace(part, oracle=oracle, mistakes=mistakes)


def meeting(part, mistake, case):
    """A case met by the mistake's own result."""
    right = part.oracle(**case.args)
    yours = np.asarray(mistake.wrong(part.oracle, **case.args))
    wrong = "" if part.agree(yours, right, **case.args) else "off"
    return Meeting(case, right, yours, "", wrong)


def test_no_two_questions_share_a_name():
    names = [question.name for question in EVERY]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("question", EVERY, ids=lambda q: q.name)
def test_a_question_has_three_different_hints(question):
    assert len(set(filter(None, question.hints))) == 3


@of_every_part
def test_each_mistake_is_told_its_own_sentence_on_every_seed(question, part):
    for seed in SEEDS:
        known, asked = quick(part), cases(question, part, seed)
        for mistake in known.mistakes:
            met = [meeting(known, mistake, case) for case in asked]
            assert any(m.wrong for m in met), mistake.says
            assert diagnose(known, met) == mistake.says


@of_every_question
def test_the_oracle_agrees_with_itself_and_is_told_no_mistake(question):
    for part in question.parts:
        for case in cases(question, part, 0):
            right = part.oracle(**case.args)
            assert part.agree(np.asarray(right), right, **case.args)


@of_every_question
def test_drawing_and_asking_again_and_again_fills_no_memory(question):
    def ask(seeds):
        for seed in seeds:
            for part in question.parts:
                for case in cases(question, part, seed):
                    part.oracle(**case.args)

    ask(range(2))
    before = megabytes_held()
    ask(range(2, 7))
    assert megabytes_held() < before + 50


def megabytes_held():
    """What this process holds in memory (resident)."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@of_every_question
def test_a_stub_is_not_written(question):
    def stub(*args):
        raise NotImplementedError

    assert check(question.name, ... if question.value else stub).state == "not written"


class Refuses:
    """Something that can't be made into an array."""

    def __array__(self, *args, **options):
        raise RuntimeError("refused")


ODD = [None, ..., "x", b"x", 1j, {}, set(), range(3), type, 10**400, 2**70, True]
ODD += [np.nan, np.inf, -np.inf, 1e300, -1, 0, 1e-320, [], [None], [1, [2]], [np.nan]]
ODD += [np.array([]), np.ones((3, 1)), np.full(5, np.nan), np.array(["a"])]
ODD += [np.array(3.0), np.array([None]), np.float16(3), np.uint8(200), np.bool_(True)]
ODD += [np.datetime64("2026"), np.ma.masked, Refuses(), [Refuses()]]


def odd_results():
    """Every question meets every third of them, each in a third of the questions."""
    for i, question in enumerate(QUESTIONS):
        for odd in ODD[i % 3 :: 3]:
            yield pytest.param(
                question, odd, id=f"{type(odd).__name__}-{question.name}"
            )


@pytest.mark.parametrize("question, odd", [*odd_results()])
def test_no_result_however_odd_upsets_the_judge_or_earns_a_point(question, odd):
    verdict = check(question.name, odd if question.value else lambda *args: odd)
    assert str(verdict) and verdict.points == 0


GIVES_BACK = {
    "its first argument": lambda *args: args[0],
    "its last argument": lambda *args: args[-1],
    "all its arguments": lambda *args: args,
    "zeros like its first argument": lambda *args: 0 * np.asarray(args[0]),
}


@of_drawn_questions
@pytest.mark.parametrize("given", GIVES_BACK)
def test_what_is_given_earns_no_point_as_a_result(question, given):
    if (question.name, given) == ("affine_jacobian", "its first argument"):
        return  # W is its Jacobian
    names = {question.name: GIVES_BACK[given]}
    for seed in range(3):
        assert verdict(question, names, "s01", seed, above=0).points == 0


def seen_by(question, seed):
    """What an answer is asked, as text."""
    asked = []

    def answer(*args):
        asked.append([np.asarray(a).tolist() for a in args if not callable(a)])
        asked.append([str(a) for a in args if callable(a)])
        return 0.0

    answer.probe = lambda probe, *args: answer(*args)
    meet_all(question, question.parts, answer, np.random.default_rng(seed), "")
    return str(asked)


@of_drawn_questions
def test_cases_are_fresh_on_every_run(question):
    assert seen_by(question, None) != seen_by(question, None)


@of_drawn_questions
def test_the_same_seed_draws_the_same_cases(question):
    assert seen_by(question, 7) == seen_by(question, 7)


def asked_in_order(question, seed):
    """What an answer is asked, each time it is, as text."""
    asked = []

    def answer(*args):
        asked.append(str([*map(str, args)]))
        return 0.0

    answer.probe = lambda probe, *args: answer(probe.__name__, *args)
    meet_all(question, question.parts, answer, np.random.default_rng(seed), "")
    return asked


@of_drawn_questions
def test_something_is_asked_twice_with_something_else_in_between(question):
    for seed in SEEDS:
        asked = asked_in_order(question, seed)
        first = asked.index(asked[-1])
        assert first < len(asked) - 2 and set(asked[first + 1 : -1]) != {asked[-1]}


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if q.value], ids=lambda q: q.name
)
def test_own_numbers_are_the_same_at_every_look_and_differ_between_students(question):
    looks = [str(numbers(question.name, f"student {n}")) for n in range(10)]
    again = [str(numbers(question.name, f" STUDENT {n} ")) for n in range(10)]
    assert looks == again and len(set(looks)) > 5


def test_each_entry_of_a_sheet_is_called_by_its_name():
    right = find("shared_b").parts[0].oracle(**numbers("shared_b", "s01"))
    named = ["c", "d", "e", "∂e/∂c", "∂e/∂d", "∂e/∂a", "∂e/∂b"]
    for place, name in enumerate(named):
        filled = right.copy()
        filled[place] += 0.5
        assert f" {name}: you say" in str(check("shared_b", filled, "s01"))


def test_the_bank_is_imported_without_torch_or_matplotlib():
    code = (
        "import sys\n"
        "from chainrule.questions import NOTEBOOKS, bank\n"
        "[bank(notebook) for notebook in NOTEBOOKS]\n"
        "sys.exit(str({'torch', 'matplotlib'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == ""
