"""Error messages are results: what the judge says, as text and as HTML."""

import cProfile
import re
from html import unescape

import numpy as np
import pytest
import torch
from chainrule import questions
from chainrule.crossing import Asked
from chainrule.judge import (
    Mistake,
    Part,
    Question,
    Unanswered,
    case,
    judge,
    own_case,
)
from chainrule.oracle import closed_form
from chainrule.questions import check, check_all, find, hint, numbers
from chainrule.verdict import State, Verdict

THREES = Question(
    "threes",
    Part(
        2,
        closed_form(lambda x: 3 * x),
        [
            case("a whole array", x=lambda rng: rng.normal(size=(2, 3))),
            case("a vector", x=np.array([1.0, 2.0, 4.0])),
        ],
        [Mistake("That is twice the number, not three times.", lambda x: 2 * x)],
    ),
    hints=["a", "b", "c"],
)


def on_vectors(wrong):
    """An answer that is right on arrays and gives `wrong(x)` on the vector."""
    return lambda x: 3 * x if x.ndim == 2 else wrong(x)


def said(answer):
    return str(judge(THREES, answer, seed=0))


def test_a_right_answer_is_told_whom_it_agrees_with():
    verdict = judge(THREES, lambda x: x + x + x)
    assert (verdict.state, verdict.points) == ("right", 2)
    assert "closed form" in verdict.story


def test_a_wrong_answer_is_told_case_place_and_both_values():
    text = said(on_vectors(lambda x: np.array([3.0, 6.0, 11.5])))
    assert '"a vector": furthest off at [2]' in text
    assert re.search(r"you say +11.5\n +closed form +12\n", text)


def test_a_known_mistake_is_told_its_sentence():
    assert said(lambda x: 2 * x).endswith("That is twice the number, not three times.")


def test_an_unknown_mistake_is_pointed_to_the_hint():
    assert said(lambda x: 5 * x).endswith('Stuck? hint("threes") gives a hint.')


def test_a_mistake_is_not_told_to_an_answer_that_only_fails_without_a_result():
    text = said(lambda x: 3 * x if x.ndim == 2 else None)
    assert "twice" not in text and "It returned None" in text


def test_cases_come_in_an_order_that_cannot_be_counted_on():
    firsts = set()
    for seed in range(20):
        seen = []
        judge(THREES, lambda x, seen=seen: seen.append(x.ndim) or 3 * x, seed)
        firsts.add(seen[0])
    assert firsts == {1, 2}


@pytest.mark.parametrize(
    "result, sentence",
    [
        (None, "It returned None. Is a return missing?"),
        (..., "It returned `...`. Put your own result there."),
        ("3", "It returned a str. Return a number or a NumPy array."),
        (
            torch.ones(3),
            "It returned a torch.Tensor. Return a number or a NumPy array.",
        ),
        ({1: 2}, "It returned a dict. Return a number or a NumPy array."),
        (len, "It returned a builtin_function_or_method."),
        (["a", "b"], "It returned a list that is not made of numbers."),
        ([1.0, ...], "It returned a list with `...` in it. Put your own result"),
        ([[1.0], [1.0, 2.0]], "It returned a list that is not made of numbers."),
        (np.array([1j]), "It returned a numpy.ndarray that is not made of numbers."),
        (np.ones((1, 3)), "shape (1, 3)"),
        (3.0, "shape ()"),
        (np.full(3, np.nan), "nan"),
        (np.array([3, np.inf, 12]), "furthest off at [1]"),
    ],
)
def test_what_can_not_be_compared_is_named(result, sentence):
    assert sentence in said(on_vectors(lambda x: result))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, int, bool])
def test_any_kind_of_number_is_compared_without_an_error(dtype):
    assert judge(THREES, lambda x: x.astype(dtype), seed=0).state == "wrong"


def test_an_array_subclass_is_not_asked_whether_it_agrees():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

    assert "Liar" in said(lambda x: np.zeros(3).view(Liar))


