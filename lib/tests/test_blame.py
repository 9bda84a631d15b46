"""What a person is told of an error in their own code."""

import pytest
from chainrule.blame import blame, stub_in


def said(source):
    try:
        exec(source, {})
    except Exception as error:
        return blame(error)


def test_a_name_that_is_not_there_sends_one_to_the_cell_that_defines_it():
    assert "run that cell first" in said("softmax(1)")


def test_other_errors_are_not_taken_for_a_cell_that_was_not_run():
    assert "cell" not in said("1 / 0")
    assert "cell" not in said("def f():\n    x = x + 1\n\nf()")


def test_a_bare_exception_is_nothing_but_its_sentence():
    assert said("raise Exception('Try an array.')").splitlines()[0].strip() == (
        "Try an array."
    )


@pytest.mark.parametrize(
    "source, stub",
    [
        ("def f(): raise NotImplementedError\nf()", "f"),
        ("def f():\n def g(): raise NotImplementedError\n g()\nf()", "g"),
        ("class A:\n def f(self): raise NotImplementedError\nA().f()", "A"),
    ],
)
def test_an_empty_stub_is_known_by_the_name_of_its_function_or_class(source, stub):
    with pytest.raises(NotImplementedError) as caught:
        exec(source, {})
    assert stub_in(caught.value) == stub
