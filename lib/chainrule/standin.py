"""What stands for a module that a notebook's answers may not use, or that is not there.

A stand-in can be imported, since an import alone harms nothing. Whoever wants a result
of it is refused with the reason.
"""

import contextlib
import functools
import re
import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from chainrule.rules import lies_in, reason

# What a room shows beside Python's own library: NumPy, matplotlib, IPython and what
# these three need.
# fmt: off
LISTED = [
    "numpy", "matplotlib", "mpl_toolkits", "pylab", "chainrule", "IPython", "PIL",
    "contourpy", "cycler", "dateutil", "fontTools", "kiwisolver", "packaging",
    "pyparsing", "six", "asttokens", "decorator", "executing",
    "ipython_pygments_lexers", "jedi", "matplotlib_inline", "parso", "pexpect",
    "prompt_toolkit", "ptyprocess", "pure_eval", "pygments", "stack_data", "traitlets",
    "typing_extensions", "wcwidth",
]
WITH_TORCH = [
    "torch", "torchgen", "functorch", "sympy", "mpmath", "networkx", "jinja2",
    "markupsafe", "filelock", "fsspec", "setuptools", "pkg_resources",
    "_distutils_hack",
]
NOTEBOOKS_OWN = [
    "ipykernel", "zmq", "tornado", "jupyter_client", "comm", "debugpy", "google",
]
IN_COLAB = [
    "pandas", "scipy", "sklearn", "seaborn", "cv2", "skimage", "statsmodels", "sympy",
    "networkx", "plotly", "bokeh", "altair", "numba", "cupy", "h5py", "requests",
    "tqdm", "nltk", "spacy", "gensim", "transformers", "datasets", "torch",
    "torchvision", "torchaudio", "tensorflow", "keras", "jax", "jaxlib", "flax",
    "optax", "autograd", "micrograd", "xgboost", "lightgbm", "ipywidgets", "pydantic",
    "psutil", "yaml",
]
# fmt: on
INSTALLED = re.compile(r"[/\\](site|dist)-packages[/\\]")


class OffTheTable(Exception):
    """Something was taken from a module that is off the table; the message says so."""

    def __init__(self, says, module):
        super().__init__(says)
        self.module = module


def listed(off):
    """The packages that are there for a notebook's answers."""
    return LISTED if "torch" in off else LISTED + WITH_TORCH


@functools.cache  # asked at every call that an answer makes
def is_refused(module, off):
    """Whether answers may not use a module: it is off the table, or one that no room
    shows."""
    if any(lies_in(module, name) for name in off):
        return True
    root = module.partition(".")[0]
    if root in listed(off) or root in NOTEBOOKS_OWN or root in sys.stdlib_module_names:
        return False
    return root in IN_COLAB or is_installed(root)


def is_own(module):
    """Whether a module is the student's: the notebook, or a file beside it."""
    root = module.partition(".")[0]
    known = root in LISTED or root in NOTEBOOKS_OWN or root in sys.stdlib_module_names
    return not known and not is_installed(root)


@functools.cache
def is_installed(root):
    """Whether a package is one that was installed, and no file of the student's."""
    with contextlib.suppress(ImportError, ValueError):
        found = PathFinder.find_spec(root)
        if found is None:
            return False
        places = [found.origin, *(found.submodule_search_locations or ())]
        return any(INSTALLED.search(place) for place in places if place)
    return False


class StandIn(ModuleType):
    """A module, or something in it, of which nothing comes.

    Cells may hand it around, since settings and unused imports harm nothing. Whoever
    wants a result of it is refused: an answer at a call, a cell at the first number.
    """

    asked = False  # whether an answer is being called

    def __init__(self, name, says):
        super().__init__(name)
        self.__dict__.update(__path__=[], __all__=[], _says=says)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.__name__}.{name}", self._says)

    def __call__(self, *args, **options):
        return self._refuse() if StandIn.asked else self

    def __repr__(self):
        return f"<nothing: {self.__name__} is a stand-in>"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Nothing was opened."""

    def __bool__(self):
        return self._refuse() if StandIn.asked else False

    def _refuse(self, *_, **__):
        raise OffTheTable(self._says, self.__name__)


REFUSED = """
    add sub mul matmul truediv floordiv mod divmod pow and or xor
    radd rsub rmul rmatmul rtruediv rfloordiv rmod rdivmod rpow rand ror rxor
    lt le gt ge neg pos abs invert float int complex index round
    len iter getitem contains array mro_entries
"""
for operation in REFUSED.split():
    setattr(StandIn, f"__{operation}__", StandIn._refuse)


class Finder:
    """Imports stand-ins for what answers may not use. Belongs into sys.meta_path."""

    def __init__(self, off):
        self.off = off

    def find_spec(self, name, path=None, target=None):
        colab = lies_in(name, "google")  # there, it is the notebook's own
        if colab or is_refused(name, self.off):
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return StandIn(spec.name, reason(spec.name, self.off))

    def exec_module(self, module):
        """There is nothing to run."""
