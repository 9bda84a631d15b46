"""What the numbers of a wrong answer show, on every case and on fresh ones."""

import functools
import warnings

import numpy as np
import pytest
from chainrule.judge import Mistake, Part, Question, case, case_from, judge
from chainrule.oracle import closed_form


def matrix(rng, n, m):
    return rng.uniform(0.5, 2, (n, m)) * rng.permutation(
        np.resize([-1, 1], n * m)
    ).reshape(n, m)


def matrix_case(name, n=None, m=None):
    def make(rng):
        return {"x": matrix(rng, n or rng.integers(2, 5), m or rng.integers(5, 8))}

    return case_from(name, make)


def question(*cases, rule=lambda x: 3 * x, **more):
    return Question("q", Part(1, closed_form(rule), cases, **more), hints=["", "", ""])


MATRICES = question(*[matrix_case("a matrix")] * 3)
NUMBERS = question(*[case("a number", x=lambda rng: rng.uniform(-9, 9))] * 8)


def shown(answer, asked=MATRICES, seeds=range(3)):
    """The sentence that stands beside the numbers, the same for every seed."""
    found = set()
    for seed in seeds:
        story = judge(asked, answer, seed).story.split("\n")
        found.add(" ".join(line for line in story if line[:1] != " "))
    assert len(found) == 1, found
    return found.pop()


SEEN = {
    "Every entry is -1 times the right one.": lambda x: -3 * x,
    "Every entry is 1/2 of the right one.": lambda x: 1.5 * x,
    "Every entry is `x.shape[0]` times the right one.": lambda x: 3 * x * len(x),
    "Every entry is 1/`x.size` times the right one.": lambda x: 3 * x / x.size,
    "Every entry is the right one times that of `x`.": lambda x: 3 * x * x,
    "Every entry is the right one plus 7.": lambda x: 3 * x + 7,
    "Every entry is 5.": lambda x: 0 * x + 5,
    "Every entry has the size of the right one, and none is negative.": lambda x: abs(
        3 * x
    ),
    "Every entry has the size of the right one, but not always its sign.": lambda x: (
        3 * x * np.resize([1, -1], x.shape)
    ),
    "Every sign is right, but not every size.": lambda x: x**3,
    "It is `x`, unchanged.": lambda x: x,
    "It is the right result, transposed.": lambda x: 3 * x.T,
    "It is the right result, turned round along axis 0.": lambda x: 3 * x[::-1],
    "The right numbers are all there, in another order.": lambda x: np.sort(3 * x),
    "It is the right result, flattened.": lambda x: 3 * x.ravel(),
    "It is the right result, with an axis of length 1 too many.": lambda x: [3 * x],
    "It is the right result, in another shape.": lambda x: 3 * x.reshape(x.shape[::-1]),
    "It is the right result, rounded to 2 decimals.": lambda x: np.round(3 * x, 2),
    "It agrees with the right result as far as float32 reaches.": lambda x: np.float32(
        3 * x
    ),
    "It agrees with the right result to 4 digits.": lambda x: (
        3 * x * (1 + 5e-5 * (x > 0))
    ),
    "It is the sum of all right entries.": lambda x: 3 * x.sum(),
    "It is the mean over axis 1 of the right result.": lambda x: 3 * x.mean(1),
    "Its sum over axis 0 is the right result.": lambda x: np.stack([x, 2 * x]),
    "It is right as far as it goes; entries are missing.": lambda x: 3 * x[:, :-1],
    "The right result stands first in it; more follows.": lambda x: np.hstack(
        [3 * x, x]
    ),
    "Entries are right where the right one is positive, and off elsewhere.": lambda x: (
        np.where(x > 0, 3 * x, x + 1)
    ),
    "Entries are off in the last row, and right elsewhere.": lambda x: np.vstack(
        [3 * x[:-1], x[-1:] ** 2]
    ),
    "Every entry is either right or 0.": lambda x: np.maximum(3 * x, 0),
    "In a case all entries are off by the same factor.": lambda x: x * x.max(),
    "Along axis 0 all entries are off by the same amount.": lambda x: 3 * x + x[:1],
    "Every entry is too large.": lambda x: 3 * x + 9 * x * x,
}


@pytest.mark.parametrize("says", SEEN)
def test_what_holds_on_every_case_is_said(says):
    assert shown(SEEN[says]) == says


def rows_alike(rng):
    n = int(rng.integers(2, 9))
    return {"x": matrix(rng, n, 3), "y": matrix(rng, n, 2)}


def test_an_error_of_rounding_is_told_as_one():
    for right in (lambda x, y: x.sum() + y.sum(), lambda x, y: np.square(x).sum()):
        asked = question(*[case_from("two arrays", rows_alike)] * 4, rule=right)
        found = shown(lambda x, y, right=right: np.float32(right(x, y)), asked)
        assert found == "It agrees with the right result as far as float32 reaches."


def slope_of(x, g):
    return 2 * x * g


def pair(rng):
    return {"x": matrix(rng, 3, 5), "g": matrix(rng, 3, 5)}


