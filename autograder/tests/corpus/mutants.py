"""Right answers with one thing changed, and how far from right each change leads.

A mutant is a right answer of the corpus with one node of its syntax tree changed: an
operator, a constant, a name, a term dropped, a sign or a condition turned. Most are
wrong, some are still right: `2 * x - 4` as `x * 2 - 4`. Which is which is decided here
without the judge: `share_wrong` meets a mutant with many inputs of a wider range than
the judge draws and compares with formulas written by hand. A mutant is equivalent when
it is off nowhere, and wrong when it is off on at least a tenth of the inputs. What is
off on fewer is neither: no judge who asks a few times can be sure to see it, and a
tolerance that the question grants (a factor of ten in `best_h`, a small relative error
in `directional_check`) has an edge on which some answers stand.
"""

import ast
import contextlib
import copy
import io
import math
import runpy
import signal
from pathlib import Path

import numpy as np
from chainrule.questions import numbers
from proctor.build import ROOT
from proctor.source import read, solved

SOURCE = ROOT / "solutions" / "1-derivatives" / "01_three_derivatives.py"
CORPUS = Path(__file__).parent / "three_derivatives.py"
CLEARLY = 0.1

OPERATORS = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add, ast.Mult],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.Sub],
    ast.Pow: [ast.Mult, ast.Div],
    ast.MatMult: [ast.Mult],
}
COMPARISONS = {
    ast.Lt: [ast.Gt, ast.Eq],
    ast.Gt: [ast.Lt, ast.Eq],
    ast.LtE: [ast.Gt, ast.Eq],
    ast.Eq: [ast.NotEq, ast.Gt],
}
OTHER_NAMES = {
    "sin": ["cos"],
    "cos": ["sin"],
    "ceil": ["floor"],
    "log2": ["log"],
    "cbrt": ["sqrt"],
    "abs": ["float"],
    "float64": ["float32"],
}


def changes(node):
    """What may stand in a node's place."""
    if isinstance(node, ast.BinOp):
        for kind in OPERATORS.get(type(node.op), ()):
            yield ast.BinOp(node.left, kind(), node.right)
        yield ast.BinOp(node.right, node.op, node.left)
        yield node.left
        yield node.right
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        v = node.value
        for other in (v + 1, v - 1, -v, 2 * v, v * v, 0):
            yield ast.Constant(other)
    if isinstance(node, ast.UnaryOp):
        yield node.operand
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        for kind in COMPARISONS[type(node.ops[0])]:
            yield ast.Compare(node.left, [kind()], node.comparators)
        yield ast.UnaryOp(ast.Not(), node)
    if isinstance(node, ast.Call):
        if len(node.args) > 1:
            yield ast.Call(node.func, node.args[::-1], node.keywords)
        if len(node.args) == 1:
            yield node.args[0]
    if isinstance(node, ast.Attribute):
        for name in OTHER_NAMES.get(node.attr, ()):
            yield ast.Attribute(node.value, name, node.ctx)
    if isinstance(node, ast.AugAssign):
        for kind in OPERATORS.get(type(node.op), ()):
            yield ast.AugAssign(node.target, kind(), node.value)
        yield ast.Assign([node.target], node.value)
    if isinstance(node, ast.Return) and node.value:
        yield ast.Return(ast.UnaryOp(ast.USub(), node.value))
        yield ast.Expr(node.value)
        if isinstance(node.value, ast.Tuple):
            yield ast.Return(ast.Tuple(node.value.elts[::-1], ast.Load()))
    if isinstance(node, ast.Assign | ast.Expr | ast.AugAssign | ast.For | ast.While):
        yield ast.Pass()
    if isinstance(node, ast.While | ast.If):
        yield ast.If(node.test, node.body, node.orelse)


