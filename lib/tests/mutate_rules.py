"""Break every rule of the engine in every small way, and see that the tests notice.

Each mutant is one change to one module: another operator, a sign or a factor or a
transpose dropped, two arguments swapped, `=` for `+=`, breadth first for depth first.
It lives in a forked process that runs the module's tests until the first one fails.
Run as `python lib/tests/mutate_rules.py [words of the mutants wanted]`; the exit status
is 1 if one survives.
"""

import ast
import os
import signal
import sys
import time
from copy import deepcopy
from importlib.machinery import SourceFileLoader
from pathlib import Path

import hypothesis.extra.numpy
import pytest
import torch

TESTS = Path(__file__).parent
ENGINE = TESTS.parent / "chainrule"
FAST = "not deeper_than and not work_grows"
WALK = ["test_traversal.py", "test_tensor.py"]
TESTS_OF = {
    "scalar.py": ["test_traversal.py", "test_scalar.py"],
    "tensor.py": [*WALK, "test_ops.py", "test_traps.py"],
    "ops/elementwise.py": ["test_ops.py", "test_traps.py"],
    "ops/shapes.py": ["test_ops.py", "test_traps.py"],
    "ops/sums.py": ["test_ops.py", "test_traps.py"],
    "ops/products.py": ["test_ops.py", "test_traps.py"],
    "ops/windows.py": ["test_ops.py", "test_traps.py"],
    "ops/convolution.py": ["test_ops.py", "test_traps.py"],
}
# What of each module is a rule, besides the functions of (g, y, ...).
RULES = {
    "scalar.py": ["Value", "topological_order", "_power_slope", "_exponent_slope"],
    "tensor.py": ["backward", "pull_back", "unbroadcast", "conform"],
    "ops/shapes.py": ["share", "_scatter", "_inside"],
    "ops/sums.py": ["_back", "_count"],
    "ops/products.py": ["_columns", "_rows", "_sum_of_rows"],
    "ops/windows.py": ["_overlaid", "_winners", "_dealt"],
    "ops/convolution.py": ["_conv_of", "_by_x_of", "_by_w_of"],
}
OTHER = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
}
MOVES = {"T", "transpose", "swapaxes", "reshape"}


def changes(node):
    """Every (description, replacement) for one node of a syntax tree."""
    match node:
        case ast.BinOp(left, op, right) if type(op) in OTHER:
            yield "other operator", ast.BinOp(left, OTHER[type(op)](), right)
            if isinstance(op, ast.Mult | ast.Div):
                yield "second factor dropped", left
            if isinstance(op, ast.Mult):
                yield "first factor dropped", right
            if isinstance(op, ast.Sub | ast.Div):
                yield "arguments swapped", ast.BinOp(right, op, left)
        case ast.BinOp(left, ast.MatMult(), right):
            yield "arguments swapped", ast.BinOp(right, ast.MatMult(), left)
        case ast.Compare(left, [op], [right]) if type(op) in OTHER:
            yield "comparison reversed", ast.Compare(left, [OTHER[type(op)]()], [right])
        case ast.UnaryOp(ast.USub(), operand):
            yield "sign dropped", operand
        case ast.Lambda(args, ast.Name("g")):
            yield "sign flipped", ast.Lambda(args, ast.UnaryOp(ast.USub(), node.body))
        case ast.AugAssign(target, ast.Add(), value) if not isinstance(
            value, ast.Tuple
        ):
            yield "= for +=", ast.Assign([target], value)
        case ast.Tuple([ast.Constant(), ast.Constant()]):
            pass  # the axes of a sum, whose order is nothing
        case ast.Tuple([a, b], ast.Load()) if ast.dump(a) != ast.dump(b):
            yield "pair swapped", ast.Tuple([b, a], ast.Load())
        case ast.Attribute(value, name) if name == "T":
            yield "transpose dropped", value
        case ast.Call(ast.Attribute(value, name)) if name in MOVES:
            yield f"{name} dropped", value
        case ast.Call(ast.Attribute(_, "pop"), []):
            yield "breadth first", ast.Call(node.func, [ast.Constant(0)], [])
        case ast.Call(ast.Name("reversed"), [order]):
            yield "not reversed", order
        case ast.Call(ast.Name("unbroadcast" | "conform"), [g, *_]):
            yield f"{node.func.id} dropped", g
        case ast.IfExp(_, body, other):
            yield "always the first", body
            yield "always the second", other


def is_rule(node, named):
    """Whether a function is a rule: one of (g, y, ...), or one of those named."""
    if getattr(node, "name", None) in named:
        return True
    return isinstance(node, ast.Lambda | ast.FunctionDef) and (
        [a.arg for a in node.args.args[:2]] == ["g", "y"]
    )


def places(tree, named, inside=False):
    """The paths (node, field, index) to all expressions and statements of rules."""
    for field, value in ast.iter_fields(tree):
        for i, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.Raise | ast.arguments) or not isinstance(
                child, ast.AST
            ):
                continue
            if getattr(child, "name", "") in {"__init__", "__repr__"}:
                continue
            here = inside or is_rule(child, named)
            if here:
                yield tree, field, i if isinstance(value, list) else None, child
            yield from places(child, named, here)


def mutants(module):
    """Every (description, changed syntax tree) of one module, one change each."""
    tree = ast.parse((ENGINE / module).read_text())
    for parent, field, i, node in places(tree, RULES.get(module, [])):
        original = getattr(parent, field)
        for what, replacement in changes(node):
            changed = ast.copy_location(replacement, node)
            if i is None:
                setattr(parent, field, changed)
            else:
                setattr(parent, field, [*original[:i], changed, *original[i + 1 :]])
            where = f"{module}:{node.lineno}"
            text = f"{ast.unparse(node)}  ->  {ast.unparse(changed)}"
            yield f"{where}  {what}: {text}", ast.fix_missing_locations(deepcopy(tree))
            setattr(parent, field, original)


def survives(module, tree):
    """Whether all tests pass with this tree in place of the module."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    signal.alarm(60)  # a walk that never ends is noticed too
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    as_written = SourceFileLoader.get_code

    def get_code(self, name):
        if self.path == str(ENGINE / module):
            return compile(tree, self.path, "exec")
        return as_written(self, name)

    SourceFileLoader.get_code = get_code
    files = [str(TESTS / name) for name in TESTS_OF[module]]
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--assert=plain",
        "--tb=no",
        "-k",
        FAST,
    ]
    os._exit(int(pytest.main([*options, *files])))


def main(words):
    torch.set_num_threads(1)
    assert hypothesis.extra.numpy and "chainrule" not in sys.modules
    start, tried, left = time.time(), 0, []
    for module in TESTS_OF:
        if not survives(module, ast.parse((ENGINE / module).read_text())):
            sys.exit(
                f"The tests of {module} fail without any change. Try pytest first."
            )
        for what, tree in mutants(module):
            if not words or any(word in what for word in words):
                tried += 1
                if survives(module, tree):
                    left.append(what)
                    print("survives:", what, flush=True)
        print(f"{tried} mutants tried after {module}, {time.time() - start:.0f} s")
    print(f"{len(left)} of {tried} survive")
    return bool(left)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