def test_an_error_inside_an_answer_is_told_with_its_own_line():
    def forward_difference(f, x, h):
        return f(x + h) / (h - h)

    text = str(check("forward_difference", forward_difference))
    assert "ZeroDivisionError: float division by zero" in text
    assert "in forward_difference, line " in text
    assert "return f(x + h) / (h - h)" in text


def test_an_error_inside_an_answer_shows_none_of_our_own_stack():
    def forward_difference(f, x, h):
        return np.linalg.inv(f)

    text = str(check("forward_difference", forward_difference))
    assert "return np.linalg.inv(f)" in text
    assert "judge.py" not in text and "site-packages" not in text


def test_a_bare_exception_of_a_probe_is_nothing_but_its_sentence():
    text = str(check("defeats_breadth_first", lambda x: 7))
    assert "    It returned an object of type int. Return the last node" in text


def test_an_answer_that_uses_an_unwritten_one_is_told_which():
    def topo_order(root):
        raise NotImplementedError

    def backward(root):
        topo_order(root)

    verdict = check("backward", backward)
    assert verdict.state == "wrong"
    assert "It uses topo_order, which is not written yet." in str(verdict)


@pytest.mark.parametrize("name", ["forward_difference", "tidy_slope"])
def test_an_untouched_answer_is_not_written(name):
    def stub(*args):
        raise NotImplementedError

    verdict = check(name, ... if find(name).value else stub)
    assert (verdict.state, verdict.points) == ("not written", 0)


PAIR = [case("a pair", x=np.array([1.0, 2.0]))]
TWO_PARTS = Question(
    "two", *THREES.parts, Part(2, THREES.parts[0].oracle, PAIR), hints=THREES.hints
)


def half_written(factor):
    """An answer that is a stub for the second part's pair."""

    def answer(x):
        if x.shape == (2,):
            raise Unanswered
        return factor * x

    return judge(TWO_PARTS, answer)


def test_what_is_still_to_be_written_costs_its_own_part_only():
    verdict = half_written(factor=3)
    assert (verdict.state, verdict.points) == ("partly right", 2)
    assert "This is still to be written." in str(verdict)


def test_an_answer_that_is_wrong_where_it_is_written_is_wrong():
    assert half_written(factor=5).state == "wrong"


def test_an_answer_that_is_right_only_where_nothing_is_earned_is_not_written():
    def answer(x):
        if x.ndim == 1:
            raise Unanswered
        return 3 * x

    assert judge(THREES, answer).state == "not written"


def test_an_answer_that_calls_another_empty_stub_is_told_which():
    def central_difference(f, x, h):
        raise NotImplementedError

    def best_h(f, x, dtype):
        return central_difference(f, x, 1e-3)

    text = str(check("best_h", best_h))
    assert "It uses central_difference, which is not written yet." in text


def test_what_an_answer_does_to_its_arguments_is_its_own_affair():
    def answer(x):
        x *= 0
        return x

    assert "x = [1., 2., 4.]" in str(judge(PLAIN, answer))


def test_a_list_that_an_answer_changes_is_its_own():
    """The oracle looks at it later."""
    last = closed_form(lambda xs: xs[-1])
    part = Part(1, last, [case("one", xs=[1.0, 2.0])])
    question = Question("last", part, hints=THREES.hints)

    def answer(xs):
        xs.reverse()
        return xs[-1]

    assert judge(question, lambda xs: xs.pop()).state == "right"
    assert judge(question, answer).state == "wrong"


PLAIN = Question(
    "plain",
    Part(1, closed_form(lambda x: 3 * x), [case("one", x=np.array([1.0, 2.0, 4.0]))]),
    hints=THREES.hints,
)


def test_a_value_in_a_function_s_place_is_named():
    assert "It is not a function." in str(check("forward_difference", 3.0))


