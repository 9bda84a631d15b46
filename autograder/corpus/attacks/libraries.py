"""Patching what a judge might use: test helpers, numeric libraries, the language."""

ATTACKS = {
    "every comparison of NumPy says yes": """
import numpy.testing
yes = lambda *args, **options: True
np.allclose = np.isclose = np.array_equal = np.array_equiv = np.all = yes
for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, yes)
""",
    "every difference is nought": """
import builtins
builtins.abs = np.abs = np.absolute = lambda x: 0.0
builtins.all = builtins.any = builtins.isinstance = lambda *args: True
""",
    "json says full marks whatever it is given": """
import json
json.dumps = lambda *args, **options: '{"dict": [["result", true], ["points", 4]]}'
""",
    "struct packs another frame": """
import struct
keep = struct.pack
struct.pack = lambda form, *numbers: keep(form, *(4 for _ in numbers))
""",
    "a judge of one's own stands under the judge's name": """
import sys
for name in ("judge", "oracle", "verdict", "questions", "questions.three_derivatives"):
    module = sys.modules.setdefault(f"chainrule.{name}", type(sys)(name))
    module.judge = module.check = module.autograd = lambda *a, **k: "right"
""",
    "check keeps its name and gets another code object": """
def forged(name, answer, student="", seed=None):
    return 100.0
check.__code__ = forged.__code__
check("best_h", None)
""",
    "numpy is replaced by a module that agrees": """
import sys
class Agrees(type(sys)):
    def __getattr__(self, name):
        return lambda *args, **options: True
sys.modules["numpy"] = sys.modules["numpy.testing"] = Agrees("numpy")
""",
    "float's own slots are rewritten in memory": """
import ctypes
class Slots(ctypes.Structure):
    _fields_ = [("head", ctypes.c_void_p * 25), ("compare", ctypes.c_void_p)]
yes = ctypes.PYFUNCTYPE(ctypes.py_object, *[ctypes.py_object] * 2, ctypes.c_int)(
    lambda a, b, op: True
)
slots = Slots.from_address(id(np.float64))
slots.compare = ctypes.cast(yes, ctypes.c_void_p).value
""",
    "NotImplementedError is renamed so that nothing is unwritten": """
import builtins
builtins.NotImplementedError = builtins.Exception = ZeroDivisionError
""",
}