def other_names(tree, node):
    """The answer's other arguments in the place of one of them."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        args = {a.arg for f in functions for a in f.args.args} - {"f", "self", "dtype"}
        if node.id in args:
            for name in sorted(args - {node.id}):
                yield ast.Name(name, ast.Load())
    if isinstance(node, ast.Constant) and node.value in ("a", "b", "c", "d", "x"):
        for name in "abcdx".replace(node.value, ""):
            yield ast.Constant(name)


def mutants(source):
    """Every text that one change makes of a source, each once."""
    tree, seen = ast.parse(source), {ast.unparse(ast.parse(source))}
    for number, node in enumerate(list(ast.walk(tree))):
        for change in [*changes(node), *other_names(tree, node)]:
            fresh = copy.deepcopy(tree)
            target = list(ast.walk(fresh))[number]
            text = ast.unparse(ast.fix_missing_locations(put(fresh, target, change)))
            with contextlib.suppress(SyntaxError):
                compile(text, "mutant", "exec")
                if text not in seen:
                    seen.add(text)
                    yield text


def put(tree, target, change):
    """The tree with `change` where `target` stands."""

    class Put(ast.NodeTransformer):
        def visit(self, node):
            return change if node is target else self.generic_visit(node)

    return Put().visit(tree)


def right_answers():
    """(question, source): the notebook's own answers and the corpus's."""
    for cell in read(SOURCE):
        if cell.role == "answer":
            yield cell.name, solved(cell.text)
    for name, sources in runpy.run_path(str(CORPUS))["RIGHT"].items():
        for source in sources:
            yield name, source


def every_mutant():
    """(question, source) of all mutants, each once."""
    found = ((name, m) for name, source in right_answers() for m in mutants(source))
    return sorted({pair: None for pair in found})


def lesson():
    """The names that the notebook gives an answer, answers left out."""
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in read(SOURCE):
            if cell.role in ("setup", "code"):
                exec(cell.text, names)
    return names


class TooLong(Exception):
    """A mutant that does not end."""


@contextlib.contextmanager
def in_time(seconds):
    """End a mutant that runs on; it is wrong then."""

    def end(*_):
        raise TooLong

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def written(names, name, source, student):
    """What a mutant defines, or None when its cell fails."""
    names = {**names, "STUDENT": student}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
        exec(source, names)
        return names.get(name)


def share_wrong(names, name, source):
    """On which part of many inputs a mutant is off, from 0 to 1."""
    rng = np.random.default_rng(list(name.encode()))
    off, parts = 0, INPUTS[name]
    for number in range(60):
        answer = written(names, name, source, f"student {number}")
        with np.errstate(all="ignore"):
            off += not is_right(answer, parts, rng, number)
        if off == number + 1 == 12:  # off at every one so far: it will be far off
            return 1.0
    return off / 60


def is_right(answer, ask, rng, number):
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            with in_time(0.3):
                return bool(ask(answer, rng, number))
        except Exception:
            return False


# What is right, by question: asked of one answer on one random input.


def near(yours, right, relative=1e-6, least=1e-9):
    yours, right = np.asarray(yours, float), np.asarray(right, float)
    same = yours.shape == right.shape
    return same and np.all(np.abs(yours - right) <= least + relative * np.abs(right))


def curve(rng):
    """A smooth function of one variable, and its slope."""
    a, b, c = rng.uniform(0.5, 2, 3)
    return (
        lambda x: a * np.exp(b * x) + c * x**3 + x,
        lambda x: a * b * np.exp(b * x) + 3 * c * x**2 + 1,
    )


def forward(answer, rng, number):
    (f, _), x, h = curve(rng), rng.uniform(-2, 2), rng.uniform(0.01, 0.5)
    return near(answer(f, x, h), (f(x + h) - f(x)) / h)


def central(answer, rng, number):
    (f, _), x, h = curve(rng), rng.uniform(-2, 2), rng.uniform(0.01, 0.5)
    return near(answer(f, x, h), (f(x + h) - f(x - h)) / h / 2)


def step(answer, rng, number):
    """Within ten times the least error, for both dtypes, averaged over neighbours."""
    a, b, x = (float(rng.uniform(*r)) for r in ((1, 3), (0.8, 1.4), (0.6, 1.4)))

    def wave(v):
        return a * np.sin(b * v) + v**2 + 5

    for dtype, low in ((np.float64, -12), (np.float32, -6)):
        at = (x * (1 + np.linspace(-0.02, 0.02, 101))).astype(dtype)
        true = a * b * np.cos(b * at.astype(float)) + 2 * at.astype(float)

        def error(h, t=dtype, at=at, true=true):
            slope = (wave(at + t(h)) - wave(at - t(h))) / (t(2) * t(h))
            return np.sqrt(np.mean((slope.astype(float) - true) ** 2))

        least = min(error(10.0**p) for p in np.arange(low, 0.1, 0.25))
        h = answer(wave, x, dtype)
        if np.ndim(h) or not dtype(h) > 0 or not error(h) <= 10 * least:
            return False
    return True


class Counting:
    """A function of many variables that remembers where it was asked."""

    def __init__(self, rng, d):
        self.a, self.b = rng.uniform(0.5, 2, (2, d))
        self.asked = []

    def __call__(self, x):
        x = np.array(x, float)
        self.asked.append(x)
        return self.a @ np.sin(self.b * x) + x[:-1] @ x[1:]

    def slopes(self, x):
        around = np.r_[x[1:], 0] + np.r_[0, x[:-1]]
        return self.a * self.b * np.cos(self.b * x) + around


def gradient(answer, rng, number):
    d = int(rng.integers(2, 12))
    f, x = Counting(rng, d), rng.uniform(-1.5, 1.5, d)
    right = near(answer(f, x.copy()), f.slopes(x), 1e-4, 1e-4)
    apart = max(np.sum(np.abs(p - x) > 1e-12) for p in f.asked)
    return right and len(f.asked) in (d + 1, 2 * d) and apart == 1


def field(answer, rng, number):
    x, y = rng.uniform(-5, 5, 2)
    return near(answer(x, y), [2 * x - 4, 2])


def product(answer, rng, number):
    x = rng.uniform(-3, 3)
    return near(answer(x), math.sin(5 * x) + 5 * x * math.cos(5 * x))


def tidy(answer, rng, number):
    own = numbers("tidy_slope", f"student {number}")
    right = own["a"] + 2 * own["b"] * own["x"] + own["c"] - own["d"]
    return not callable(answer) and near(answer, right)


def halving(answer, rng, number):
    """At x that stay a fiftieth away from where the number of rounds changes."""
    rounds = rng.integers(0, 10)
    size = 5 * 2.0**rounds * rng.uniform(0.51, 0.98)
    return near(answer(size * rng.choice([-1, 1])), 0.5**rounds)


def directional(answer, rng, number):
    """True for the gradient, False for one that is clearly off; by two calls."""
    d = int(rng.integers(4, 9))
    f, x = Counting(rng, d), rng.uniform(-1.5, 1.5, d)
    g, right = f.slopes(x), number % 2 == 0
    i, j = rng.choice(d, 2, replace=False)
    by = rng.uniform(1, 3)
    g[i] += 0 if right else by
    g[j] -= 0 if right else by * (number % 4 == 1)
    said = answer(f, g, x.copy())
    plain = type(said) in (bool, np.bool_)
    return plain and bool(said) == right and len(f.asked) == 2


INPUTS = {
    "forward_difference": forward,
    "central_difference": central,
    "best_h": step,
    "gradient_by_differences": gradient,
    "gradient_field": field,
    "product_slope": product,
    "tidy_slope": tidy,
    "halving_slope": halving,
    "directional_check": directional,
}
