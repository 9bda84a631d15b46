"""The map of the grader: stages in the order in which a submission goes."""

import ast
from pathlib import Path

import proctor
import pytest

PACKAGE = Path(proctor.__file__).parent
STAGES = [
    "clean",
    "whole",
    "source",
    "handin",
    "inside",
    "room",
    "out",
    "lms",
    "grading",
]
FILES = [p for p in sorted(PACKAGE.rglob("*.py")) if p.stem != "__init__"]
DOORS = ["__main__.py", "commands.py", "nbgrader_plugin.py"]


def imported(path):
    """The modules of the grader that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("proct"):
            names = [alias.name for alias in node.names]
            root = node.module == "proctor"
            yield from names if root else [node.module.split(".")[1]]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_stage_imports_only_itself_and_what_comes_before_it(path):
    parts = path.relative_to(PACKAGE).parts
    if parts[0] in DOORS:
        return
    own = STAGES.index(parts[0].removesuffix(".py"))
    assert {*imported(path)} <= {*STAGES[: own + 1]}


def test_what_runs_beside_a_student_s_code_imports_nothing_of_the_judge_s_side():
    for path in (PACKAGE / "inside").glob("*.py"):
        assert [*imported(path)] == []
