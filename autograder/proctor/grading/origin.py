"""Where a mark comes from: the versions of all that it depends on, as short digests."""

import ast
import functools
import hashlib
import inspect
import json
import sys
from collections import defaultdict
from importlib import import_module, metadata
from pathlib import Path

import chainrule
from chainrule.questions import asked_in, bank

import proctor

BANKS = "chainrule.questions"
JUDGING = ("handin", "inside", "room", "grading")


def short(raw):
    return hashlib.sha256(raw).hexdigest()[:12]


def of(job):
    """The versions of a job's file, its notebook, its questions and the grader, and
    whether a room held it."""
    return {
        "file": short(job.raw) if job.raw else "",
        "notebook": short(json.dumps(job.released, sort_keys=True).encode()),
        "questions": versions(job.notebook),
        "grader": grader(),
        "isolated": job.limits.isolated,
    }


@functools.cache
def grader():
    """The version of what judges: the code outside of the banks, NumPy and torch."""
    library, own = Path(chainrule.__path__[0]), Path(proctor.__path__[0])
    files = [p for p in library.rglob("*.py") if p.parents[1].name != "questions"]
    for stage in JUDGING:
        files += (own / stage).rglob("*.py")
    parts = [path.read_bytes() for path in sorted(files)]
    parts += [metadata.version(name).encode() for name in ("numpy", "torch")]
    return short(b"\0".join(parts))


@functools.cache
def versions(notebook):
    """The version of each question of a notebook: of the statements that make it."""
    top = asked_in(notebook).__name__
    homes = [name for name in sorted(sys.modules) if f"{name}.".startswith(f"{top}.")]
    found = {}
    for question in bank(notebook).values():
        made_by = {}
        for home in homes:
            for name, value in vars(sys.modules[home]).items():
                if value is question:
                    gather(home, name, made_by)
        text = "\n".join(made_by[at] for at in sorted(made_by) if made_by[at])
        found[question.name] = short(text.encode())
    return found


def gather(module, name, found):
    """Add the statements that a name of a module is made by, and what these use."""
    if (module, name) in found or name not in statements(module):
        return
    found[module, name] = ""
    for node in statements(module)[name]:
        if isinstance(node, ast.ImportFrom) and is_bank(node.module):
            follow(node, name, found)
        elif isinstance(node, ast.ImportFrom):
            found[module, name] = f"from {node.module} import {name}"
        else:
            found[module, name] += ast.unparse(node)
            for used in ast.walk(node):
                if isinstance(used, ast.Name):
                    gather(module, used.id, found)


def is_bank(module):
    return f"{module}.".startswith(f"{BANKS}.")


def follow(node, name, found):
    """Go where a name is imported from: another bank's statement, or all of one."""
    there = next(a.name for a in node.names if name in (a.name, a.asname))
    if f"{node.module}.{there}" not in sys.modules:
        gather(node.module, there, found)
        return
    for other in statements(f"{node.module}.{there}"):
        gather(f"{node.module}.{there}", other, found)


@functools.cache
def statements(module):
    """A module's statements by the names that they define."""
    found = defaultdict(list)
    for node in ast.parse(inspect.getsource(import_module(module))).body:
        for name in named(node):
            found[name].append(node)
    return dict(found)


def named(node):
    """The names that a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
