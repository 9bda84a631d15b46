"""What a person is told of an error in their own code."""

import linecache

import pytest
from chainrule.blame import blame, stub_in


def cell(text, names, number=1):
    """Run a cell as a notebook does: its text can be looked up by its file's name."""
    file = f"/tmp/ipykernel_1/{number}.py"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    exec(compile(text, file, "exec"), names)


def said(*cells):
    names = {}
    try:
        for number, text in enumerate(cells):
            cell(text, names, number)
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
    "line",
    [
        "import random; random.choice([])",
        "import statistics; statistics.mean([])",
        "import json; json.loads('{')",
        "import numpy; numpy.linalg.inv(numpy.zeros((2, 2)))",
        "import numpy; numpy.vectorize(lambda x: 1 // int(x))(numpy.zeros(2))",
        "from functools import reduce; reduce(lambda a, b: a / b, [1, 0])",
        "from collections import namedtuple; namedtuple('P', 'x y')(1)",
        "from concurrent.futures import ThreadPoolExecutor as P; "
        "list(P(1).map(lambda x: 1 / x, [0]))",
        "from chainrule.scalar import Value; Value('a')",
        "[1 / x for x in [0]]",
        "{x: 1 / x for x in [0]}",
        "sum(1 / x for x in [0])",
        "exec('1 / 0')",
        "eval('1 +')",
        "import no_such_module",
    ],
)
def test_the_line_shown_is_the_authors_own(line):
    text = f"def f():\n    y = 1\n    {line}\n"
    assert said(text, "f()").splitlines()[-1] == f"    in f, line 3: {line}"


def test_of_the_authors_lines_the_innermost_is_shown():
    helper = "def helper(x):\n    return 1 / x"
    text = "class A:\n    def m(self):\n        return list(map(helper, [0]))"
    assert said(helper, text, "A().m()").endswith("in helper, line 2: return 1 / x")


def test_a_recursion_without_end_is_told_by_its_own_line():
    found = said("def f(n):\n    return f(n + 1)", "f(0)")
    assert found.startswith("    RecursionError")
    assert found.endswith("in f, line 2: return f(n + 1)")


def test_an_own_module_beside_the_notebook_is_the_authors(tmp_path, monkeypatch):
    (tmp_path / "own_helper.py").write_text("def g():\n    return 1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = said("from own_helper import g\ng()")
    assert found.endswith("in g, line 2: return 1 / 0")


@pytest.mark.parametrize(
    "file",
    [
        "/usr/local/lib/python3.13/dist-packages/numpy/linalg.py",
        "/usr/lib/python3.13/site-packages/numpy/linalg.py",
        "/room/wire.py",
        "<frozen importlib._bootstrap>",
    ],
)
def test_no_line_of_an_installed_package_is_shown(file):
    text = "raise ValueError('no')"
    linecache.cache[file] = (len(text), None, [text], file)
    names = {"inner": lambda: exec(compile(text, file, "exec"))}
    with pytest.raises(ValueError) as caught:
        cell("inner()", names)
    del linecache.cache[file]
    assert text not in blame(caught.value)


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
