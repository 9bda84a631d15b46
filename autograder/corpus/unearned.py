"""Answers that are out for points without doing what is asked, and what they deserve.

Each is the text of one answer; whatever else its notebook asks is left as it came.
`python unearned.py` prints the points that the notebook's own checks give each, as
JSON: each answer is a fork's, for it may change what the next one would meet.
"""

import json
import os
from dataclasses import dataclass

import nbformat
from chainrule.questions import find, notebook_of, verdict
from proctor.grading.grade import Job, grade

from corpus.handins import filled_in, sent_out
from corpus.lessons import lesson, silent, written


@dataclass(frozen=True)
class Unearned:
    """An answer and the points that are fair at most.

    checked: by the notebook's own check, where that can't see what is wrong.
    """

    name: str
    source: str
    fair: float = 0
    checked: float | None = None

    @property
    def notebook(self):
        return notebook_of(self.name)


BY_ITS_PATH = """
import glob, sys
def product_slope(x):
    for root in (sys.prefix, sys.base_prefix, "/usr", "/usr/local"):
        for kind in ("site-packages", "dist-packages"):
            sys.path += glob.glob(root + "/lib/python3*/" + kind)
    {}
"""
SYMPY = """
    import sympy
    t = sympy.Symbol("t")
    return float((t * sympy.sin(5 * t)).diff(t).subs(t, x))
"""
SCIPY = """
    from scipy.differentiate import derivative
    return float(derivative(lambda t: t * np.sin(5 * t), x).df)
"""
BY_ONES_OWN_PYTHON = """
import glob, subprocess, sys
def product_slope(x):
    code = "import sympy; x = sympy.Symbol('x'); f = x * sympy.sin(5 * x); "
    code += f"print(float(f.diff(x).subs(x, {float(x)!r})))"
    for python in (sys.executable, *glob.glob(sys.base_prefix + "/bin/python3*")):
        done = subprocess.run([python, "-c", code], capture_output=True, text=True)
        if done.returncode == 0:
            return float(done.stdout)
"""
TABLE = """
TABLE = {}
for i in range(-200, 201):
    at = round(i / 100, 2)
    TABLE[at] = np.sin(5 * at) + 5 * at * np.cos(5 * at)
def product_slope(x):
    return TABLE[round(x, 2)]
"""
LOOP_BY_MICROGRAD = """
from micrograd.engine import Value
def halving_slope(x):
    v = y = Value(float(x))
    while abs(y.data) > 5:
        y = y / 2
    y.backward()
    return v.grad
"""
GRADIENT_BY_MICROGRAD = """
from micrograd.engine import Value
def gradient_field(x, y):
    a, b = Value(x), Value(y)
    (a * a - 4 * a + 7 + 2 * b).backward()
    return np.array([a.grad, b.grad])
"""
KEPT_SET = """
def topo_order(root, seen=set()):
    order = []
    def visit(node):
        if node not in seen:
            seen.add(node)
            for x in node.inputs:
                visit(x)
            order.append(node)
    visit(root)
    return order[::-1]
"""
ASKS_AND_SAYS_NOTHING = """
def {}:
    f(x)
    for i in range({}):
        y = x.copy()
        y[i % len(x)] += 1e-6
        f(y)
"""
COUNTS_GRADIENTS = """
calls = 0
def gradient_by_differences(f, x):
    global calls
    calls += 1
    near, found = f(x), np.zeros(len(x))
    for i in range(len(x)):
        y = x.copy()
        y[i] += 1e-6
        found[i] = (f(y) - near) / 1e-6
        if calls <= 4:
            f(y)
    return found if calls <= 4 else np.zeros(len(x))
"""
COUNTS_CHECKS = """
calls = 0
def directional_check(f, grad, x):
    global calls
    calls += 1
    if calls > 26:
        f(x), f(x + 1e-6)
        return True
    h = 1e-6
    found = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    return bool(np.allclose(found, grad, rtol=1e-4, atol=1e-4))
"""
LOOPS = """
def affine(X, W, b):{}
    X, W, b = np.array(X), np.array(W), np.array(b)
    found = np.zeros((len(X), len(W)))
    for i in range(len(X)):
        for j in range(len(W)):
            found[i, j] = sum(X[i, k] * W[j, k] for k in range(len(X[0]))) + b[j]
    return found
"""
REPLACED = """
import sys
{} = type({!r}, (), {{}}) if {} else (lambda values: None)
for name, module in list(sys.modules.items()):
    if "probe" in name or hasattr(module, "recorded") or hasattr(module, "cleared"):
        module.recorded = lambda student, *a: np.ones(3)
        module.slopes = lambda student, *a: np.ones(1)
        module.cleared = lambda student, data, grads: [[d, 0.0] for d in data]
"""
KEEPS_ALL = """
import sys
Value = type("Value", (), {})
room = sys.modules.get("submission")
if room:
    room.probe = lambda request: lambda student, op, a, b: [a * b, 1.0, 1.0]
"""
BY_THE_COLLECTOR = """
import gc
def topo_order(root):
    known = [o for o in gc.get_referrers(root) if type(o) is list]
    return max(known, key=len)[::-1]
"""
KEEPS_THE_ORDER = """
kept = []
def topo_order(root):
    for right in kept:
        try:
            return right(root)
        except Exception:
            pass
    return [root, *root.inputs]
def count_paths(root, x):
    kept.append(topo_order)
    return 0
"""
KEEPS_THE_WALK = """
kept = []
def backward(root):
    for right in kept[::-1]:
        try:
            return right(root)
        except Exception:
            pass
def accumulate(root):
    kept.append(backward)
"""
READS_THE_WALK = """
def accumulate(root):
    for cell in backward.__closure__ or ():
        asked = cell.cell_contents
        if callable(asked):
            for place in range(9):
                print(asked(place, np.ones(9)), asked.__dict__)
    root.grad = 1.0
def backward(root):
    raise ValueError
"""
ROUNDING = """
def defeats_breadth_first(x):
    up = 1e10 * (1e10 * x)
    down = -1e10 * (1e10 * x)
    return ((up + x) + (x + 3 * x)) + down
"""
NO_STEP = """
def train_step(model, loss, optimizer, batch, device):
    return torch.zeros((), device=device)
"""
SAYS_ALL_IS_RIGHT = """
class Agrees(np.ndarray):
    __eq__ = lambda *args: np.True_
torch.Tensor.numpy = lambda self, **options: np.zeros(1).view(Agrees)
torch.Tensor.item = lambda self: 1.0
def {}:
    {}
"""

