"""The names that the text of a cell defines: what it may answer."""

import ast
import contextlib
import re
import warnings

LONGEST = 1 << 16  # a longer text is no answer, and costs memory to parse
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
UNPARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
SCOPES = (*DEFINITIONS, *COMPREHENSIONS, ast.Lambda)
MAGIC = re.compile(r"^(\s*)[%!].*", re.M)
RUNS_NOTHING_HERE = re.compile(r"\s*%%(?!(?:time|capture|prun)\b)")


def defined(text):
    """The names that a cell defines outside of its functions and classes, in order.

    A text that is no Python tells only those that stand at its left edge.
    """
    if RUNS_NOTHING_HERE.match(text):
        return []  # %%writefile and its kin
    tree = _tree(text)
    if tree is not None:
        return list(_bound(tree))
    found = re.findall(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *=(?!=)", text, re.M)
    return [function or value for function, value in found]


def parses(text):
    """Whether a text is whole statements of Python, magic lines among them."""
    return _tree(text) is not None


def _tree(text):
    """The syntax tree of a cell, or None. Raises nothing, whatever the text."""
    for version in (text, MAGIC.sub(r"\1pass", text)):
        with warnings.catch_warnings(), contextlib.suppress(*UNPARSED):
            warnings.simplefilter("ignore")  # about a student's code, said to nobody
            if len(version) <= LONGEST:
                return ast.parse(version)
    return None


def _bound(tree):
    """The names that are bound in a tree's outermost scope."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, DEFINITIONS):
            yield node.name
        if not isinstance(node, SCOPES):
            waiting += reversed(list(ast.iter_child_nodes(node)))
