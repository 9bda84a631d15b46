"""What a cell defines, whatever form the definition has."""

import pytest
from proctor.handin.names import defined, parses, used


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return x",
        "async def f(x):\n    return x",
        "@cache\ndef f(x):\n    return x",
        "class f:\n    y = 1\n    def g(self): z = 1",
        "f = 3",
        "f: int = 3",
        "(f := 3)",
        "f = lambda x: (y := x)",
        "f = [y for y in range(3)]",
        "if True:\n    def f(x): return x",
        "try:\n    f = 1\nexcept ValueError:\n    pass",
        "with open('x'):\n    f = 1",
        "from helper import f",
        "from helper import g as f",
        "import f.g",
        "%matplotlib inline\nf = 3",
        "%%time\nf = 3",
        "if True:\n    !ls\n    f = 3",
        "def f(x):\n    return 'a \\d'",
    ],
)
def test_a_definition_is_seen_in_every_form(text):
    assert defined(text) == ["f"]


def test_several_names_come_in_the_order_of_the_text():
    assert defined("b = a = 1\nd, (c, *e) = 1, (2, 3)") == ["b", "a", "d", "c", "e"]


@pytest.mark.parametrize(
    "text",
    ["def g():\n    f = 1", "f(1)", "f == 1", "x.f = 1", "%%writefile f.py\nf = 1"],
)
def test_what_defines_nothing_in_the_notebook_is_no_definition(text):
    assert "f" not in defined(text)


def test_a_text_that_is_no_python_tells_what_stands_at_its_left_edge():
    assert defined("def f(x):\n    return (\n\nasync def g(x):\n    ]\nh = 1") == [
        "f", "g", "h"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["x = 1\n" * 99_999, "(" * 9_999, "1" + "+1" * 20_000, "x = " + "-" * 9_999 + "1",
     "\0", "a" + ".a" * 20_000, "x = " + "1 + (" * 90 + "1" + ")" * 90],
    ids=["long", "brackets", "sum", "signs", "zero", "dots", "nested"],
)  # fmt: skip
def test_no_text_ends_the_grader(text):
    assert set(defined(text)) <= {"x"} and parses(text) in (True, False)
    assert used(text) <= {"a"}


@pytest.mark.parametrize(
    "text",
    [
        "print(f)",
        "f.x = 1",
        "f += 1",
        "def g(x):\n    return f + x",
        "g = lambda x: [y for y in f]",
        "class A:\n    x = f",
        "%time f(1)\nf",
        "f = f + 1",
        "if g:\n    f = 1\nf",
        "def g():\n    return f\n\nf = 1",
        "for g in f:\n    g",
        "for f in range(3):\n    pass\nf",
        "for g in range(3):\n    f",
        "with f as g:\n    g",
        "with g:\n    f = 1\nf",
        "try:\n    f\nexcept g:\n    pass",
        "try:\n    g()\nexcept f as g:\n    g",
        "try:\n    g()\nexcept g as e:\n    f",
        "try:\n    g()\nexcept g as f:\n    f\nf",
        "try:\n    g()\nexcept g as f:\n    f\nelse:\n    f",
        "try:\n    g()\nexcept g as f:\n    f\nfinally:\n    f",
        "try:\n    f = g()\nexcept g:\n    pass\nf",
    ],
)
def test_a_name_that_a_cell_looks_up_is_used(text):
    assert "f" in used(text)


@pytest.mark.parametrize(
    "text",
    ["f = 1", "def f(x):\n    return x", "def g(f):\n    return f", "x.f", "f(",
     "%%writefile f.py\nf", "def g():\n    f = 1\n    return lambda: f", "f = 1\nf",
     "import f\n\ndef g():\n    return f", "for f in range(3):\n    g(f)",
     "with g() as f:\n    f", "try:\n    g()\nexcept g as f:\n    f",
     "try:\n    g()\nexcept* g as f:\n    f", "try:\n    f = g()\nexcept g:\n    g",
     "try:\n    f = g()\nexcept g:\n    g()\nelse:\n    f",
     "for g in range(3):\n    for f in range(g):\n        f"],
)  # fmt: skip
def test_what_a_cell_calls_its_own_is_not_used(text):
    assert "f" not in used(text)
