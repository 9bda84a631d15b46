"""The names that the text of a cell defines: what it may answer."""

import ast
import re
import warnings

LONGEST = 1 << 16  # a longer text is no answer, and costs memory to parse
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (*DEFINITIONS, *COMPREHENSIONS, ast.Lambda)
MAGIC = re.compile(r"^(\s*)[%!].*", re.M)
RUNS_NOTHING_HERE = re.compile(r"\s*%%(?!(?:time|capture|prun)\b)")


def defined(text):
    """The names that a cell defines outside of its functions and classes, in order.

    A text that is no Python tells only those that stand at its left edge.
    """
    if RUNS_NOTHING_HERE.match(text):
        return []  # %%writefile and its kin
    for version in (text, MAGIC.sub(r"\1pass", text)):
        try:
            return list(_bound(_parsed(version)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    found = re.findall(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *=(?!=)", text, re.M)
    return [function or value for function, value in found]


def _parsed(text):
    if len(text) > LONGEST:
        raise ValueError("too long")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a student's code, said to nobody
        return ast.parse(text)


def _bound(node):
    """The names that are bound in a tree's outermost scope."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif isinstance(child, ast.alias):
            yield (child.asname or child.name).partition(".")[0]
        elif isinstance(child, DEFINITIONS):
            yield child.name
        if not isinstance(child, SCOPES):
            yield from _bound(child)
