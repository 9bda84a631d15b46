"""The names that the text of a cell defines, which it may answer, and those it uses."""

import ast
import contextlib
import copy
import functools
import re
import symtable
import warnings

LONGEST = 1 << 16  # a longer text is no answer, and costs memory to parse
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
UNPARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
BINDING = (*DEFINITIONS, ast.Assign, ast.Import, ast.ImportFrom)
TRIES = (ast.Try, ast.TryStar)
BINDING_INSIDE = (ast.For, ast.AsyncFor, ast.With, ast.AsyncWith)
SCOPES = (*DEFINITIONS, *COMPREHENSIONS, ast.Lambda)
MAGIC = re.compile(r"^(\s*)[%!].*", re.M)
RUNS_NOTHING_HERE = re.compile(r"\s*%%(?!(?:time|capture|prun)\b)")


def defined(text):
    """The names that a cell defines outside of its functions and classes, in order.

    A text that is no Python tells only those that stand at its left edge.
    """
    return list(_defined(text))


@functools.lru_cache(maxsize=512)  # a text is asked about more than once
def _defined(text):
    if RUNS_NOTHING_HERE.match(text):
        return ()  # %%writefile and its kin
    tree = _tree(text)
    if tree is not None:
        return tuple(_bound(tree))
    found = re.findall(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *=(?!=)", text, re.M)
    return tuple(function or value for function, value in found)


def used(text):
    """The names that a cell looks up in the notebook, from its functions too.

    What it has bound itself by then, whatever happens, is looked up nowhere else.
    """
    tree = _tree(text)
    if tree is None or RUNS_NOTHING_HERE.match(text):
        return set()
    with contextlib.suppress(*UNPARSED):
        return _used_in(tree.body, set())
    return set()


def _used_in(statements, own):
    """The names looked up in a block, in front of which those of `own` are bound."""
    found, own = set(), set(own)
    for statement in statements:
        if isinstance(statement, TRIES):
            found |= _used_in_try(statement, own)
            continue
        if isinstance(statement, BINDING_INSIDE):
            head = copy.copy(statement)
            head.body, head.orelse = [ast.Pass()], []
            found |= _looked_up(head) - own
            inside = [*statement.body, *getattr(statement, "orelse", [])]
            found |= _used_in(inside, own.union(_bound(head)))
            continue
        found |= _looked_up(statement) - own
        if isinstance(statement, BINDING):
            own.update(_bound(statement))
    return found


def _used_in_try(statement, own):
    found = _used_in([*statement.body, *statement.orelse], own)
    for handler in statement.handlers:
        if handler.type:
            found |= _looked_up(handler.type) - own
        found |= _used_in(handler.body, own | {handler.name})
    return found | _used_in(statement.finalbody, own)


def _looked_up(statement):
    """The global names that a statement refers to, with those it adds to."""
    found = set()
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        found.add(statement.target.id)
    tables = [symtable.symtable(ast.unparse(statement), "cell", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        asked = (s for s in table.get_symbols() if s.is_referenced())
        found |= {s.get_name() for s in asked if s.is_global()}
    return found


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
