"""How the library is laid out: one-way imports, short pieces, light to import."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[1]
PACKAGE = LIBRARY / "chainrule"
# The reading order. `ops` stands above `tensor`: the rules know nothing of Tensors.
ORDER = ["scalar", "settings", "ops", "tensor", "transforms", "dual"]
ORDER += ["differences", "gradcheck", "symbolic", "losses", "init", "layers"]
ORDER += ["recurrent", "optim", "regularize", "blame", "rules", "standin", "watch"]
ORDER += ["crossing", "torch_side", "verdict", "oracle", "signatures", "judge", "data"]
ORDER += ["device", "simulated", "lessons", "questions", "train", "guess"]
ORDER += ["standby", "weigh", "draw"]
ORDER += ["races", "trials", "torch_steps", "small_net"]
FILES = sorted(p for p in PACKAGE.rglob("*.py"))
each_file = pytest.mark.parametrize(
    "path", FILES, ids=lambda p: str(p.relative_to(PACKAGE))
)


def module_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    """(module of chainrule, line) for every import of one, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "chainrule" and len(parts) > 1:
                yield parts[1], node.lineno


@each_file
def test_a_module_imports_only_from_modules_above_it(path):
    here = module_of(path)
    if here == "__init__":
        return
    for module, line in imports(path):
        assert ORDER.index(module) <= ORDER.index(here), f"line {line}: {module}"


def test_every_module_has_its_place_in_the_order():
    assert {module_of(path) for path in FILES} - {"__init__"} == set(ORDER)


@each_file
def test_only_what_meets_torch_imports_it_and_only_figures_matplotlib(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    meet_torch = (
        "oracle",
        "questions",
        "torch_side",
        "torch_steps",
        "device",
        "lessons",
    )
    allowed = {name: {"torch"} for name in meet_torch}
    allowed["draw"] = {"matplotlib"}
    heavy = {"torch", "matplotlib", "nbgrader", "ipywidgets"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            tops = {
                n.split(".")[0] for n in [*named, getattr(node, "module", "") or ""]
            }
            assert tops & heavy <= allowed.get(module_of(path), set())


@each_file
def test_a_module_is_short_or_says_why_it_is_not(path):
    if module_of(path) == "questions" and path.name != "__init__.py":
        return  # data, as long as there are questions
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 180 or "Longer than" in text


def test_functions_are_short():
    lengths = [
        node.end_lineno - node.lineno + 1
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    assert sum(n <= 20 for n in lengths) > 0.93 * len(lengths)
    assert max(lengths) <= 45


def python(code, *options, **env):
    command = [sys.executable, *options, "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **env}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_library_imports_neither_torch_nor_matplotlib():
    modules = [m for m in ORDER if m not in ("questions",)]
    code = (
        "import sys, importlib, chainrule\n"
        f"for m in {modules}: importlib.import_module('chainrule.' + m)\n"
        "print([m for m in ('torch', 'matplotlib', 'IPython') if m in sys.modules])"
    )
    assert python(code).strip() == "[]"


def test_the_bank_needs_no_torch_until_it_judges():
    code = (
        "import sys; from chainrule import check, hint; print('torch' in sys.modules)"
    )
    assert python(code).strip() == "False"


def test_a_plain_install_without_dependencies_works(tmp_path):
    """As in Colab: pip install --no-deps, beside what is there already."""
    source, site = tmp_path / "lib", tmp_path / "site"
    hidden = shutil.ignore_patterns("*.egg-info", "__pycache__", "build")
    shutil.copytree(LIBRARY, source, ignore=hidden)
    shutil.copytree(LIBRARY.parent / "data", tmp_path / "data", ignore=hidden)
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
    command += ["--no-build-isolation", "--target", str(site), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    code = (
        "import chainrule, chainrule.layers, chainrule.draw, chainrule.questions\n"
        "from chainrule import Value\n"
        "x = Value(3.0); y = x * x; y.backward(); print(x.grad, chainrule.__file__)"
    )
    told = python(code, PYTHONPATH=str(site))
    assert told.startswith("6.0") and str(site) in told