def test_a_result_for_an_upstream_of_ones_is_recognised():
    asked = question(*[case_from("a pair", pair)] * 3, rule=slope_of)
    says = "It is right for an upstream g of ones."
    assert shown(lambda x, g: 2 * x, asked) == says


def test_the_value_of_a_function_in_the_place_of_its_slope_is_recognised():
    from chainrule.questions import find

    found = judge(find("matmul_backward"), lambda g, a, b: (a @ b, a @ b), 0)
    assert "It is the value that goes forward." in found.story


def on(right, wrong=lambda x: np.sin(7 * x) + 0.3 * x):
    return lambda x: 3 * x if right(x) else wrong(x)


SHAPES = question(
    matrix_case("one row", 1, 4),
    matrix_case("square", 3, 3),
    matrix_case("wide", 2, 5),
    matrix_case("tall", 6, 4),
)
APART = [
    (SHAPES, lambda x: len(x) > 1, "off", "where x has one row"),
    (SHAPES, lambda x: x.shape == (3, 3), "right", "where x is square"),
    (SHAPES, lambda x: x.shape != (2, 5), "off", 'of "wide"'),
    (NUMBERS, lambda x: x > 0, "right", "where x is positive"),
]


@pytest.mark.parametrize("asked, right, how, where", APART)
def test_what_sets_the_cases_apart_that_are_off_is_said(asked, right, how, where):
    says = f"It was {how} in each case drawn {where}, and in no other."
    wrongs = {says}
    if how == "right":  # of two clauses that say the same, either does
        wrongs.add(says.replace("right", "off", 1).replace("positive", "negative"))
        wrongs.add(says.replace("right", "off", 1).replace("square", "not square"))
    assert shown(on(right), asked) in wrongs


def test_what_holds_where_it_is_off_is_said_as_that():
    says = "On the cases that are off, every entry is 2 times the right one."
    assert shown(on(lambda x: len(x) > 1, lambda x: 6 * x), SHAPES) == says


def first_time_only():
    calls = []

    def answer(x):
        calls.append(x)
        return 3 * x if len(calls) == 1 else np.sin(7 * x) + 0.3 * x

    return answer


def kept(x, before={}):  # noqa: B006
    return before.setdefault(x.shape, 3 * x)


def counted():
    calls = []

    def answer(x):
        calls.append(x)
        return np.sin(7 * x) + len(calls)

    return answer


def test_an_answer_that_is_right_once_is_told_so():
    for seed in range(3):
        story = judge(MATRICES, first_time_only(), seed).story
        assert "two different results" in story or "never again" in story


def test_an_answer_that_gives_two_results_for_the_same_is_told_so():
    says = "Asked the same twice, it gave two different results."
    assert all(says in judge(MATRICES, counted(), seed).story for seed in range(3))


def test_an_answer_that_gives_nan_both_times_is_not_told_that_they_differ():
    assert "different" not in judge(MATRICES, lambda x: x * np.nan, 0).story


def test_an_answer_that_gives_an_earlier_result_is_told_so():
    asked = question(*[matrix_case("a matrix", 3, 4)] * 3)
    story = judge(asked, functools.partial(kept, before={}), 0).story
    assert "it is what was right for an earlier case." in story


def test_nothing_is_said_of_numbers_that_show_nothing():
    assert shown(lambda x: np.sin(7 * x) + 0.3 * x) == ""


def test_too_few_different_results_say_nothing():
    asked = question(case("always the same", x=np.array([[1.0, -2.0]])))
    assert shown(lambda x: -3 * x, asked) == ""


def test_a_value_that_is_asked_for_is_not_hinted_at():
    part = Part(
        1, closed_form(lambda x: 3 * x), [case("own", x=lambda rng: rng.random())]
    )
    asked = Question("q", part, hints=["", "", ""], value=True)
    assert shown(lambda: -1.0, asked) == ""


def test_an_answer_that_a_mistake_explains_is_asked_no_more():
    mistakes = [Mistake("Twice.", lambda oracle, x: 2 * x)]
    asked = question(*[matrix_case("a matrix")] * 3, mistakes=mistakes)
    assert calls(lambda x: 2 * x, asked) == calls(lambda x: 3 * x, asked) == 5
    assert calls(lambda x: np.sin(7 * x) + 0.3 * x, asked) == 5
    assert calls(lambda x: -3 * x, asked) == 15


def calls(answer, asked):
    made = []

    def noted(x):
        made.append(x)
        return answer(x)

    judge(asked, noted, 0)
    return len(made)


ODD = [
    np.zeros((0, 3)),
    np.full((2, 5), np.nan),
    np.full(3, np.inf),
    np.full((1,) * 30, -np.inf),
    np.full(100_000, 1e308),
    np.arange(100_000).reshape(10, 100, 100) > 5,
    np.array(2**64 - 1, dtype=np.uint64),
    np.float32("nan"),
    [],
    True,
]


@pytest.mark.parametrize("result", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("asked", [MATRICES, NUMBERS], ids=["matrices", "numbers"])
def test_a_result_of_any_form_brings_neither_error_nor_warning(result, asked):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judge(asked, lambda x: result, 0).state == "wrong"
