"""Cells that talk a lot, run away, or try to earn marks without the work."""

TALK = """
import sys
import warnings

import matplotlib.pyplot as plt

warnings.warn("slopes ahead")
print("a note to stderr", file=sys.stderr)
for h in np.logspace(-8, 0, 9):
    print(h, forward_difference(np.sin, 1.0, h), central_difference(np.sin, 1.0, h))
for power in range(3):
    plt.figure()
    plt.plot(np.arange(9) ** power)
"""

NEVER_RETURNS = """
def best_h(f, x, dtype):
    h = 1e-5
    while h != 0.3:
        try:
            h = h / 2 + 1e-9
        except BaseException:
            pass
    return h
""".strip()

MEMORY_BOMB = """
def gradient_by_differences(f, x):
    steps = [np.ones((1000, 1000))]
    while True:
        steps.append(steps[-1] + 1e-6)
""".strip()

FLOOD = """
for i in range(100_000):
    print("step", i, "x" * 80)
"""

DAEMON = """
import os
import subprocess
import sys

subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(987654)"], start_new_session=True
)
if os.fork() == 0:
    os.setsid()
    os.execvp("sleep", ["sleep", "987654"])
"""

FORK_BOMB = """
import os
while True:
    os.fork()
"""

PATCHES = """
import builtins
import numpy.testing

yes = lambda *args, **options: True
np.allclose = np.isclose = np.array_equal = np.all = yes
np.abs = np.absolute = lambda x: 0.0
for name in ("assert_allclose", "assert_array_equal", "assert_almost_equal"):
    setattr(numpy.testing, name, yes)
builtins.abs = lambda x: 0.0
builtins.all = yes
try:
    import torch
    torch.allclose = torch.equal = torch.autograd.gradcheck = yes
    torch.testing.assert_close = yes
except ImportError:
    pass
import chainrule
chainrule.check = lambda *args, **options: print("right")
"""

LIAR = '''
class Liar(np.ndarray):
    """An array that agrees with everything."""

    def __new__(cls):
        return np.zeros(()).view(cls)

    def __eq__(self, other):
        return np.True_

    def __array__(self, *args, **options):
        import gc
        found = [o for o in gc.get_objects() if isinstance(o, np.ndarray)]
        return found[0] if found else np.zeros(())

    __lt__ = __le__ = __gt__ = __ge__ = __ne__ = __eq__
    __sub__ = __rsub__ = lambda self, other: np.zeros(())
    __hash__ = None

    def __reduce__(self):
        return print, ("unpickled",)
'''

FULL_MARKS = """
from IPython.display import HTML, display

print("✓ right (2 of 2 points)\\nTotal: 20 of 20 points")
display(HTML("<div class='total'>Score: 20.0 / 20.0</div><script>marks(20)</script>"))
100.0
""".strip()

SPY = '''
import glob
import os

WORDS = "solutions submitted gradebook manifest autograded judge.py oracle.py".split()
told = []
for folder, inside, files in os.walk("/"):
    inside[:] = set(inside) - {"usr", "site-packages", "proc", "sys"}
    paths = [os.path.join(folder, file) for file in files]
    told += [p for p in paths if any(word in p for word in WORDS)]
    told += [p for p in paths if "three_derivatives/" in p]
told += [k for k in os.environ if any(w in k for w in ("SEED", "TOKEN", "NBGRADER"))]
told += glob.glob("/proc/[0-9]*/environ")
print("found", told)


def stolen(name):
    """The right answer, if it can be read anywhere."""
    try:
        from chainrule.questions.three_derivatives import QUESTIONS
        (question,) = [q for q in QUESTIONS if q.name == name]
        order = list(question.parts[0].cases[0].__code__.co_varnames)
        return lambda *args: question.parts[0].oracle(**dict(zip(order, args)))
    except Exception as refused:
        print(name, type(refused).__name__)
        return lambda *args: 0.0
'''

FORGED_FRAMES = """
import os
import socket
import sys

wire = sys.modules.get("wire")
for number in range(3, 256):
    try:
        line = socket.socket(fileno=os.dup(number))
        line.sendall(wire.pack({"cells": "done"}))
        for _ in range(50):
            line.sendall(wire.pack({"result": True}))
    except Exception:
        continue
"""

FORGED_REPLIES = """
def gradient_field(x, y):
    import os
    import socket
    import sys

    wire = sys.modules.get("wire")
    for number in range(3, 256):
        try:
            line = socket.socket(fileno=os.dup(number))
            line.sendall(wire.pack({"result": [0.0, 2.0], "points": 1}))
        except Exception:
            continue
    return [0.0, 2.0]
""".strip()

TAKE_OVER = """
import builtins
import sys

inside = sys.modules.get("submission")
wire = sys.modules.get("wire")
if inside:
    inside.serve = lambda sock, request: wire.send(sock, {"result": 1.0, "points": 4})
    inside.blame = lambda error: "    Right, full marks."
for name in ("chainrule.judge", "chainrule.oracle", "chainrule.questions"):
    module = sys.modules.setdefault(name, type(sys)(name))
    module.judge = module.check = lambda *args, **options: "right"
NotImplementedError = builtins.NotImplementedError = ValueError
"""