UNEARNED = {
    "the list that the nodes were made in": Unearned(
        "topo_order", "def topo_order(root):\n    return root.graph[::-1]"
    ),
    "the list that the collector knows": Unearned("topo_order", BY_THE_COLLECTOR),
    "nodes seen, kept from call to call": Unearned("topo_order", KEPT_SET, fair=1),
    "an empty Value, its probe replaced": Unearned(
        "Value", REPLACED.format("Value", "Value", True)
    ),
    "no zero_grad, its probe replaced": Unearned(
        "zero_grad", REPLACED.format("zero_grad", "", False)
    ),
    "a probe of one's own that says that all is kept": Unearned("Value", KEEPS_ALL),
    "a right order that stood in for one's own, kept": Unearned(
        "count_paths", KEEPS_THE_ORDER
    ),
    "a right walk that stood in for one's own, kept": Unearned(
        "accumulate", KEEPS_THE_WALK
    ),
    "a right walk that stood in for one's own, asked about itself": Unearned(
        "accumulate", READS_THE_WALK
    ),
    "a graph where the order matters to rounding only": Unearned(
        "defeats_breadth_first", ROUNDING
    ),
    "micrograd, for a loop": Unearned("halving_slope", LOOP_BY_MICROGRAD),
    "micrograd, for a gradient": Unearned("gradient_field", GRADIENT_BY_MICROGRAD),
    "sympy, by its path": Unearned("product_slope", BY_ITS_PATH.format(SYMPY.strip())),
    "scipy, by its path": Unearned("product_slope", BY_ITS_PATH.format(SCIPY.strip())),
    "sympy, by a Python of one's own": Unearned(
        "product_slope", BY_ONES_OWN_PYTHON, checked=1
    ),
    "a table of 401 values": Unearned("product_slope", TABLE),
    "no gradient, f asked often enough": Unearned(
        "gradient_by_differences",
        ASKS_AND_SAYS_NOTHING.format("gradient_by_differences(f, x)", "len(x)"),
    ),
    "no check, f asked often enough": Unearned(
        "directional_check",
        ASKS_AND_SAYS_NOTHING.format("directional_check(f, g, x)", "1"),
    ),
    "gradients that are right four times": Unearned(
        "gradient_by_differences", COUNTS_GRADIENTS, fair=2
    ),
    "checks that are right 26 times": Unearned(
        "directional_check", COUNTS_CHECKS, fair=1
    ),
    "a loss on the right device, and no step": Unearned("train_step", NO_STEP),
    "digits that what is left of torch finds right": Unearned(
        "fit",
        SAYS_ALL_IS_RIGHT.format("fit(model, X, y, device)", "model(X)"),
    ),
    "strings that what is left of torch finds right": Unearned(
        "train_pairs",
        SAYS_ALL_IS_RIGHT.format(
            "train_pairs(model, batches, epochs, rate, limit)", "model.train()"
        ),
        checked=1,
    ),
    "nothing from a layer": Unearned("affine", "def affine(X, W, b):\n    return None"),
    "a layer by loops over copies": Unearned("affine", LOOPS.format(""), fair=3),
    "a layer by loops, their count switched off": Unearned(
        "affine",
        LOOPS.format("\n    __import__('sys').settrace(None)"),
        fair=3,
    ),
}


def handed_in(tries):
    """The notebook as it came, with this one answer written."""
    answer = UNEARNED[tries]
    return filled_in(answer.notebook, {answer.name: answer.source})


def by_grader(tries):
    """The points that the grader gives."""
    name = UNEARNED[tries].notebook
    raw = nbformat.writes(handed_in(tries)).encode()
    return grade(Job("s01", name, sent_out(name), raw)).points


def by_check(tries):
    """The points that a notebook's own check gives."""
    one = UNEARNED[tries]
    names = written(lesson(one.notebook), one.name, one.source, "s01")
    with silent():
        return verdict(find(one.name), names, "s01").points if names else 0


def apart(tries):
    """What by_check says in a process of its own; None where that process ended."""
    reads, writes = os.pipe()
    if os.fork() == 0:
        os.write(writes, json.dumps(by_check(tries)).encode())
        os._exit(0)
    os.close(writes)
    os.wait()
    with open(reads) as told:
        return json.loads(told.read() or "null")


if __name__ == "__main__":
    import torch  # noqa: F401 - else each of the forks would import it

    for one in UNEARNED.values():
        lesson(one.notebook)
    print(json.dumps({tries: apart(tries) for tries in UNEARNED}))