def test_a_function_in_a_value_s_place_is_named():
    found = judge(find("tidy_slope"), lambda: lambda: 3.0, student="s01")
    assert "It is a function. Give a number" in str(found)


def test_a_value_without_an_id_is_neither_unwritten_nor_wrong():
    assert check("tidy_slope", 3.0).state == "needs your id"
    assert "Put your id into STUDENT first" in str(check("tidy_slope", 3.0))


def test_an_overview_without_an_id_asks_for_it():
    asked = "STUDENT is still empty"
    found = [str(check_all("01_three_derivatives", {}, id)) for id in ("", "ada")]
    assert [asked in text for text in found] == [True, False]
    assert asked not in str(check_all("04_tensors", {}))  # no numbers of one's own


@pytest.mark.parametrize("value", [None, "3", {"x": 3}])
def test_a_value_that_is_no_number_is_named_as_a_value(value):
    assert "Give a number, or a list" in str(check("tidy_slope", value, "ada"))


def test_a_verdict_on_a_value_does_not_show_the_right_one():
    own = numbers("tidy_slope", "ada")
    right = find("tidy_slope").parts[0].oracle(**own)
    text = str(check("tidy_slope", -1000, "ada"))
    assert "-1000" in text and not re.search(rf"\b{right:g}\b(?! of)", text)


def test_an_unknown_question_is_answered_with_the_nearest_name():
    with pytest.raises(KeyError, match="Try central_difference"):
        check("centrel_diference", len)


def test_a_name_far_from_any_question_is_answered_with_all_names():
    with pytest.raises(KeyError, match=r"best_h.*tidy_slope"):
        hint("zzzz")


def test_torch_in_an_answer_is_off_the_table():
    def product_slope(x):
        t = torch.tensor(x, requires_grad=True)
        (t * torch.sin(5 * t)).backward()
        return t.grad.item()

    verdict = check("product_slope", product_slope)
    assert verdict.points == 0
    assert "It uses torch, which is not allowed" in str(verdict)


def test_a_check_says_the_same_under_a_profiler():
    """As %prun is one; and the profiler goes on afterwards."""
    with cProfile.Profile() as profiler:
        verdict = check("forward_difference", lambda f, x, h: (f(x + h) - f(x)) / h)
        len([])
    assert verdict.state == "right"
    assert any("len" in str(entry.code) for entry in profiler.getstats())


def test_the_three_hints_come_in_turn_and_again():
    given = [str(hint("best_h")) for _ in range(4)]
    assert [text[:11] for text in given[:3]] == [
        f"Hint {i} of 3:"[:11] for i in (1, 2, 3)
    ]
    assert given[3] == given[0]


def test_a_hint_shows_itself_without_quotes():
    assert repr(hint("best_h")).startswith("Hint ")


def counted(answer, **more):
    """The verdict on an answer, and how often it was asked for it."""
    count = []
    verdict = judge(THREES, lambda x: count.append(x) or answer(x), 0, **more)
    return verdict, len(count)


def stub(x):
    raise Unanswered


def test_a_stub_is_asked_until_it_is_seen_to_be_one():
    verdict, count = counted(stub)
    assert (verdict.state, count) == ("not written", 1)


def test_no_oracle_is_asked_where_there_is_nothing_to_compare():
    def oracle(x):
        raise AssertionError("it is slow")

    part = Part(1, closed_form(oracle), [case("one", x=1.0)])
    question = Question("slow", part, hints=THREES.hints)
    assert judge(question, stub).state == "not written"
    assert judge(question, lambda x: None).state == "wrong"
    with pytest.raises(AssertionError, match="slow"):
        judge(question, lambda x: x)


def test_an_answer_is_asked_no_more_where_it_can_earn_no_more_than_it_has():
    assert counted(lambda x: 5 * x, above=0)[1] == 1
    assert counted(lambda x: 5 * x)[1] > 4  # its numbers are looked at on fresh cases


