"""IPython's hooks, transformers of source, and imports that bring what is off."""

ATTACKS = {
    "an AST transformer that takes asserts away": """
import ast
class Gone(ast.NodeTransformer):
    visit_Assert = visit_Raise = lambda self, node: ast.Pass()
get_ipython().ast_transformers.append(Gone())
""",
    "a transformer that rewrites every cell": """
get_ipython().input_transformers_cleanup.append(lambda lines: ["100.0\\n"])
""",
    "run_cell itself is replaced": """
from types import SimpleNamespace
get_ipython().run_cell = lambda *args, **options: SimpleNamespace(
    error_before_exec=None, error_in_exec=None, result=100.0
)
""",
    "a hook before and after every cell": """
def forge(*args):
    get_ipython().user_ns["best_h"] = lambda f, x, dtype: True
for event in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
    get_ipython().events.register(event, forge)
""",
    "names that change when they are looked up": """
class Names(dict):
    def __getitem__(self, name):
        return dict.get(self, name, True)
    __contains__ = lambda self, name: True
get_ipython().user_ns = Names(get_ipython().user_ns)
""",
    "the display hook shows points": """
import sys
sys.displayhook = get_ipython().displayhook = lambda value: print("4 of 4 points")
get_ipython().display_pub.publish = lambda *args, **options: None
""",
    "the import system brings torch back": """
import importlib.util, os, sys
for folder in sys.path + ["/tmp"]:
    path = os.path.join(folder, "torch", "__init__.py")
    if os.path.exists(path):
        sys.modules.pop("torch", None)
        spec = importlib.util.spec_from_file_location("torch", path)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        print("REACHED: torch is here")
""",
    "the library's own difference quotients, by their path": """
import importlib.util, os
import chainrule
path = os.path.join(os.path.dirname(chainrule.__file__), "differences.py")
spec = importlib.util.spec_from_file_location("stolen", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
forward_difference = module.forward
print("REACHED: the library's quotients are here")
""",
    "another interpreter brings torch": """
import subprocess, sys
for flags in (["-c"], ["-I", "-c"], ["-S", "-c"]):
    code = "import torch; print('REACHED', torch.__version__)"
    done = subprocess.run([sys.executable, *flags, code], capture_output=True)
    print(done.stdout)
""",
    "every import is answered by oneself": """
import builtins
keep = builtins.__import__
def forged(name, *args, **options):
    if name.startswith(("chainrule", "wire", "submission")):
        raise ImportError(name)
    return keep(name, *args, **options)
builtins.__import__ = forged
import importlib
importlib.import_module = forged
""",
    "get_ipython().kernel and the shell's exit": """
get_ipython().ask_exit()
get_ipython().reset(new_session=False)
""",
}