def test_points_already_earned_keep_no_one_from_earning_more():
    verdict, count = counted(lambda x: 3 * x, above=1)
    assert (verdict.state, count) == ("right", 4)


def test_numbers_that_someone_changes_are_the_same_at_the_next_look(monkeypatch):
    case = own_case("a list", lambda rng: {"x": [1, 2, 3]})
    listed = Question("listed", Part(1, sum, [case]), hints="abc", value=True)
    monkeypatch.setattr(questions, "find", {"listed": listed}.get)
    numbers("listed", "s01")["x"].append(4)
    assert numbers("listed", "s01")["x"] == [1, 2, 3]


def test_the_same_seed_gives_the_same_verdict():
    wrong = lambda f, x, h: 0.0  # noqa: E731
    assert check("forward_difference", wrong, seed=3) == check(
        "forward_difference", wrong, seed=3
    )


def test_two_checks_show_different_cases():
    wrong = lambda f, x, h: 0.0  # noqa: E731
    assert check("forward_difference", wrong) != check("forward_difference", wrong)


EVIL = "<img src=x onerror=alert(1)>&'\""


def angry(f, x, h):
    raise ValueError(EVIL)


VERDICTS = [
    Verdict("q", State("right"), 2, 2, "Agrees."),
    Verdict(
        "q", State("partly right"), 1, 2, "    x = 1\n    you say 2", "Try.", 'on "x"'
    ),
    Verdict("q", State("wrong"), 0, 2, EVIL, EVIL, EVIL),
    Verdict("q", State("not written"), 0, 2),
    Verdict("q", State("needs a person"), 0, 2, "    It broke."),
    check("forward_difference", angry),
]


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: v.state)
def test_html_holds_no_mark_up_that_a_student_wrote(verdict):
    html = verdict._repr_html_()
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "strong", "pre"}


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: v.state)
def test_text_holds_the_same_facts_as_html(verdict):
    words = re.sub(r"<[^>]*>", " ", verdict._repr_html_())
    assert unescape(words).split() == str(verdict).split()


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: v.state)
def test_the_first_line_says_state_and_points(verdict):
    first = str(verdict).split("\n")[0]
    points = "2 points" if verdict.state.open else f"{verdict.points:g} of 2 points"
    assert verdict.state in first and f"({points})" in first


def test_a_case_is_written_on_one_line():
    assert "x = [1., 2., 4.]" in said(on_vectors(lambda x: x))


def half_right():
    """Half of the points for each entry of two that is right."""
    return Question(
        "two_numbers",
        Part(
            4,
            closed_form(lambda x: np.array([x, 2 * x])),
            [case("one", x=1.0), case("ten", x=10.0)],
            share=lambda yours, right, x: np.mean(yours == right),
        ),
        hints=["a", "b", "c"],
    )


@pytest.mark.parametrize(
    ("answer", "points", "state"),
    [
        (lambda x: [x, 2 * x], 4, "right"),
        (lambda x: [x, 0], 2, "partly right"),
        (lambda x: [x, 2 * x] if x > 1 else [0, 0], 0, "wrong"),
        (lambda x: [x, 2 * x] if x > 1 else [0, 2], 2, "partly right"),
        (lambda x: "x", 0, "wrong"),
    ],
)
def test_a_share_of_the_points_is_earned_by_the_case_that_earns_least(
    answer, points, state
):
    found = judge(half_right(), answer, seed=0)
    assert (found.points, found.state) == (points, state)


def test_a_function_that_takes_words_takes_its_own_and_no_others():
    class Doubles:
        words = ("once", "twice")

        def __call__(self, word, x):
            return x * (1 + self.words.index(word))

    asked = Asked(Doubles())
    assert asked("twice", 3.0) == 6
    for word, said in [("thrice", "takes the words once, twice"), (3.0, "not in")]:
        with pytest.raises(ValueError, match=said):
            asked(word, 3.0)
    with pytest.raises(ValueError, match="was asked at a str"):
        Asked(lambda x: x)("once")
